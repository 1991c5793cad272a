"""Banks of written cases: what their files may say, and how they are read."""
