"""Changes to what is filed: a request with its items, what became history, who is told (ARC-9, ARC-10)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import Department, User
from crm.kernel.database import Base

from .parts import BelongsToCustomer

#: the flow of transfers (owning/)
TRANSFER = "customers:transfer"


class ChangeRequest(BelongsToCustomer, Base):
    """A proposal about a filed archive. `flow`: customers:change, customers:grade or customers:transfer."""

    __tablename__ = "change_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    flow: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("change_request.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    author: Mapped[User] = relationship(viewonly=True)
    items: Mapped[list["ChangeItem"]] = relationship(
        back_populates="request", order_by="ChangeItem.id", lazy="selectin"
    )

    __table_args__ = (
        Index("ix_change_request_customer_id_state", "customer_id", "state"),
        CheckConstraint(
            "state in ('pending','applied','partly','refused','returned','withdrawn')", name="state_known"
        ),
        CheckConstraint("(state in ('pending','returned')) = (closed_at IS NULL)", name="closed_has_date"),
    )

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        """With the customer; its author also without: one may ask for one of the pool (OWN-4), and take back
        what one asked after the customer went to another department."""
        return or_(super().visible_to(viewer), cls.author_id == viewer.id)

    def seen_as(self) -> tuple[type[Any], Any]:
        return ChangeRequest, self.id


class ChangeItem(BelongsToCustomer, Base):
    """One field of a proposal. `part`: where the field lies; a part that ends in ".sealed" is sensitive."""

    __tablename__ = "change_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"), index=True)
    field: Mapped[str]  # fields.BY_KEY, "contacts", "owner_id", "grade"
    part: Mapped[str] = mapped_column(default="")
    values: Mapped[dict[str, Any]]  # {"old": …, "new": …} as plain values
    verdict: Mapped[str] = mapped_column(default="")  # accepted, refused
    why: Mapped[str] = mapped_column(default="")  # it was refused

    request: Mapped[ChangeRequest] = relationship(back_populates="items")

    __table_args__ = (
        UniqueConstraint("request_id", "field"),
        CheckConstraint("verdict in ('','accepted','refused')", name="verdict_known"),
    )

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        request = ChangeRequest.__table__.c
        own = select(request.id).where(request.author_id == viewer.id)
        return or_(super().visible_to(viewer), cls.request_id.in_(own))

    def seen_as(self) -> tuple[type[Any], Any]:
        return ChangeItem, self.id


class FieldChange(BelongsToCustomer, Base):
    """What a field was and became (ARC-9). Never changed."""

    __tablename__ = "field_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str]
    part: Mapped[str] = mapped_column(default="")
    values: Mapped[dict[str, Any]]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("change_request.id"))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]

    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined", innerjoin=True)
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id], lazy="joined")

    __table_args__ = (Index("ix_field_change_customer_id_field", "customer_id", "field", "id"),)


class FreeField(Base):
    """A field whose small corrections apply at once; an administrator marks it (ARC-9)."""

    __tablename__ = "free_field"

    key: Mapped[str] = mapped_column(primary_key=True)


class Subscription(BelongsToCustomer, Base):
    """A department that wants to know of changes of one customer (ARC-10)."""

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    department: Mapped[Department] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (UniqueConstraint("customer_id", "department_id"),)
