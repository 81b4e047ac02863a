"""Who is it? Server-side sessions: the cookie is a ticket, the table decides."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app, request, session
from flask_login import LoginManager, login_user
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from crm.kernel import clock
from crm.kernel.database import begin_mode, db
from crm.kernel.web import SAFE

from .models import LoginSession, Nobody, User, alive, token_hash

login_manager = LoginManager()
login_manager.anonymous_user = Nobody
login_manager.session_protection = None  # our own table ends sessions

SEEN_EVERY = timedelta(minutes=1)


#: person, department and roles in one statement, made once: every request begins with it
_BY_TOKEN: Any = (
    select(User, LoginSession.id, LoginSession.begun_at, LoginSession.seen_at, LoginSession.keep)
    .join(LoginSession, LoginSession.user_id == User.id)
    .where(LoginSession.token_hash == bindparam("token_hash"))
    .options(joinedload(User.role_rows))
)


@login_manager.user_loader
def load(token: str) -> User | None:
    """The employee behind a session token, or None where the session is over."""
    hashed = token_hash(token)
    row = db.session.execute(_BY_TOKEN, {"token_hash": hashed}).unique().one_or_none()
    now = clock.now()
    if row is None or not row.User.active or not alive(row, now, **_limits()):
        return None
    if now - row.seen_at > SEEN_EVERY:
        _touch(row.id, now)
    user: User = row.User
    user.session_token = token
    return user


def _touch(session_id: int, now: datetime) -> None:
    """Note that the session is in use."""
    used = update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now)
    if request.method not in SAFE:
        db.session.execute(used)  # in the request's own transaction: there is one writer, and it is this one
        return
    # a GET must not write, and its transaction only reads: a short one beside it
    begin_mode(writes=True)
    try:
        with db.engine.begin() as connection:
            connection.execute(used)
    except OperationalError:  # who only reads is served also while nothing can be written
        current_app.logger.warning("a session was not touched")
    finally:
        begin_mode(writes=False)


def begin(user: User, *, at: datetime, keep: bool) -> None:
    """Sign this browser in as `user`: a new token, nothing left of the session before."""
    user.session_token = LoginSession.begin(
        user, at=at, keep=keep, address=request.remote_addr or "", agent=request.user_agent.string
    )
    session.clear()
    session.permanent = keep  # outlives the browser's window; the table ends it all the same
    login_user(user)


def current(user: User) -> LoginSession | None:
    """The session this request came in."""
    hashed = token_hash(user.session_token)
    return db.session.scalar(select(LoginSession).where(LoginSession.token_hash == hashed))


def alive_of(user: User, now: datetime) -> list[LoginSession]:
    """The browsers in which `user` is signed in, the one used last first."""
    query = select(LoginSession).where(LoginSession.user_id == user.id).order_by(LoginSession.seen_at.desc())
    return [row for row in db.session.scalars(query) if alive(row, now, **_limits())]


def sweep(now: datetime) -> None:
    """Forget sessions that nobody can use any more."""
    db.session.execute(delete(LoginSession).where(LoginSession.begun_at <= now - _limits()["longest"]))


def _limits() -> dict[str, timedelta]:
    settings = current_app.config["SETTINGS"]
    return {
        "idle": timedelta(minutes=settings.idle_minutes),
        "longest": timedelta(hours=settings.session_hours),
    }


def end(token: str) -> None:
    """Sign this browser out."""
    db.session.execute(delete(LoginSession).where(LoginSession.token_hash == token_hash(token)))
