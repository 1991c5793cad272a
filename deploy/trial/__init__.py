"""What deploy/try is made of."""
