"""The service."""

__version__ = "0.4.0-beta.2"
