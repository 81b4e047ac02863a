"""The rows by which processes agree: who leads, what ran, what must leave the house."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.kernel.database import Base

#: how long until a delivery is tried again; after the last it is given up
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
TRIES = len(PAUSES) + 1

#: a run that began longer ago and has no end was interrupted: its process is gone
INTERRUPTED = timedelta(minutes=10)


class Lease(Base):
    """Who leads: one process runs the jobs, another takes over when it stops renewing."""

    __tablename__ = "job_lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class JobRun(Base):
    """A job ran for a slot; its key lets it run once."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(default="")


class Outgoing(Base):
    """What must leave the house once its transaction stands: an e-mail, a message to a robot."""

    __tablename__ = "outgoing"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index(
            "ix_outgoing_due",
            "due_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    def given_up(self, at: datetime) -> bool:
        """Whether nobody will try it any more. The last try has its time to end."""
        return self.sent_at is None and self.tries >= TRIES and self.due_at <= at

    def again(self, *, at: datetime) -> None:
        """Begin anew with what was given up."""
        self.tries, self.due_at, self.fault = 0, at, ""
