"""The review: its row, who may see it, and what one may ask of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import User
from crm.approvals.outcomes import outcome_of
from crm.kernel import clock
from crm.kernel.database import Base, db
from crm.kernel.scope import Scoped

from .answers import Asked, Decision
from .beside import Beside, ReviewComment, ReviewCopy
from .course import Course
from .handing import Handing
from .states import ReviewState, StepState, Verdict
from .step import ReviewStep

#: an author may press no more often (催办)
PRESS_EVERY = timedelta(hours=1)


class Review(Course, Handing, Beside, Scoped, Base):
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
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # conditions ask them
    people: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # owner, custodian …
    pressed_at: Mapped[datetime | None]  # by its author (催办)
    proposal: Mapped[dict[str, Any]]  # what was proposed in this round, as it was
    submitted_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    steps: Mapped[list[ReviewStep]] = relationship(
        back_populates="review", order_by=ReviewStep.position, lazy="selectin"
    )
    comments: Mapped[list[ReviewComment]] = relationship(order_by=ReviewComment.id)
    copies: Mapped[list[ReviewCopy]] = relationship(order_by=ReviewCopy.at)

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
        """The author, whoever's turn it is or was, and who was sent a copy: every round of it (ARC-8)."""
        review, step, asked = cls.__table__.c, ReviewStep.__table__.c, Asked.__table__.c
        copy = ReviewCopy.__table__.c
        # who let somebody sign before them waits again, and goes on seeing it
        added = ReviewStep.__table__.alias("added").c
        put_before = exists().where(added.review_id == step.review_id, added.added_by_id == viewer.id)
        turns = (
            select(review.number)
            .join(ReviewStep.__table__, step.review_id == review.id)
            .join(Asked.__table__, asked.step_id == step.id)
            .where(asked.user_id == viewer.id, or_(step.state != StepState.WAITING, put_before))
        )
        copies = (
            select(review.number)
            .join(ReviewCopy.__table__, copy.review_id == review.id)
            .where(copy.user_id == viewer.id)
        )
        return or_(cls.author_id == viewer.id, cls.number.in_(turns), cls.number.in_(copies))

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

    @property
    def refused(self) -> dict[str, str]:
        """Key to why of the lines that were refused while the rest was approved (Outcome.partial)."""
        said_yes = (d for d in self.decisions if d.verdict == Verdict.APPROVE)
        return {key: why for d in said_yes for key, why in d.reasons.items()}

    @property
    def stamp(self) -> str:
        """The version of the thing now; a decision says which one it read."""
        return str(self.outcome.stamp(self))

    def rounds(self) -> list["Review"]:
        """All rounds of this thing under this number, oldest first (ARC-8)."""
        return list(
            db.session.scalars(select(Review).where(Review.number == self.number).order_by(Review.round))
        )

    @property
    def versions(self) -> list["Review"]:
        return self.rounds()

    def can_decide(self, user: Any) -> bool:
        """Whoever is asked now: by the flow, handed on to, added, or standing in. Never the author."""
        step = self.current
        return step is not None and user.id != self.author_id and step.asks(user)

    def can_withdraw(self, user: Any) -> bool:
        return self.pending and user.id == self.author_id

    def can_press(self, user: Any, at: datetime | None = None) -> bool:
        again = self.pressable_from
        mine = self.pending and user.id == self.author_id
        return mine and (again is None or (at or clock.now()) >= again)

    @property
    def pressable_from(self) -> datetime | None:
        """From when the author may press again; None where they have not pressed yet."""
        return self.pressed_at and self.pressed_at + PRESS_EVERY

    def can_comment(self, user: Any) -> bool:
        """Whoever has a part in it; not the administrator who happens to pass by."""
        asked = any(a.user_id == user.id for s in self.steps if s.state != StepState.WAITING for a in s.asked)
        return user.id == self.author_id or asked or self.was_copied(user) or user.sees_all

    def can_copy(self, user: Any) -> bool:
        """Who may read what is proposed may let others read along."""
        return self.shows_proposal_to(user)

    def was_copied(self, user: Any) -> bool:
        return any(copy.user_id == user.id for copy in self.copies)

    @property
    def earlier_steps(self) -> list[ReviewStep]:
        """Where the open step may be sent back to: what was answered before it, each node once."""
        step = self.current
        if step is None:
            return []
        done = {s.key: s for s in self.steps if s.state == StepState.DONE and s.position < step.position}
        return [s for key, s in done.items() if key != step.key]

    def shows_proposal_to(self, user: Any) -> bool:
        """The author, whose turn it is, who decided, and who was sent a copy. Who was asked beside them sees
        the course only."""
        return (
            user.sees_all
            or user.id == self.author_id
            or self.can_decide(user)
            or any(d.by_id == user.id for d in self.decisions)
            or self.was_copied(user)
            or any(s.added_by_id == user.id for s in self.steps)
        )


def things_asked(viewer_id: int, thing_type: str) -> Select[tuple[int]]:
    """SELECT of the ids of things of a type on which it is a person's turn or has decided."""
    review, step, asked = Review.__table__.c, ReviewStep.__table__.c, Asked.__table__.c
    decision = Decision.__table__.c
    return (
        select(review.thing_id)
        .join(ReviewStep.__table__, step.review_id == review.id)
        .join(Asked.__table__, asked.step_id == step.id)
        .outerjoin(Decision.__table__, decision.step_id == step.id)
        .where(
            asked.user_id == viewer_id,
            review.thing_type == thing_type,
            or_(and_(step.state == StepState.OPEN, asked.open), decision.by_id == viewer_id),
        )
    )
