"""Equipoise: practise deciding, patient by patient, how far to rely on an algorithm."""

__version__ = "0.1.0"
