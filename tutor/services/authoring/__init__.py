"""What a course team does with a pack while it writes it."""
