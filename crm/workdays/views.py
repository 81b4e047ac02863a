"""The calendar's settings page."""

from datetime import date
from typing import Any

from flask import abort, g

from crm.accounts import Perm
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.web import form_at, go, page, requires

from . import bp
from .calendar import FIRST, LAST
from .current import calendar
from .forms import DayForm, YearForm
from .models import CalendarDay, CalendarYear
from .queries import months_of, overrides_of


@bp.get("")
@requires(Perm.SETTINGS_EDIT)
def this_year() -> Any:
    return go("workdays.year", year=min(max(clock.today().year, FIRST), LAST))


@bp.get("/<int:year>")
@requires(Perm.SETTINGS_EDIT)
def year(year: int) -> Any:
    return _year_page(_known(year), DayForm())


@bp.post("/<int:year>/days")
@form_at("workdays.year")
@requires(Perm.SETTINGS_EDIT)
def set_day(year: int) -> Any:
    form = DayForm()
    if not form.validate():
        return _year_page(_known(year), form, 422)
    day, note = form.day.data, form.note.data or ""
    assert day is not None
    try:
        CalendarDay.set(day, form.working.data == "1", note, by=g.user, at=g.now)
    except Refused as refusal:
        form.accept(refusal)
        return _year_page(_known(year), form, refusal.status)
    return go("workdays.year", year=day.year)


@bp.post("/days/<day>/removal")
@requires(Perm.SETTINGS_EDIT)
def remove_day(day: str) -> Any:
    row = db.first_or_404(db.select(CalendarDay).where(CalendarDay.day == _day(day)))
    row.remove(by=g.user, at=g.now)
    return go("workdays.year", year=row.day.year)


@bp.post("/<int:year>/check")
@requires(Perm.SETTINGS_EDIT)
def check_year(year: int) -> Any:
    form = YearForm()
    CalendarYear.check(_known(year), form.checked.data, by=g.user, at=g.now)
    return go("workdays.year", year=year)


def _year_page(year: int, form: DayForm, status: int = 200) -> Any:
    now = calendar()
    return page(
        "workdays/year.html",
        status,
        year=year,
        first=FIRST,
        last=LAST,
        today=clock.today(),
        months=months_of(year, now),
        overrides=overrides_of(year),
        provisional=now.provisional(date(year, 1, 1)),
        published=not type(now)().provisional(date(year, 1, 1)),
        form=form,
        year_form=YearForm(checked=not now.provisional(date(year, 1, 1))),
    )


def _known(year: int) -> int:
    return year if FIRST <= year <= LAST else abort(404)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)
