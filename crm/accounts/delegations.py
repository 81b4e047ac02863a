"""Who answers for me while I am away (代理审批), and for whom I answer."""

from datetime import date, timedelta
from typing import Any, cast

from flask import abort, flash, g
from sqlalchemy import or_, select
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.forms import Form, stripped
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import hears
from crm.kernel.web import form_at, go, page, signed_in

from . import bp
from .colleagues import ColleagueField
from .models import Delegation

#: periods that are over and still listed
SHOWN = 20


class DelegationForm(Form):
    delegate = ColleagueField(_l("代理人"))
    starts_on = DateField(_l("从哪天"), [InputRequired(_l("请填写日期"))])
    ends_on = DateField(_l("到哪天（含）"), [InputRequired(_l("请填写日期"))])
    reason = StringField(_l("原因"), [Length(max=200, message=_l("最多 200 个字。"))], filters=[stripped])


@hears("user:disable")
def end_with_the_account(event: Any) -> None:
    Delegation.end_all_of(event.thing, by=event.by, at=event.at)


@bp.get("/account/delegations")
@signed_in
def delegations() -> Any:
    today = clock.local(g.now).date()
    return _page(DelegationForm(formdata=None, starts_on=today, ends_on=today + timedelta(days=7)))


@bp.post("/account/delegations")
@signed_in
def appoint_delegate() -> Any:
    form = DelegationForm()
    form.delegate.but = {g.user.id: _l("不能请自己代理。")}
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        row = Delegation.appoint(
            g.user,
            form.delegate.data,
            cast(date, form.starts_on.data),
            cast(date, form.ends_on.data),
            form.reason.data or "",
            by=g.user,
            at=g.now,
        )
    except Refused as refusal:
        form.accept(refusal)
        return _page(form, 422)
    said = {"who": row.delegate.name, "from": row.starts_on, "to": row.ends_on}
    flash(_("%(from)s 至 %(to)s 由%(who)s代您审批。", **said), "ok")
    return go("accounts.delegations")


@bp.post("/account/delegations/<int:id>/end")
@form_at("accounts.delegations")
@signed_in
def end_delegation(id: int) -> Any:
    row = db.session.get(Delegation, id)
    if row is None or g.user.id not in (row.principal_id, row.delegate_id):
        abort(404)
    row.end(by=g.user, at=g.now)
    flash(_("%(who)s不再代您审批。", who=row.delegate.name), "ok")
    return go("accounts.delegations")


def _page(form: DelegationForm, status: int = 200) -> Any:
    today = clock.local(g.now).date()
    mine = or_(Delegation.principal_id == g.user.id, Delegation.delegate_id == g.user.id)
    rows = list(db.session.scalars(select(Delegation).where(mine).order_by(Delegation.starts_on.desc())))
    coming = [r for r in rows if r.ended_at is None and r.ends_on >= today]
    return page(
        "accounts/delegations.html",
        status,
        form=form,
        mine=[r for r in coming if r.principal_id == g.user.id],
        theirs=[r for r in coming if r.delegate_id == g.user.id],
        over=[r for r in rows if r not in coming][:SHOWN],
        today=today,
    )
