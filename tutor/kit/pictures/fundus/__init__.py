"""Photographs of the fundus."""
