"""Sketches."""

__version__ = "1.2.6"
