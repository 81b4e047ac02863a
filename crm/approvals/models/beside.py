"""What is said beside the decisions: comments, copies, and the author's pressing."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import User
from crm.audit import record
from crm.kernel.database import Base, db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _

LONGEST = 1000  # characters of a comment


class ReviewComment(Base):
    """A word from somebody who reads the review; decides nothing."""

    __tablename__ = "review_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    text: Mapped[str]

    by: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class ReviewCopy(Base):
    """Somebody who may read along (抄送)."""

    __tablename__ = "review_copy"

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined", innerjoin=True)

    __table_args__ = (Index("ix_review_copy_user_id", "user_id", "review_id"),)


class Beside:
    """The verbs of Review that decide nothing."""

    if TYPE_CHECKING:
        id: Any
        author_id: Any
        pressed_at: Any
        comments: Any
        copies: Any

        @property
        def current(self) -> Any: ...
        def can_comment(self, user: Any) -> bool: ...
        def can_copy(self, user: Any) -> bool: ...
        def can_press(self, user: Any, at: datetime | None = None) -> bool: ...
        def locked(self) -> Any: ...
        def what_happened(self, step_id: int | None = None) -> Any: ...

    def comment(self, text: str, *, by: User, at: datetime) -> ReviewComment:
        """Say a word; the author and whose turn it is are told."""
        if not self.can_comment(by):
            raise Forbidden(_("这张审批单与您无关，不能评论。"))
        text = text.strip()
        if not text or len(text) > LONGEST:
            wrong = _("请写评论内容。") if not text else _("最多 %(n)s 个字。", n=LONGEST)
            raise Refused(wrong, fields={"text": wrong})
        said = ReviewComment(review_id=self.id, by_id=by.id, by=by, at=at, text=text)
        self.comments.append(said)
        db.session.flush()
        record("review:comment", self, by=by, at=at, people=self._others(by))
        return said

    def copy_to(self, user_ids: Iterable[int], *, by: User, at: datetime) -> list[User]:
        """Let these people read along (抄送); who already may is not told again."""
        if not self.can_copy(by):
            raise Forbidden(_("这张审批单与您无关，不能抄送。"))
        wanted = list(dict.fromkeys(user_ids))
        people = list(db.session.scalars(select(User).where(User.id.in_(wanted)).order_by(User.id)))
        if not wanted or len(people) < len(wanted) or not all(p.active and p.works for p in people):
            wrong = _("请选择在职的业务同事。")
            raise Refused(wrong, fields={"people": wrong})
        known = {copy.user_id for copy in self.copies} | {self.author_id}
        fresh = [p for p in people if p.id not in known]
        if not fresh:
            wrong = _("他们已经能看到这张审批单。")
            raise Refused(wrong, fields={"people": wrong})
        for person in fresh:
            self.copies.append(
                ReviewCopy(review_id=self.id, user_id=person.id, user=person, by_id=by.id, at=at)
            )
        db.session.flush()
        record("review:copy", self, by=by, at=at, people=[p.id for p in fresh])
        return fresh

    def press(self, *, by: User, at: datetime) -> None:
        """The author asks those whose turn it is to hurry, at most once an hour (催办)."""
        if by.id != self.author_id:
            raise Forbidden(_("只有发起人可以催办。"))
        self.locked()
        step = self.current
        if step is None:
            raise Refused(self.what_happened())
        if not self.can_press(by, at):
            raise Refused(_("一小时内已经催办过，请稍后再催。"))
        self.pressed_at = at
        step.tell("review:press", by=by, at=at, people=step.asks_now)

    def _others(self, by: User) -> list[int]:
        step = self.current
        told = [self.author_id, *(step.asks_now if step is not None else ())]
        return [n for n in dict.fromkeys(told) if n != by.id]
