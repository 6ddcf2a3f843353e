"""Plan."""

__version__ = "0.4.0b1"
minimum = "0.4.0b1"
