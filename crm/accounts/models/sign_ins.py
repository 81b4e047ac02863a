"""Where people are signed in, and how often somebody guessed."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.kernel.database import Base, db

if TYPE_CHECKING:
    from .people import User


class LoginSession(Base):
    """One signed-in browser. The cookie holds the token, the table its hash."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    keep: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(default="")

    user: Mapped["User"] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def begin(cls, user: "User", *, at: datetime, keep: bool, address: str, agent: str) -> str:
        """Sign `user` in and return the token for the cookie."""
        token = secrets.token_urlsafe(32)
        db.session.add(
            cls(
                token_hash=token_hash(token),
                user_id=user.id,
                begun_at=at,
                seen_at=at,
                keep=keep,
                address=address[:64],
                agent=agent[:200],
            )
        )
        return token


def alive(session: Any, now: datetime, *, idle: timedelta, longest: timedelta) -> bool:
    """Whether a LoginSession, or a row of its columns, may still be used: not idle too long (unless kept),
    not older than `longest`."""
    fresh: bool = session.keep or now - session.seen_at < idle
    return fresh and now - session.begun_at < longest


class Throttle(Base):
    """Tries under one key: an account, a name that nobody has, an address (throttle.py)."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_at: Mapped[datetime]

    __table_args__ = (Index("ix_throttle_last_at", "last_at"),)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
