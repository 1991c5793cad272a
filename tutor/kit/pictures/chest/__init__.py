"""X-ray films of the chest."""
