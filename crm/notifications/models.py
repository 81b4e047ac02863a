"""Messages: what somebody was told, and whether it was read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, ScalarSelect, func, select, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts import User
from crm.kernel.database import Base, db
from crm.kernel.languages import speaking
from crm.kernel.scope import Scoped


class Message(Scoped, Base):
    """One sentence to one person, and where it leads. Never a sensitive value (CUS-7)."""

    __tablename__ = "message"
    __checked_on_write__ = False  # written by a colleague, for the recipient's eyes only

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str]
    link: Mapped[str] = mapped_column(default="")  # a path of this site
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_message_recipient", "recipient_id", "id"),
        Index(
            "ix_message_unread",
            "recipient_id",
            sqlite_where=sql("read_at IS NULL"),
            postgresql_where=sql("read_at IS NULL"),
        ),
    )

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        mine: ColumnElement[bool] = cls.recipient_id == viewer.id
        return mine

    def read(self, *, at: datetime) -> None:
        """The recipient opened it; the first time counts."""
        self.read_at = self.read_at or at


def notify(user_ids: Iterable[int], text: Any, link: str, *, at: datetime) -> None:
    """Tell each of these people once, a lazy text in their own language.

    Stands or falls with the transaction it is called in.
    """
    people = select(User.id, User.locale).where(User.id.in_(set(user_ids))).order_by(User.id)
    for person in db.session.execute(people).all():
        with speaking(person.locale):
            db.session.add(Message(recipient_id=person.id, text=str(text), link=link, at=at))


def read_all(user: Any, *, at: datetime) -> None:
    """Everything in this inbox counts as read."""
    unread = update(Message).where(Message.recipient_id == user.id, Message.read_at.is_(None))
    db.session.execute(unread.values(read_at=at).execution_options(synchronize_session=False))


def unread_of(user_id: int) -> ScalarSelect[int]:
    """Scalar SELECT of the number of unread messages of a person."""
    unread = select(func.count(Message.id)).where(Message.recipient_id == user_id, Message.read_at.is_(None))
    return unread.scalar_subquery()
