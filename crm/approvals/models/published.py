"""Flows as an administrator published them; without one the flow is the one that ships."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import User
from crm.approvals.rules import FLOWS, Flow, StepRule, steps_from_plain
from crm.kernel.database import Base, db


class FlowVersion(Base):
    """One published version of a flow. Never changed: a review tells by its number what it ran through."""

    __tablename__ = "flow_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    flow: Mapped[str]
    version: Mapped[int]
    steps: Mapped[list[Any]]  # of StepRule as plain values
    note: Mapped[str] = mapped_column(default="")
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    published_at: Mapped[datetime]

    published_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (UniqueConstraint("flow", "version"),)

    @property
    def rules(self) -> tuple[StepRule, ...]:
        return steps_from_plain(self.steps)


def newest(key: str) -> FlowVersion | None:
    """The version of a flow that was published last."""
    versions = select(FlowVersion).where(FlowVersion.flow == key).order_by(FlowVersion.version.desc())
    return db.session.scalar(versions.limit(1))


def flow_in_force(key: str) -> Flow:
    """What is submitted now goes through this: the newest published version, else the one that ships."""
    shipped, published = FLOWS[key], newest(key)
    if published is None or published.version <= shipped.version:
        return shipped
    return replace(shipped, version=published.version, steps=published.rules)
