"""What a company says about its calendar beyond the published one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from crm.audit import record
from crm.kernel.database import Base, db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.numbers import take

from .calendar import FIRST, LAST, Calendar

#: the counter that tells other processes to read the calendar again
VERSION = "calendar"


class CalendarDay(Base):
    """A day that is worked, or free, against the published calendar."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")

    @classmethod
    def set(cls, day: date, working: bool, note: str, *, by: Any, at: datetime) -> "CalendarDay":
        """Say that `day` is worked or free. Refused where the calendar says so already."""
        if not FIRST <= day.year <= LAST:
            text = _("只能调整 %(first)s 年到 %(last)s 年的日子。", first=FIRST, last=LAST)
            raise Refused(text, fields={"day": text})
        row = db.session.get(cls, day)
        if row is None and Calendar().is_working(day) == working:
            text = _("这一天本来就上班，不用调整。") if working else _("这一天本来就休息，不用调整。")
            raise Refused(text, fields={"day": text})
        if row is None:
            row = cls(day=day)
            db.session.add(row)
        row.working, row.note = working, note
        record("calendar:set", row, by=by, at=at, reason=note, day=day, working=working)
        _changed()
        return row

    def remove(self, *, by: Any, at: datetime) -> None:
        """Follow the published calendar again."""
        db.session.delete(self)
        record("calendar:remove", self, by=by, at=at, day=self.day, working=self.working)
        _changed()


class CalendarYear(Base):
    """A year that an administrator compared with the State Council's notice: no longer provisional."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    checked_at: Mapped[datetime]

    @classmethod
    def check(cls, year: int, checked: bool, *, by: Any, at: datetime) -> None:
        """Say that the year was compared, or that it was not after all."""
        row = db.session.get(cls, year)
        if (row is not None) == checked:
            return
        if row is None:
            row = cls(year=year, checked_at=at)
            db.session.add(row)
        else:
            db.session.delete(row)
        record("calendar:check" if checked else "calendar:uncheck", row, by=by, at=at, year=year)
        _changed()


def _changed() -> None:
    take(VERSION)
    db.session.info["calendar_changed"] = True
