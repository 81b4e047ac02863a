"""The door: in by name and password, out by one click."""

from typing import Any

from flask import current_app, g, redirect, request, session

from crm.audit import record
from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.settings import LOOPBACK, demo_password
from crm.kernel.web import go, page, public, safe_next, signed_in

from . import bp, queries, sessions, throttle
from .forms import SignInForm
from .models import Company, User
from .passwords import hash_password, is_dated, password_fits


@bp.get("/sign-in")
@public
def sign_in() -> Any:
    if g.user.is_authenticated:
        return _onward()
    return _door(SignInForm())


@bp.post("/sign-in")
@public
def enter() -> Any:
    """One sentence for every failure: nobody learns here whether a name exists, is locked or disabled."""
    form = SignInForm()
    if not form.validate():
        return _door(form, 422)
    name, password = form.username.data or "", form.password.data or ""
    account = queries.account_of(name)
    tries = throttle.keys(account.id if account else None, name.lower(), request.remote_addr or "")
    if not throttle.take(tries, g.now):
        return _refused(form)
    fits = password_fits(account.password_hash if account else None, password)
    if account is None or not fits or not account.active:
        throttle.tell(account.id if account else None, g.now)
        return _refused(form)
    renewed = hash_password(password) if is_dated(account.password_hash) else None
    user = db.get_or_404(User, account.id)
    if renewed:
        user.password_hash = renewed
    throttle.forgive(tries)
    sessions.begin(user, at=g.now, keep=bool(form.keep.data))
    record("user:sign_in", user, by=user, at=g.now)
    return _onward()


@bp.post("/sign-out")
@signed_in
def sign_out() -> Any:
    record("user:sign_out", g.user, by=g.user, at=g.now)
    sessions.end(g.user.session_token)
    session.clear()
    return go("accounts.sign_in")


def _onward() -> Any:
    return redirect(safe_next(request.args.get("next")) or "/", 303)


def _refused(form: SignInForm) -> Any:
    form.form_errors.append(_("账号或密码不对。连续 5 次不对，15 分钟内不能再试；忘记密码请找系统管理员。"))
    return _door(form, 422)


def _at_this_machine() -> bool:
    """The demo's password is shown to who sits at the server, never to a network or behind a proxy."""
    settings = current_app.config["SETTINGS"]
    here = settings.on_loopback and request.remote_addr in LOOPBACK
    return here and not settings.behind_tls and "X-Forwarded-For" not in request.headers


def _door(form: SignInForm, status: int = 200) -> Any:
    company = db.session.get(Company, 1)
    demo = company is not None and company.demo and _at_this_machine()
    return page(
        "accounts/sign_in.html",
        status,
        form=form,
        company=company,
        demo_people=queries.demo_people() if demo else [],
        demo_password=demo_password(current_app.config["SETTINGS"]) if demo else "",
    )
