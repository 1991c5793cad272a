"""Packs from data that others publish."""
