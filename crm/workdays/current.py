"""The calendar in force: read once a process, read again when somebody changed it."""

import threading
import time

from flask import has_app_context
from sqlalchemy import event, select

from crm.kernel.database import Session, db, reading
from crm.kernel.numbers import Counter

from .calendar import Calendar
from .models import VERSION, CalendarDay, CalendarYear

#: seconds after which a process looks whether another one changed the calendar
LOOK_EVERY = 60


class _Kept:
    calendar: Calendar | None = None
    version = -1
    looked = 0.0


_kept = _Kept()
_lock = threading.Lock()


def calendar() -> Calendar:
    """The calendar in force. Outside of the application: the published one."""
    kept = _kept.calendar
    if kept is not None and abs(time.monotonic() - _kept.looked) < LOOK_EVERY:
        return kept
    if not has_app_context():
        return Calendar()
    with _lock:
        return _look()


def proposed() -> Calendar:
    """The calendar as this transaction leaves it: for who hears of a change before it is committed."""
    days = db.session.execute(select(CalendarDay.day, CalendarDay.working))
    return Calendar({row.day: row.working for row in days}, db.session.scalars(select(CalendarYear.year)))


def forget() -> None:
    """Read the calendar again when it is asked for next."""
    _kept.calendar = None


def _look() -> Calendar:
    """As it is committed, on a connection of its own: a half-done change must not be kept."""
    with reading(), db.engine.connect() as connection:
        version = connection.scalar(select(Counter.value).where(Counter.name == VERSION)) or 0
        if _kept.calendar is None or version != _kept.version:
            days = connection.execute(select(CalendarDay.day, CalendarDay.working))
            years = connection.scalars(select(CalendarYear.year))
            _kept.calendar = Calendar({row.day: row.working for row in days}, years)
            _kept.version = version
    _kept.looked = time.monotonic()
    return _kept.calendar


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    if session.info.pop("calendar_changed", False):
        forget()


@event.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    session.info.pop("calendar_changed", None)
