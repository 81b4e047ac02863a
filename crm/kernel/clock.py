"""The one place that asks what time it is, so that tests can count dates."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The date on the office's wall calendar."""
    return now().astimezone(OFFICE).date()


def local(moment: datetime) -> datetime:
    """`moment` as the office's clock shows it."""
    return moment.astimezone(OFFICE)


def at_office(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour of that office day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=OFFICE).astimezone(UTC)
