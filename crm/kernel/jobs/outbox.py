"""The outbox: what leaves the house is written down with its cause, and delivered once that stands."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, event, select, update

from crm.kernel import clock
from crm.kernel.database import Session, db, reading
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.logs import new_reference
from crm.kernel.scope import EVERYONE, set_viewer
from crm.kernel.seams import tell

from .registry import job
from .tables import PAUSES, TRIES, Outgoing

Deliver = Callable[[dict[str, Any]], None]

#: a delivery must end within; then another process may try
TAKEN = timedelta(minutes=10)

_carriers: dict[str, Deliver] = {}
_labels: dict[str, Any] = {}  # lazy texts

#: set when something was put into the outbox, so that who waits for work need not wait for its slot
nudge = threading.Event()


def send(topic: str, **payload: Any) -> None:
    """Put something into the outbox, which stands or falls with the present transaction.

    It lies there readable for weeks: ids and addresses only, never a sensitive value (CUS-7). What is
    delivered reads the rest when it is delivered, by the rights of whoever receives it.
    """
    now = clock.now()
    db.session.add(Outgoing(topic=topic, payload=payload, created_at=now, due_at=now))
    db.session.info["nudge"] = True


def carries(topic: str, label: Any = "") -> Callable[[Deliver], Deliver]:
    """Register who delivers a topic (`label`: what it is, in words). Called with the payload; whatever it
    raises makes it be tried again: after 1 and 5 minutes, half an hour, 2 hours, half a day. Then hearers of
    "outbox:give_up" are told.

    A delivery happens at least once, and by one process at a time: receivers must stand a second one. It must
    end within ten minutes, so give every connection a timeout. It may read (every row), what it writes to the
    database is rolled back: no writer waits for somebody else's server.
    """

    def register(deliver: Deliver) -> Deliver:
        _carriers[topic] = deliver
        _labels[topic] = label or topic
        return deliver

    return register


def label_of(topic: str) -> Any:
    return _labels.get(topic, topic)


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    if not session.in_nested_transaction() and session.info.pop("nudge", False):
        nudge.set()


@event.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("nudge", None)


def waiting(now: datetime) -> bool:
    """Whether something is to be delivered now."""
    return db.session.scalar(select(Outgoing.id).where(_due(now)).limit(1)) is not None


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(Outgoing.sent_at.is_(None), Outgoing.due_at <= now, Outgoing.tries < TRIES)


@job(
    "outbox:deliver", every=timedelta(seconds=30), label=_l("发出待发的消息"), in_pieces=True, only_if=waiting
)
def deliver(now: datetime) -> None:
    """Deliver what is due, the oldest first. Any process may, at any time: a row is taken before."""
    with reading():
        ids = list(db.session.scalars(select(Outgoing.id).where(_due(now)).order_by(Outgoing.id)))
        db.session.rollback()
    for id in ids:
        _deliver(id, now)


def _deliver(id: int, now: datetime) -> None:
    taken = _take(id, now)
    if taken is None:
        return
    topic, payload, tries = taken
    try:
        with reading():
            try:
                _carriers[topic](payload)
            finally:
                db.session.rollback()
    except Exception as error:
        _failed(id, topic, tries, error)
    else:
        _end(id, tries, sent_at=clock.now(), fault="")


def _take(id: int, now: datetime) -> tuple[str, dict[str, Any], int] | None:
    """Topic, payload and number of this try; None where another process was quicker."""
    taken = (
        update(Outgoing)
        .where(Outgoing.id == id, _due(now))
        .values(tries=Outgoing.tries + 1, due_at=clock.now() + TAKEN)
        .returning(Outgoing.topic, Outgoing.payload, Outgoing.tries)
    )
    row = db.session.execute(taken.execution_options(synchronize_session=False)).first()
    db.session.commit()
    return (row.topic, row.payload, row.tries) if row else None


def _failed(id: int, topic: str, tries: int, error: Exception) -> None:
    """Wait for the next try, or give up. The error's text stays out of the table (CUS-7), as in jobs."""
    reference, now = new_reference(), clock.now()
    current_app.logger.error(
        "delivery %s of %s failed, try %s", id, topic, tries, exc_info=error, extra={"reference": reference}
    )
    last = tries >= TRIES
    due_at = now if last else now + PAUSES[tries - 1]
    _end(id, tries, due_at=due_at, fault=f"{type(error).__name__} · {reference}", gave_up=last)


def _end(id: int, tries: int, *, gave_up: bool = False, **values: Any) -> None:
    """Note how a try ended, unless it took so long that another one began."""
    ended = update(Outgoing).where(Outgoing.id == id, Outgoing.tries == tries, Outgoing.sent_at.is_(None))
    ended = ended.values(**values).execution_options(synchronize_session=False)
    found = db.session.execute(ended.returning(Outgoing.id)).first()
    if gave_up and found:
        tell("outbox:give_up", db.session.get(Outgoing, id, populate_existing=True))
    db.session.commit()


def deliver_now(now: datetime) -> None:
    """After a nudge: `deliver` without waiting for its slot."""
    set_viewer(db.session, EVERYONE("deliver the outbox"))
    deliver(now)
