"""What the environment says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_DATABASE = "sqlite:///tideplan.db"
DEFAULT_DEMO_PASSWORD = "tideplan-demo"


@dataclass(frozen=True, slots=True)
class Settings:
    """``database_url`` is ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST:PORT/NAME``."""

    database_url: str = field(default=DEFAULT_DATABASE, repr=False)
    demo_password: str = field(default=DEFAULT_DEMO_PASSWORD, repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Settings":
        """From ``DATABASE_URL`` and ``TIDEPLAN_DEMO_PASSWORD``; an empty one counts as absent."""
        return cls(
            database_url=environment.get("DATABASE_URL") or DEFAULT_DATABASE,
            demo_password=environment.get("TIDEPLAN_DEMO_PASSWORD") or DEFAULT_DEMO_PASSWORD,
        )
