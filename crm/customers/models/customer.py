"""The customer archive: its row, and who may see it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    and_,
    delete,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import Department, Perm, Role, User, below
from crm.approvals import things_asked
from crm.customers.archive.fields import BY_KEY
from crm.kernel.database import Base, db
from crm.kernel.scope import Scoped

from .belonging import Belonging
from .life import CustomerState, Life

if TYPE_CHECKING:
    from .parts import ChapterValues, Contact, CustomerFile, Need

S = CustomerState


class Customer(Life, Belonging, Scoped, Base):
    """One company or person. Columns are what lists, search and rules need; the rest lies in chapters."""

    __tablename__ = "customer"
    __scope_columns__ = ("owner_id", "author_id", "department_path")

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    code: Mapped[str | None] = mapped_column(unique=True)  # KH-2026-0402, given at filing
    state: Mapped[str] = mapped_column(default=S.DRAFT)
    draft_key: Mapped[str | None]  # of the form that made the draft: a double click makes one draft

    # what the form says (fields.py)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(default="", index=True)  # likeness.name_key(name)
    uscc: Mapped[str | None] = mapped_column(index=True)
    nature: Mapped[str | None]
    form: Mapped[str | None]
    industry: Mapped[str | None]
    staff: Mapped[int | None]
    yearly_revenue_fen: Mapped[int | None] = mapped_column(BigInteger)
    province: Mapped[str | None]
    city: Mapped[str | None]
    phone: Mapped[str | None]
    phone_retired_at: Mapped[datetime | None]  # a dead number stays in history (ARC-12)
    address: Mapped[str | None]
    website: Mapped[str | None]
    founded_on: Mapped[date | None]
    trading_since: Mapped[date | None]

    # where it comes from (ARC-2, ARC-3, OWN-1)
    source_channel: Mapped[str | None]  # SourceChannel.key
    source_note: Mapped[str] = mapped_column(default="")  # import: file and row
    met_by: Mapped[str | None]
    collected_on: Mapped[date]
    first_contact_on: Mapped[date | None]
    import_batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)

    # whose it is
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    department_path: Mapped[str]
    distinct_reason: Mapped[str] = mapped_column(default="")  # why it is not the likely duplicate (ARC-14)

    # how it stands
    grade: Mapped[str | None]
    value_level: Mapped[str | None]  # strategic, key, ordinary, potential (GRD-2)
    key_customer: Mapped[bool] = mapped_column(default=False)
    completeness: Mapped[int] = mapped_column(default=0)  # per cent (ARC-17)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # in the register by then (ARC-4)
    contact_due_at: Mapped[datetime | None]  # first contact by then (OWN-3); None: nobody need
    dispatch_due_at: Mapped[datetime | None]  # sent to Marketing by then (ARC-5)
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    dispatched_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    archivist_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    filed_at: Mapped[datetime | None]
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    place: Mapped[str | None]
    custodian_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    retired_at: Mapped[datetime | None]
    retired_reason: Mapped[str] = mapped_column(default="")

    # who they are is read by these; what is written is the id
    author: Mapped[User] = relationship(foreign_keys=[author_id], viewonly=True)
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id], viewonly=True)
    archivist: Mapped[User | None] = relationship(foreign_keys=[archivist_id], viewonly=True)
    custodian: Mapped[User | None] = relationship(foreign_keys=[custodian_id], viewonly=True)
    department: Mapped[Department] = relationship(foreign_keys=[department_id], viewonly=True)
    chapters: Mapped[list["ChapterValues"]] = relationship(back_populates="customer", lazy="selectin")
    contacts: Mapped[list["Contact"]] = relationship(back_populates="customer", order_by="Contact.id")
    needs: Mapped[list["Need"]] = relationship(back_populates="customer", order_by="Need.id")
    files: Mapped[list["CustomerFile"]] = relationship(back_populates="customer", order_by="CustomerFile.id")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("author_id", "draft_key"),
        Index("ix_customer_register", "state", "updated_at", "id"),
        Index("ix_customer_owner_id_state", "owner_id", "state"),
        Index("ix_customer_department_path", "department_path"),
        CheckConstraint("grade in ('A', 'B', 'C')", name="grade_known"),
        CheckConstraint(
            "state in ('draft','in_review','returned','approved','dispatched','filed','retired')",
            name="state_known",
        ),
        CheckConstraint("state != 'in_review' OR submitted_at IS NOT NULL", name="review_has_date"),
        CheckConstraint(
            "state NOT IN ('approved','dispatched','filed') OR approved_at IS NOT NULL",
            name="approved_has_date",
        ),
        CheckConstraint(
            "state NOT IN ('dispatched','filed') OR dispatched_at IS NOT NULL", name="dispatched_has_date"
        ),
        CheckConstraint(
            "state != 'filed' OR (filed_at IS NOT NULL AND code IS NOT NULL AND place IS NOT NULL"
            " AND custodian_id IS NOT NULL)",
            name="filed_has_place",
        ),
        CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired_has_date"),
        CheckConstraint("state = 'draft' OR trim(name) != ''", name="named"),
    )

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        """CUS-3: own; the manager's department and below; what is dispatched or assigned to one; cases."""
        rows: list[ColumnElement[bool]] = []
        if viewer.may(Perm.CUSTOMER_ENTER):
            rows += [cls.owner_id == viewer.id, cls.author_id == viewer.id]
        if viewer.holds(Role.SALES_MANAGER):
            rows.append(below(cls.department_path, viewer.department.path))
        if viewer.holds(Role.BRANCH_MANAGER):
            rows.append(below(cls.department_path, viewer.department.branch_path))
        if viewer.holds(Role.DISPATCHER):
            branch = below(cls.department_path, viewer.department.branch_path)
            rows.append(and_(cls.state == S.APPROVED, branch))
            rows.append(cls.dispatched_by_id == viewer.id)
        if viewer.holds(Role.MARKETING_MANAGER):
            rows.append(cls.dispatched_at.is_not(None))
        if viewer.holds(Role.ARCHIVIST):
            rows.append(cls.archivist_id == viewer.id)
        if viewer.holds(Role.CUSTODIAN):
            rows.append(cls.custodian_id == viewer.id)
        if viewer.works:  # whoever is asked: by the flow, by a colleague, or standing in for one
            rows.append(cls.id.in_(things_asked(viewer.id, cls.__tablename__)))
            rows.append(cls.id.in_(changes_asked(viewer.id)))
        if viewer.may(Perm.OPINION_HANDLE):
            admitted = CustomerAccess.__table__.c
            rows.append(cls.id.in_(select(admitted.customer_id).where(admitted.user_id == viewer.id)))
        return or_(*rows) if rows else false()

    def value(self, key: str) -> Any:
        """A field's value wherever it is kept (fields.py)."""
        field = BY_KEY[key]
        if field.column:
            return getattr(self, key)
        return next((c.values.get(key) for c in self.chapters if c.part == field.part), None)


