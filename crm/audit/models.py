"""The audit chain's rows, and `record`, by which every verb says what it did."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import CheckConstraint, Index, Integer, Select, bindparam, event, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from crm.kernel import seams
from crm.kernel.database import Base, Session, db, dumps
from crm.kernel.languages import gettext as _
from crm.kernel.prepared import ask

GENESIS = "0" * 64


class AuditEntry(Base):
    """One change of state. The database refuses to change or delete a row (triggers, 0001)."""

    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    tag: Mapped[str]  # "room:verb"
    thing_type: Mapped[str]
    thing_id: Mapped[int | None]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    facts: Mapped[dict[str, Any]]
    reason: Mapped[str]
    previous: Mapped[str]
    digest: Mapped[str]

    __table_args__ = (
        Index("ix_audit_entry_thing", "thing_type", "thing_id", "seq"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
    )


class AuditHead(Base):
    """The end of the chain: one row, locked while an entry is appended, so that it never forks."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    digest: Mapped[str]


@dataclass
class Event:
    """What a verb did; hearers get it before the commit."""

    tag: str
    thing: Any
    by: Any
    at: datetime
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def record(tag: str, thing: Any, *, by: Any, at: datetime, reason: str = "", **facts: Any) -> Event:
    """Say that `by` (an employee, or None for the system) did `tag` to `thing` at `at`.

    Hearers are told at once; the entry joins the chain when the transaction commits. Facts are plain
    values; nothing sensitive goes in.
    """
    happened = Event(tag, thing, by, at, reason, facts)
    db.session.info.setdefault("audit", []).append(happened)
    seams.tell(tag, happened)
    return happened


def digest(row: dict[str, Any]) -> str:
    """SHA-256 over the canonical form of an entry, its predecessor's digest included."""
    plain = {k: v for k, v in row.items() if k != "digest"} | {"at": row["at"].isoformat()}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


_HEAD: Any = AuditHead.__table__
#: every commit says one of these, so they are made once
_END = select(_HEAD.c.seq, _HEAD.c.digest).with_for_update()
_CHAIN: Any = AuditEntry.__table__
_ADD = insert(_CHAIN)
_BEGIN = insert(_HEAD).values(id=1)
_MOVE = update(_HEAD).where(_HEAD.c.id == 1)


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    happened: list[Event] = session.info.pop("audit", [])
    if not happened:
        return
    session.flush()  # things get their ids
    connection = session.connection()
    end = connection.execute(_END).first()
    seq, previous = (end.seq, end.digest) if end else (0, GENESIS)
    rows = []
    for entry in happened:
        row = {
            "seq": (seq := seq + 1),
            "at": entry.at,
            "tag": entry.tag,
            "thing_type": getattr(entry.thing, "__tablename__", "") or "",
            "thing_id": getattr(entry.thing, "id", None),
            "actor_id": getattr(entry.by, "id", None),
            "actor_name": getattr(entry.by, "name", "") or "系统",
            "facts": json.loads(dumps(entry.facts)),
            "reason": entry.reason,
            "previous": previous,
        }
        previous = row["digest"] = digest(row)
        rows.append(row)
    connection.execute(_ADD, rows)
    connection.execute(_MOVE if end else _BEGIN, {"seq": seq, "digest": previous})


#: how much was recorded when a savepoint began: taking it back takes back what was recorded since
_marks: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: Any) -> None:
    if transaction.nested:
        _marks[transaction] = len(session.info.get("audit", ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: Any) -> None:
    del session.info.get("audit", [])[_marks.get(transaction, 0) :]


class Past(NamedTuple):
    """One entry as it is read: `actor_name` in the reader's language where nobody but the system acted."""

    seq: int
    tag: str
    actor_name: str
    at: datetime
    facts: dict[str, Any]
    reason: str


def history(thing_type: str, thing_id: int, limit: int = 200) -> list[Past]:
    """What happened to one thing, newest first."""
    rows = ask("history", _history, thing_type=thing_type, thing_id=thing_id, most=limit)
    return [
        Past(r.seq, r.tag, r.actor_name if r.actor_id is not None else _("系统"), r.at, r.facts, r.reason)
        for r in rows
    ]


def _history() -> Select[Any]:
    e = AuditEntry
    happened = select(e.seq, e.tag, e.actor_id, e.actor_name, e.at, e.facts, e.reason).where(
        e.thing_type == bindparam("thing_type"), e.thing_id == bindparam("thing_id")
    )
    return happened.order_by(e.seq.desc()).limit(bindparam("most", type_=Integer()))
