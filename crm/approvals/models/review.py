"""The review: its row, who may see it, and what one may ask of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import Perm, User
from crm.approvals.outcomes import outcome_of
from crm.kernel.database import Base, db
from crm.kernel.scope import Scoped

from .course import Course
from .states import ReviewState, StepState
from .step import Asked, Decision, ReviewStep


class Review(Course, Scoped, Base):
    """One round of one thing through a flow. A new round is a new row with the same number."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    round: Mapped[int] = mapped_column(default=1)
    flow: Mapped[str]
    flow_version: Mapped[int]
    thing_type: Mapped[str]
    thing_id: Mapped[int]
    title: Mapped[str]  # what is asked: 审核新档案
    object_name: Mapped[str]  # of what: the customer's name
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    state: Mapped[str] = mapped_column(default=ReviewState.PENDING)
    note: Mapped[str] = mapped_column(default="")
    proposal: Mapped[dict[str, Any]]  # what was proposed in this round, as it was
    submitted_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    steps: Mapped[list[ReviewStep]] = relationship(
        back_populates="review", order_by=ReviewStep.position, lazy="selectin"
    )

    __table_args__ = (
        UniqueConstraint("number", "round"),
        Index("ix_review_thing", "thing_type", "thing_id"),
        Index("ix_review_author_id_id", "author_id", "id"),
        Index(
            "uq_review_one_pending",
            "thing_type",
            "thing_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        CheckConstraint("(state = 'pending') = (closed_at IS NULL)", name="closed_has_date"),
        CheckConstraint(
            "state in ('pending','approved','returned','rejected','withdrawn')", name="state_known"
        ),
    )

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        """The author, and whoever's turn it is or was: with every round of that number (ARC-8)."""
        review, step, asked = cls.__table__.c, ReviewStep.__table__.c, Asked.__table__.c
        turns = (
            select(review.number)
            .join(ReviewStep.__table__, step.review_id == review.id)
            .join(Asked.__table__, asked.step_id == step.id)
            .where(asked.user_id == viewer.id, step.state != StepState.WAITING)
        )
        return or_(cls.author_id == viewer.id, cls.number.in_(turns))

    @property
    def pending(self) -> bool:
        return self.state == ReviewState.PENDING

    @property
    def current(self) -> ReviewStep | None:
        """The step that waits for an answer."""
        return next((s for s in self.steps if s.state == StepState.OPEN), None)

    @property
    def outcome(self) -> Any:
        """What the room says whose thing it is (outcomes.py)."""
        return outcome_of(self.flow)

    @property
    def decisions(self) -> list[Decision]:
        return [d for s in self.steps for d in s.decisions]

    @property
    def reasons(self) -> dict[str, str]:
        """Field key to why it was returned, for the author to read beside the field (ARC-8)."""
        return {key: reason for d in self.decisions for key, reason in d.reasons.items()}

    def rounds(self) -> list["Review"]:
        """All rounds of this thing under this number, oldest first (ARC-8)."""
        return list(
            db.session.scalars(select(Review).where(Review.number == self.number).order_by(Review.round))
        )

    def can_decide(self, user: Any) -> bool:
        """Who is asked, and still may: what somebody lost since they were asked counts at once."""
        step = self.current
        asked = step is not None and user.id != self.author_id and step.asks(user)
        return asked and user.may(Perm.REVIEW_DECIDE)

    def can_withdraw(self, user: Any) -> bool:
        return self.pending and user.id == self.author_id

    def shows_proposal_to(self, user: Any) -> bool:
        """The author, whose turn it is, and who decided. Who was asked beside them sees the course only."""
        return (
            user.sees_all
            or user.id == self.author_id
            or self.can_decide(user)
            or any(d.by_id == user.id for d in self.decisions)
        )
