"""Who may answer a step, and what they answered."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import User
from crm.kernel.database import Base

if TYPE_CHECKING:
    from .step import ReviewStep


class Asked(Base):
    """A person who may answer a step, or might once. Kept in order by ReviewStep.arrange."""

    __tablename__ = "review_asked"

    step_id: Mapped[int] = mapped_column(ForeignKey("review_step.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    place: Mapped[int] = mapped_column(default=0, server_default="0")  # in turn; -1: has no seat any more
    #: whose answer it would be: somebody else's where this one stands in for them
    for_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    #: False where it is not this person's turn yet, or they answered, or handed it on
    open: Mapped[bool] = mapped_column(default=True, server_default=true())

    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined", innerjoin=True)


class Decision(Base):
    """What one reviewer decided at one step. `reasons`: field key to what is wrong with it;
    `ticks`: checklist key to its detail."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("review_step.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    #: whose answer it is: `by` themselves, or who asked them to answer while away
    for_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    verdict: Mapped[str]
    comment: Mapped[str] = mapped_column(default="")
    reasons: Mapped[dict[str, Any]]
    ticks: Mapped[dict[str, Any]]
    at: Mapped[datetime]

    step: Mapped["ReviewStep"] = relationship(back_populates="decisions")
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined", innerjoin=True)
    principal: Mapped[User] = relationship(foreign_keys=[for_id], lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("step_id", "for_id"),
        CheckConstraint("verdict in ('approve','return','reject','back')", name="verdict_known"),
    )

    @property
    def acted_for(self) -> User | None:
        """Whom `by` stood in for, if anybody."""
        return self.principal if self.for_id != self.by_id else None
