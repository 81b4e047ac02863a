"""The first start without demo: a link that works once makes the company and its first administrator."""

import hmac
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, after_this_request, current_app, g, request
from sqlalchemy import select

from crm.audit import record
from crm.kernel.database import db, reading
from crm.kernel.web import go, page, public

from . import bp, sessions
from .forms_setup import SetupForm
from .models import Company, Department, User, token_hash
from .passwords import hash_password
from .roles import Role
from .rules import Planned, planned_departments

#: name of the root of the tree; the company's own name may change
HEAD_OFFICE = "总公司"
KNOWN = "crm.accounts.set_up"


def one_time_link(base_url: str = "") -> str | None:
    """The address of the set-up page with a new token, or None where a company is set up.

    A link printed earlier is dead from then on: only the hash of the last token is kept.
    """
    if is_set_up():
        return None
    token = secrets.token_urlsafe(24)
    path = _token_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(".new")
    making.unlink(missing_ok=True)
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token_hash(token))
    making.replace(path)
    return f"{base_url}/setup?token={token}"


def is_set_up() -> bool:
    """Whether there is a company. Once there is, no request asks again."""
    if not current_app.extensions.get(KNOWN):
        with reading(), db.engine.connect() as connection:
            current_app.extensions[KNOWN] = connection.scalar(select(Company.id)) is not None
    return bool(current_app.extensions[KNOWN])


def found(form: SetupForm, hashed: str, plan: list[Planned], *, at: datetime) -> User:
    """Make the company, its departments and its first administrator."""
    said = form.data
    company = Company(id=1, name=said["company_name"], short_name=said["short_name"])
    db.session.add(company)
    record("company:set_up", company, by=None, at=at, name=company.name)
    root = Department.add(HEAD_OFFICE, "company", parent=None, by=None, at=at)
    above = [root]
    for planned in plan:
        del above[planned.depth + 1 :]
        above.append(Department.add(planned.name, planned.kind, parent=above[-1], by=None, at=at))
    return User.hire(
        said["username"],
        name=said["name"],
        department=root,
        roles={Role.ADMINISTRATOR},
        password_hash=hashed,
        must_change=False,
        by=None,
        at=at,
    )


@bp.get("/setup")
@public
def setup() -> Any:
    _holds_the_link()
    return page("accounts/setup.html", form=SetupForm(formdata=None))


@bp.post("/setup")
@public
def set_up() -> Any:
    _holds_the_link()
    form = SetupForm()
    form.about = tuple(form[key].data or "" for key in ("username", "name", "company_name", "short_name"))
    if not form.validate():
        return page("accounts/setup.html", 422, form=form)
    hashed = hash_password(form.password.data or "")
    administrator = found(form, hashed, planned_departments(form.departments.data or ""), at=g.now)
    db.session.flush()
    sessions.begin(administrator, at=g.now, keep=False)
    record("user:sign_in", administrator, by=administrator, at=g.now)
    after_this_request(_forget_token)
    return go("accounts.people")


def _forget_token(response: Response) -> Response:
    """After the commit. (The company alone makes the link dead; its one row refuses a second one.)"""
    if response.status_code < 400:
        _token_file().unlink(missing_ok=True)
    return response


@bp.get("/welcome")
@public
def welcome() -> Any:
    """Nothing is set up: say where the link is."""
    if is_set_up():
        return go("accounts.sign_in")
    return page("accounts/welcome.html")


def _holds_the_link() -> None:
    try:
        kept = _token_file().read_text("utf-8")
    except FileNotFoundError:
        abort(404)
    given = token_hash(request.args.get("token", ""))
    if is_set_up() or not hmac.compare_digest(kept.encode(), given.encode()):
        abort(404)


def _token_file() -> Path:
    folder: Path = current_app.config["SETTINGS"].instance
    return folder / "setup_token"


def guard_doors(app: Flask) -> None:
    """Nobody gets in before the company stands, nor with somebody else's password."""
    needs_company = {"accounts.sign_in", "accounts.enter"}
    open_with_old = {"accounts.password", "accounts.change_password", "accounts.sign_out"}

    @app.before_request
    def company_first() -> Any:
        lock = getattr(app.view_functions.get(request.endpoint or ""), "lock", "public")
        if lock in ("public", "static") and request.endpoint not in needs_company:
            return None
        return None if is_set_up() else go("accounts.welcome")

    @app.before_request
    def own_password_first() -> Any:
        user = g.get("user")
        if user is None or not user.must_change or request.endpoint in open_with_old:
            return None
        view = app.view_functions.get(request.endpoint or "")
        return None if getattr(view, "lock", "public") == "public" else go("accounts.password")
