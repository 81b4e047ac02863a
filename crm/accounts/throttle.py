"""Five wrong passwords, then a quarter of an hour of nothing, whether or not the name exists.

A try counts before it is judged and is forgiven when it was right: many at once get no more tries than
one after the other. An address has more tries than a name, because an office shares one.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from crm.audit import record
from crm.kernel.database import db

from .models import Throttle, User

TRIES, TRIES_OF_ADDRESS = 5, 50
LOCKED = timedelta(minutes=15)


def keys(user_id: int | None, name: str, address: str) -> dict[str, int]:
    """The keys of one try and how many each may take. The typed name, maybe a password, is not kept."""
    unknown = hashlib.sha256(name.encode()).hexdigest()[:32]
    return {
        f"user:{user_id}" if user_id else f"name:{unknown}": TRIES,
        f"address:{address}": TRIES_OF_ADDRESS,
    }


def take(tries: Mapping[str, int], at: datetime) -> bool:
    """Count one try under each key, in a transaction of its own; False where one of them is locked."""
    db.session.rollback()
    rows = [_row(key, at) for key in sorted(tries)]
    locked = any(row.locked_until is not None and at < row.locked_until for row in rows)
    if not locked:
        for row in rows:
            row.failures = row.failures + 1 if at - row.last_at < LOCKED else 1
            row.last_at = at
            row.locked_until = at + LOCKED if row.failures >= tries[row.key] else None
    db.session.commit()
    return not locked


def forgive(tries: Mapping[str, int]) -> None:
    """The try was right: the name starts anew, the address gets this one back."""
    for row in db.session.scalars(select(Throttle).where(Throttle.key.in_(tries))):
        if row.key.startswith("address:") and row.failures > 1:
            row.failures, row.locked_until = row.failures - 1, None
        else:
            db.session.delete(row)


def tell(user_id: int | None, at: datetime) -> None:
    """Leave an audit entry of a wrong password, in a transaction of its own: the answer to it rolls back."""
    db.session.rollback()
    if user_id is not None:
        record("user:sign_in_failed", db.session.get(User, user_id), by=None, at=at)
        db.session.commit()


def sweep(at: datetime) -> None:
    """Forget what no longer counts."""
    db.session.execute(delete(Throttle).where(Throttle.last_at < at - LOCKED))


def _row(key: str, at: datetime) -> Throttle:
    dialect: Any = {"postgresql": postgresql, "sqlite": sqlite}[db.engine.dialect.name]
    db.session.execute(
        dialect.insert(Throttle).values(key=key, failures=0, last_at=at).on_conflict_do_nothing()
    )
    return db.session.scalars(select(Throttle).where(Throttle.key == key).with_for_update()).one()
