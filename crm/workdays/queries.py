"""The year as a page shows it: twelve months of weeks, each day worked or free and why."""

from calendar import monthcalendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.languages import locale

from .calendar import Calendar, china
from .models import CalendarDay


@dataclass(frozen=True)
class Day:
    """One cell. `kind`: work, free, off (a holiday), make-up (a weekend that is worked)."""

    date: date
    kind: str
    note: str
    overridden: bool


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[Day | None]]
    worked: int


def months_of(year: int, now: Calendar) -> list[Month]:
    """The months of `year` under the calendar in force."""
    names = day_names(year)
    notes = {row.day: row.note for row in overrides_of(year)}
    return [_month(year, number, now, names | notes) for number in range(1, 13)]


def overrides_of(year: int) -> list[CalendarDay]:
    """The company's own days of that year, in order."""
    query = db.select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return list(db.session.scalars(query.order_by(CalendarDay.day)))


@lru_cache(maxsize=32)
def _names(year: int, language: str) -> tuple[Mapping[date, str], frozenset[date]]:
    known = china([year], language)
    return dict(known), frozenset(known.weekend_workdays)


def day_names(year: int) -> dict[date, str]:
    """Names of the published holidays and make-up days of that year."""
    names, make_up = _names(year, "en_US" if locale() == "en" else "zh_CN")
    return {**names, **{day: _("调休上班") for day in make_up if day.year == year}}


def _month(year: int, number: int, now: Calendar, names: Mapping[date, str]) -> Month:
    weeks = [
        [_day(date(year, number, n), now, names) if n else None for n in week]
        for week in monthcalendar(year, number)
    ]
    return Month(number, weeks, sum(day.kind in ("work", "make-up") for week in weeks for day in week if day))


def _day(day: date, now: Calendar, names: Mapping[date, str]) -> Day:
    weekend = day.weekday() >= 5
    if now.is_working(day):
        kind = "make-up" if weekend else "work"
    else:
        kind = "free" if weekend and day not in names else "off"
    return Day(day, kind, names.get(day, ""), day in now.overrides)
