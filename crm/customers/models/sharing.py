"""Sharing out a campaign's customers among salespeople (OWN-2)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import User
from crm.kernel.database import Base

from .parts import BelongsToCustomer


class Weight(Base):
    """How much a salesperson can take on, 1 to 9; 5 where nothing is said (OWN-2)."""

    __tablename__ = "salesperson_weight"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    weight: Mapped[int]

    __table_args__ = (CheckConstraint("weight BETWEEN 1 AND 9", name="in_range"),)


class Allocation(Base):
    """A proposal who gets which customers; the manager changes and confirms it."""

    __tablename__ = "allocation"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    state: Mapped[str] = mapped_column(default="proposed")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (CheckConstraint("state in ('proposed','confirmed','dropped')", name="state_known"),)


class AllocationLine(BelongsToCustomer, Base):
    """One customer of a proposal: whom the system says, whom the manager chose."""

    __tablename__ = "allocation_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    allocation_id: Mapped[int] = mapped_column(ForeignKey("allocation.id"))
    proposed_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    chosen_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (UniqueConstraint("allocation_id", "customer_id"),)
