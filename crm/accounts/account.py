"""One's own account: what the house knows of me, where I am signed in, my password."""

from typing import Any

from flask import flash, g, redirect

from crm.audit import record
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.web import go, page, signed_in

from . import bp, sessions, throttle
from .forms import OwnPasswordForm
from .models import LoginSession
from .passwords import hash_password, password_fits
from .queries import delegations_of
from .roles import ROLE_NAMES, Role
from .rules import device_name


@bp.get("/account")
@signed_in
def account() -> Any:
    return _account_page(OwnPasswordForm())


@bp.get("/account/password")
@signed_in
def password() -> Any:
    return page("accounts/password.html", form=OwnPasswordForm())


@bp.post("/account/password")
@signed_in
def change_password() -> Any:
    """A new password ends all sessions; this browser goes on in a new one."""
    form = OwnPasswordForm()
    form.about = (g.user.username, g.user.name, g.user.phone, g.user.email)
    stored, forced = g.user.password_hash, g.user.must_change
    if form.validate():
        hashed = _judged(form, stored)
        if hashed:
            row = sessions.current(g.user)
            keep = row is not None and row.keep
            g.user.change_password(hashed, by=g.user, at=g.now)
            sessions.begin(g.user, at=g.now, keep=keep)
            flash(_("密码已改，其他地方的登录都已退出。"), "success")
            return redirect("/", 303) if forced else go("accounts.account")
    return page("accounts/password.html", 422, form=form)


def _judged(form: OwnPasswordForm, stored: str) -> str | None:
    """The new hash, or None where the current password is wrong. No transaction is open meanwhile."""
    tries = {f"own:{g.user.id}": throttle.TRIES}
    if not throttle.take(tries, g.now):
        form.current.errors = [_("试得太多了，请 15 分钟后再试。")]
        return None
    if not password_fits(stored, form.current.data or ""):
        form.current.errors = [_("现在的密码不对。")]
        return None
    hashed = hash_password(form.password.data or "")
    throttle.forgive(tries)
    return hashed


@bp.post("/account/sessions/<int:id>/removal")
@signed_in
def end_session(id: int) -> Any:
    row = db.first_or_404(
        db.select(LoginSession).where(LoginSession.id == id, LoginSession.user_id == g.user.id)
    )
    db.session.delete(row)
    record("user:end_session", g.user, by=g.user, at=g.now)
    return go("accounts.account")


@bp.post("/account/sessions/removal")
@signed_in
def end_other_sessions() -> Any:
    row = sessions.current(g.user)
    g.user.end_sessions(but=row.id if row else None)
    record("user:end_session", g.user, by=g.user, at=g.now, others=True)
    return go("accounts.account")


def _account_page(form: OwnPasswordForm) -> Any:
    here = sessions.current(g.user)
    return page(
        "accounts/account.html",
        form=form,
        roles=[ROLE_NAMES[role] for role in Role if role in g.user.roles],
        delegations=delegations_of(g.user.id, clock.local(g.now).date()),
        devices=[(row, device_name(row.agent), row is here) for row in sessions.alive_of(g.user, g.now)],
    )
