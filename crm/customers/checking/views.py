"""The doors of the spot check (ARC-13)."""

from datetime import date, timedelta
from typing import Any

from flask import abort, current_app, flash, g, request
from flask.typing import ResponseReturnValue

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.models import SpotCheck
from crm.kernel.clock import local
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.prepared import found
from crm.kernel.web import form_at, go, page, requires, whole_number
from crm.workdays import days_clock

from . import queries
from .forms import AnswerForm, VerdictForm
from .rules import PERIODS, monday_of

Answer = ResponseReturnValue


@bp.get("/spot-checks")
@requires(Perm.CUSTOMER_CHECK)
def spot_checks() -> Answer:
    """This week's list with what is left of earlier ones; `?week=`: that one, `?weeks=`: how many count."""
    this_week = monday_of(local(g.now).date())
    week = _week(request.args.get("week")) or this_week
    weeks = whole_number(request.args.get("weeks"))
    weeks = weeks if weeks in PERIODS else PERIODS[1]
    since = this_week - timedelta(weeks=weeks - 1)
    rows = queries.listed(week, also_open=week == this_week)
    today = local(g.now).date()
    return page(
        "customers/checking/index.html",
        rows=rows,
        clocks={r.id: days_clock(local(r.mend_by).date(), today) for r in rows if _late_or_open(r)},
        judgeable=queries.judgeable(g.user),
        week=week,
        this_week=this_week,
        weeks=weeks,
        periods=PERIODS,
        past=queries.past_weeks(this_week, since),
        counted=queries.by_owner(since),
    )


@bp.get("/spot-checks/<int:id>")
@requires(Perm.CUSTOMER_READ)
def spot_check(id: int) -> Answer:
    """One check: for who leads, and for whose archive it is. Nobody else is told."""
    return _page(_load(id))


@bp.post("/spot-checks/<int:id>/verdict")
@form_at("customers.spot_check")
@requires(Perm.CUSTOMER_CHECK)
def judge_spot_check(id: int) -> Answer:
    check, form = _load(id, lock=True), VerdictForm()
    if not form.validate_on_submit():
        return _page(check, 422, verdict=form)
    hours = current_app.config["SETTINGS"].spot_check_hours
    try:
        check.judge(form.verdict.data, note=form.note.data or "", by=g.user, at=g.now, hours=hours)
    except Refused as refusal:
        if not refusal.fields:
            raise
        form.accept(refusal)
        return _page(check, 422, verdict=form)
    flash(_("已评定：%(name)s", name=check.customer.name), "ok")
    return go("customers.spot_checks")


@bp.post("/spot-checks/<int:id>/answer")
@form_at("customers.spot_check")
@requires(Perm.CUSTOMER_ENTER)
def answer_spot_check(id: int) -> Answer:
    check, form = _load(id, lock=True), AnswerForm()
    if not form.validate_on_submit():
        return _page(check, 422, answer=form)
    check.answer_with(form.answer.data or "", by=g.user, at=g.now)
    flash(_("已答复抽查。"), "ok")
    return go("customers.spot_check", id=id)


def _load(id: int, *, lock: bool = False) -> SpotCheck:
    """A check of a customer one sees; only for those whom it concerns."""
    check = found(SpotCheck, id, lock=lock)
    concerned = (check.owner_id, check.customer.owner_id)
    if not g.user.may(Perm.CUSTOMER_CHECK) and g.user.id not in concerned:
        abort(403)
    return check


def _page(check: SpotCheck, status: int = 200, *, verdict: Any = None, answer: Any = None) -> Answer:
    due = check.mend_by
    return page(
        "customers/checking/show.html",
        status,
        check=check,
        customer=check.customer,
        clock=days_clock(local(due).date(), local(g.now).date()) if due and check.to_mend else None,
        verdict=verdict or (VerdictForm(formdata=None) if check.can_judge(g.user) else None),
        answer=answer or (AnswerForm(formdata=None) if check.can_answer(g.user) else None),
    )


def _late_or_open(row: Any) -> bool:
    return row.verdict == "back" and row.mended_at is None


def _week(text: str | None) -> date | None:
    try:
        return monday_of(date.fromisoformat(text or ""))
    except ValueError:
        return None
