"""What is measured, as ratios within one run: ``make bench``."""
