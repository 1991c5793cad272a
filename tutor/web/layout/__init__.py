"""What every page stands in: base, forms, dispatching, charts, styles and the script."""
