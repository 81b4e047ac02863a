"""The nodes of a review, the people asked at each, and what one of them decided."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import User
from crm.audit import record
from crm.kernel import clock
from crm.kernel.database import Base, db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.workdays import deadline

from .states import StepState

if TYPE_CHECKING:
    from .review import Review


class ReviewStep(Base):
    """One node of one review."""

    __tablename__ = "review_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    position: Mapped[int]
    key: Mapped[str]
    name: Mapped[str]
    days: Mapped[int]
    state: Mapped[str] = mapped_column(default=StepState.WAITING)
    opened_at: Mapped[datetime | None]
    counted_from: Mapped[date | None]  # its working days; the day it opened, or what the room says
    due_at: Mapped[datetime | None]

    review: Mapped["Review"] = relationship(back_populates="steps")
    asked: Mapped[list["Asked"]] = relationship(lazy="selectin")
    decisions: Mapped[list["Decision"]] = relationship(back_populates="step", lazy="selectin")

    __table_args__ = (
        UniqueConstraint("review_id", "position"),
        Index("ix_review_step_state_due_at", "state", "due_at"),
        CheckConstraint("state in ('waiting','open','done','skipped')", name="state_known"),
        CheckConstraint(
            "state NOT IN ('open','done') OR (opened_at IS NOT NULL AND counted_from IS NOT NULL)",
            name="opened_has_date",
        ),
    )

    def asks(self, user: Any) -> bool:
        """Whether this person may answer here."""
        return any(a.user_id == user.id for a in self.asked)

    def open(self, *, at: datetime, since: date | None = None) -> None:
        """Now it is these people's turn; the working days are counted from `since`, else from today."""
        self.state, self.opened_at = StepState.OPEN, at
        self.counted_from = since or clock.local(at).date()
        self.due_at = deadline(self.counted_from, self.days)
        people = [a.user_id for a in self.asked]
        record("review:ask", self.review, by=self.review.author, at=at, step=self.name, people=people)

    def reassign(self, people: list[User], review: "Review", *, by: Any, at: datetime) -> None:
        """Ask these people from now on, because those asked no longer fit. `review`: the step's own, which
        whoever moved somebody need not see."""
        before = [a.user_id for a in self.asked]
        after = [p.id for p in people]
        for asked in [a for a in self.asked if a.user_id not in after]:
            db.session.delete(asked)
        db.session.add_all([Asked(step_id=self.id, user_id=n) for n in after if n not in before])
        db.session.flush()
        db.session.expire(self, ["asked"])
        record(
            "review:reassign",
            review,
            by=by,
            at=at,
            step=self.name,
            before=before,
            people=after,
            open=self.state == StepState.OPEN,
        )

    def claim(self, state: StepState = StepState.DONE) -> None:
        """Take the open step; of several at once exactly one succeeds, whatever they had read before."""
        taken = db.session.execute(
            update(ReviewStep)
            .where(ReviewStep.id == self.id, ReviewStep.state == StepState.OPEN)
            .values(state=state)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            raise Refused(_("有人先一步处理了这张审批单，您的操作没有执行。"))
        self.state = state


class Asked(Base):
    """A person who may answer a step."""

    __tablename__ = "review_asked"

    step_id: Mapped[int] = mapped_column(ForeignKey("review_step.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class Decision(Base):
    """What one reviewer decided at one step. `reasons`: field key to what is wrong with it;
    `ticks`: checklist key to its detail."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("review_step.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    verdict: Mapped[str]
    comment: Mapped[str] = mapped_column(default="")
    reasons: Mapped[dict[str, Any]]
    ticks: Mapped[dict[str, Any]]
    at: Mapped[datetime]

    step: Mapped[ReviewStep] = relationship(back_populates="decisions")
    by: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (CheckConstraint("verdict in ('approve','return','reject')", name="verdict_known"),)


def things_asked(viewer_id: int, thing_type: str) -> Select[tuple[int]]:
    """SELECT of the ids of things of a type on which a person has an open step or has decided."""
    from .review import Review

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
            or_(step.state == StepState.OPEN, decision.by_id == viewer_id),
        )
    )
