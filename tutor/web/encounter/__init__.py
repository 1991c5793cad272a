"""The encounter: one case at its stage."""
