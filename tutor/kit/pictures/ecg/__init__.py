"""Rhythm strips."""