def changes_asked(viewer_id: int) -> Select[tuple[int]]:
    """SELECT of the ids of customers about whose change a person is asked, or decided."""
    from .changes import ChangeRequest

    request = ChangeRequest.__table__.c
    return select(request.customer_id).where(request.id.in_(things_asked(viewer_id, "change_request")))


class CustomerAccess(Base):
    """Somebody beside the sales line may see a customer, and why: the handler of a case, while it is open.

    One row for each reason: who handles two cases of a customer still sees it when one of them ends.
    """

    __tablename__ = "customer_access"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    because: Mapped[str] = mapped_column(primary_key=True)  # number of the case
    at: Mapped[datetime]

    @classmethod
    def admit(cls, customer_id: int, user: User, *, because: str, at: datetime) -> None:
        """Let this person see the customer for this reason, and nobody else for it (CUS-3).

        By id: who decides about a case need not see the customer.
        """
        cls.dismiss(customer_id, because=because, besides=user)
        if db.session.get(cls, (customer_id, user.id, because)) is None:
            db.session.add(cls(customer_id=customer_id, user_id=user.id, because=because, at=at))
            db.session.flush()

    @classmethod
    def dismiss(cls, customer_id: int, *, because: str, besides: User | None = None) -> None:
        """The reason is gone, and the sight with it."""
        gone = delete(cls).where(cls.customer_id == customer_id, cls.because == because)
        db.session.execute(gone if besides is None else gone.where(cls.user_id != besides.id))
