"""X-ray films of one hip."""
