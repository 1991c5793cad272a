"""Classes: people, lists, assignments, feedback and grades."""
