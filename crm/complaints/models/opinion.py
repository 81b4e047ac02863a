"""What a customer told us: its row, and who may see it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import Department, Perm, Role, User, below
from crm.complaints.words import Severity, State
from crm.customers import Customer
from crm.kernel.database import Base
from crm.kernel.scope import Scoped

from .course import Course
from .intake import Intake
from .letters import Letters
from .seriousness import Seriousness

if TYPE_CHECKING:
    from .parts import Finding, Instruction, OpinionFile, Reply


class Opinion(Intake, Seriousness, Course, Letters, Scoped, Base):
    """A suggestion, a complaint, or a judgement on a technician (CMP-1)."""

    __tablename__ = "opinion"
    __scope_columns__ = ("registered_by_id", "handler_id", "customer_id", "department_path")

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)  # TS-20261119-003
    kind: Mapped[str]
    severity: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.REGISTERED)
    rank: Mapped[int]  # rules.rank of severity and state

    title: Mapped[str]
    product: Mapped[str] = mapped_column(default="")
    what_happened: Mapped[str]
    wanted: Mapped[str] = mapped_column(default="")
    channel: Mapped[str]
    received_at: Mapped[datetime]
    # the name is kept as it was said: a customer without archive has only that
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    customer_name: Mapped[str]
    contact_name: Mapped[str]
    contact_phone: Mapped[str] = mapped_column(default="")
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    score: Mapped[int | None]  # 1 to 5

    form_key: Mapped[str | None]  # of the form it was taken in by: a double click makes one opinion
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))  # who registered
    department_path: Mapped[str]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    assigned_at: Mapped[datetime | None]
    gm_seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]  # letter, call
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    customer: Mapped[Customer | None] = relationship()
    registered_by: Mapped[User] = relationship(foreign_keys=[registered_by_id], lazy="joined", innerjoin=True)
    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id], lazy="joined")
    technician: Mapped[User | None] = relationship(foreign_keys=[technician_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    instructions: Mapped[list["Instruction"]] = relationship(
        back_populates="opinion", order_by="Instruction.id"
    )
    findings: Mapped[list["Finding"]] = relationship(back_populates="opinion", order_by="Finding.id")
    replies: Mapped[list["Reply"]] = relationship(back_populates="opinion", order_by="Reply.id")
    files: Mapped[list["OpinionFile"]] = relationship(back_populates="opinion", order_by="OpinionFile.id")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("registered_by_id", "form_key"),
        Index("ix_opinion_list", "rank", "received_at", "id"),
        Index("ix_opinion_handler_id_state", "handler_id", "state"),
        Index("ix_opinion_department_path", "department_path"),
        CheckConstraint("kind in ('suggestion','complaint','judgement')", name="kind_known"),
        CheckConstraint("severity in ('serious','general')", name="severity_known"),
        CheckConstraint("state in ('registered','assigned','answered','closed')", name="state_known"),
        CheckConstraint("answered_by in ('letter','call')", name="answer_known"),
        CheckConstraint("score between 1 and 5", name="score_known"),
        CheckConstraint(
            "(kind = 'judgement') = (technician_id IS NOT NULL AND score IS NOT NULL)",
            name="judgement_has_technician",
        ),
        # CMP-4: whoever handles it has a name
        CheckConstraint("(state = 'registered') = (handler_id IS NULL)", name="handler_named"),
        # CMP-3: not closed before the answer, a serious one not without letter
        CheckConstraint(
            "(state in ('answered','closed')) = (answered_at IS NOT NULL AND answered_by IS NOT NULL)",
            name="answered_has_answer",
        ),
        CheckConstraint(
            "severity = 'general' OR answered_by IS NULL OR answered_by = 'letter'", name="serious_by_letter"
        ),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL AND closed_by_id IS NOT NULL)",
            name="closed_has_date",
        ),
        # CMP-2: the general manager knows of it
        CheckConstraint(
            "NOT (state = 'closed' AND severity = 'serious' AND gm_seen_at IS NULL)", name="serious_seen"
        ),
    )

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        """Who took it in, who handles it, the service supervisor, the sales line of the customer."""
        return seen(cls, viewer)

    @property
    def serious(self) -> bool:
        return self.severity == Severity.SERIOUS

    @property
    def link(self) -> str:
        """Path of its page; also where no request is running."""
        return f"/complaints/{self.id}"


def seen(opinion: Any, viewer: Any) -> ColumnElement[bool]:
    """The condition of `visible_to` over the columns of `opinion`: the model, or its bare table."""
    if not viewer.may(Perm.OPINION_READ):
        return false()
    customer = Customer.__table__.c
    rows: list[ColumnElement[bool]] = [opinion.registered_by_id == viewer.id, opinion.handler_id == viewer.id]
    mine: list[ColumnElement[bool]] = []
    if viewer.holds(Role.SALESPERSON, Role.SALES_MANAGER, Role.BRANCH_MANAGER):
        mine.append(customer.owner_id == viewer.id)
    if viewer.holds(Role.SALES_MANAGER):
        mine.append(below(customer.department_path, viewer.department.path))
    if viewer.holds(Role.BRANCH_MANAGER):
        mine.append(below(customer.department_path, viewer.department.branch_path))
    if viewer.holds(Role.SERVICE_SUPERVISOR):
        place = service_area(viewer.department)
        rows.append(below(opinion.department_path, place))
        mine.append(below(customer.department_path, place))
    if mine:
        rows.append(opinion.customer_id.in_(select(customer.id).where(or_(*mine))))
    return or_(*rows)


def service_area(department: Department) -> str:
    """Path of what a supervisor of this department looks after: the branch, or from head office all of it."""
    place: Department = department
    while place.kind != "branch" and place.parent is not None:
        place = place.parent
    return place.path
