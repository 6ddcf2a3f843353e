"""Plan."""

__version__ = "0.5.0a1"
minimum = "0.4.0b1"
