"""What belongs to a customer: chapters, contacts, needs, files, grades."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, UniqueConstraint, exists
from sqlalchemy.orm import Mapped, aliased, declared_attr, mapped_column, relationship

from crm.accounts import User
from crm.kernel.database import Base
from crm.kernel.scope import Scoped

from .customer import Customer


class BelongsToCustomer(Scoped):
    """A child row of a customer: whoever sees the customer sees it."""

    __scope_columns__ = ("customer_id",)

    @declared_attr
    def customer_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("customer.id"), index=True)

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        # asked of each row, not IN (all that one sees): most reads are about one customer
        owner: Any = aliased(Customer)
        return exists().where(owner.id == cls.customer_id, owner.visible_to(viewer)).correlate_except(owner)

    def seen_as(self) -> tuple[type[Any], Any]:
        return Customer, self.customer_id


class ChapterValues(BelongsToCustomer, Base):
    """What one chapter says. Sensitive values lie in a part of their own ("dealings.sealed"), so that
    the vault can take that part whole."""

    __tablename__ = "customer_chapter"

    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str]
    values: Mapped[dict[str, Any]]

    customer: Mapped[Customer] = relationship(back_populates="chapters")

    __table_args__ = (UniqueConstraint("customer_id", "part"),)


class Contact(BelongsToCustomer, Base):
    """A person at the customer."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")  # digits, rules.tidy_phone
    email: Mapped[str] = mapped_column(default="")
    decides: Mapped[str] = mapped_column(default="")  # decides, influences, uses or "" (ARC-2)
    primary: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]
    retired_reason: Mapped[str] = mapped_column(default="")
    phone_retired_at: Mapped[datetime | None]  # a dead number stays in history (ARC-12)

    customer: Mapped[Customer] = relationship(back_populates="contacts")


class Need(BelongsToCustomer, Base):
    """What the customer wants: what, how much, by when, for how much, who decides (ARC-2, ARC-7)."""

    __tablename__ = "need"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    target_on: Mapped[date | None]
    budget_low_fen: Mapped[int | None] = mapped_column(BigInteger)
    budget_high_fen: Mapped[int | None] = mapped_column(BigInteger)
    intent: Mapped[str] = mapped_column(default="")  # high, middle, low or ""
    pain: Mapped[str] = mapped_column(default="")
    decider: Mapped[str] = mapped_column(default="")
    influencers: Mapped[str] = mapped_column(default="")
    retired_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship(back_populates="needs")


class CustomerFile(BelongsToCustomer, Base):
    """An attachment; `kind` "licence" is the licence scan (sensitive)."""

    __tablename__ = "customer_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # licence, other
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    name: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship(back_populates="files")


class GradeChange(BelongsToCustomer, Base):
    """A change of the demand grade (GRD-1)."""

    __tablename__ = "grade_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    before: Mapped[str | None]
    after: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()
    by: Mapped[User] = relationship(lazy="joined", innerjoin=True)
