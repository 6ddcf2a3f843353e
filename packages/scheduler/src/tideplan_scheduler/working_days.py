"""Calendars: which days are worked, and the date of the n-th working day."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """``weekdays`` are numbered as ``date.weekday`` does (Monday is 0); ``holidays`` are not worked."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()

    def problems(self) -> list[str]:
        """Why no work could be dated by this calendar; empty when it can."""
        found = []
        if not self.weekdays:
            found.append("the calendar has no working weekday")
        unknown = sorted(repr(day) for day in self.weekdays if type(day) is not int or not 0 <= day <= 6)
        if unknown:
            found.append(f"the calendar's weekdays must be from 0 (Monday) to 6 (Sunday), not {', '.join(unknown)}")
        undated = sorted(repr(day) for day in self.holidays if type(day) is not date)
        if undated:
            found.append(f"the calendar's holidays must be dates, not {', '.join(undated)}")
        return found

    def is_working(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays


class WorkingDays:
    """The working days from ``start`` on, numbered from 0. Needs a calendar without problems."""

    def __init__(self, calendar: WorkCalendar, start: date) -> None:
        self._start = start
        # Days after `start`, within one week, whose weekday is worked.
        self._week = [n for n in range(7) if (start.weekday() + n) % 7 in calendar.weekdays]
        self._holidays = sorted(
            day for day in calendar.holidays if day >= start and day.weekday() in calendar.weekdays
        )

    def date(self, number: int) -> date:
        """The date of working day ``number`` (0 or more); ``OverflowError`` past year 9999."""
        skipped = 0
        while True:
            day = self._weekday(number + skipped)
            passed = bisect_right(self._holidays, day)
            if passed == skipped:
                return day
            skipped = passed

    def _weekday(self, number: int) -> date:
        weeks, rest = divmod(number, len(self._week))
        return self._start + timedelta(days=weeks * 7 + self._week[rest])
