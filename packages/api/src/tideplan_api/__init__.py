"""HTTP service that stores plans and schedules them."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("tideplan-api")
except PackageNotFoundError:  # run from the sources, never installed
    __version__ = "0+unknown"
