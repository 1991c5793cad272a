"""Learning platforms (LTI 1.3): who is registered, who comes from there, and into which class."""
