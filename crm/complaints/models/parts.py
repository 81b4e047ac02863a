"""What belongs to an opinion: instructions, findings, replies, attachments."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from crm.accounts import User
from crm.complaints.words import ReplyKind
from crm.files import StoredFile
from crm.kernel.database import Base
from crm.kernel.scope import Scoped

from .opinion import Opinion, seen


class BelongsToOpinion(Scoped):
    """A child row of an opinion: whoever sees the opinion sees it."""

    __scope_columns__ = ("opinion_id",)

    @declared_attr
    def opinion_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("opinion.id"), index=True)

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        opinion = Opinion.__table__.c
        return cls.opinion_id.in_(select(opinion.id).where(seen(opinion, viewer)))

    def seen_as(self) -> tuple[type[Any], Any]:
        return Opinion, self.opinion_id


class Instruction(BelongsToOpinion, Base):
    """What the general manager decided on a serious complaint (CMP-2)."""

    __tablename__ = "opinion_instruction"

    id: Mapped[int] = mapped_column(primary_key=True)
    way: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    handler_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    opinion: Mapped[Opinion] = relationship(back_populates="instructions")
    handler: Mapped[User] = relationship(foreign_keys=[handler_id], lazy="joined", innerjoin=True)
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined", innerjoin=True)

    __table_args__ = (
        CheckConstraint("way in ('take','forward','read')", name="way_known"),
        CheckConstraint("way != 'forward' OR trim(text) != ''", name="forwarded_with_instruction"),
    )


class Finding(BelongsToOpinion, Base):
    """A step taken or a thing found out."""

    __tablename__ = "opinion_finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # words.FINDINGS
    text: Mapped[str]
    happened_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    opinion: Mapped[Opinion] = relationship(back_populates="findings")
    by: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (CheckConstraint("trim(text) != ''", name="says_something"),)


class Reply(BelongsToOpinion, Base):
    """What the customer was told: a letter (without date it is a draft), or the note of a call (CMP-3)."""

    __tablename__ = "opinion_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)  # of the draft, as its writer saw it
    kind: Mapped[str]
    # letter
    number: Mapped[str | None] = mapped_column(unique=True)  # 明澜函〔2026〕001 号
    title: Mapped[str] = mapped_column(default="")
    addressee: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")  # one paragraph a line; of a call: what was said
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    delivered: Mapped[str] = mapped_column(default="")  # words.DELIVERIES
    # call
    whom: Mapped[str] = mapped_column(default="")
    reaction: Mapped[str] = mapped_column(default="")

    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    drafted_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # letter sent, call made

    opinion: Mapped[Opinion] = relationship(back_populates="replies")
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined", innerjoin=True)
    signer: Mapped[User | None] = relationship(foreign_keys=[signer_id], lazy="joined")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("kind in ('letter','call')", name="kind_known"),
        CheckConstraint(
            "(kind = 'letter' AND told_at IS NOT NULL) = (number IS NOT NULL)", name="sent_has_number"
        ),
        CheckConstraint(
            "number IS NULL OR (trim(title) != '' AND trim(body) != '' AND signer_id IS NOT NULL)",
            name="letter_says_something",
        ),
        CheckConstraint(
            "kind != 'call' OR (told_at IS NOT NULL AND trim(whom) != '' AND trim(body) != '')",
            name="call_says_something",
        ),
        Index(
            "uq_opinion_reply_one_draft",
            "opinion_id",
            unique=True,
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
    )

    @property
    def sent(self) -> bool:
        return self.told_at is not None

    @property
    def noted_at(self) -> datetime:
        """When the system learned of it: a call is told of afterwards."""
        return (self.told_at if self.is_letter else None) or self.drafted_at

    @property
    def is_letter(self) -> bool:
        return self.kind == ReplyKind.LETTER


class OpinionFile(BelongsToOpinion, Base):
    """An attachment: a photograph of what happened, the customer's letter."""

    __tablename__ = "opinion_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    name: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime]

    opinion: Mapped[Opinion] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()
