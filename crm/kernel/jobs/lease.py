"""Who leads. A lease is taken when there is work, so an idle process writes nothing.

The lease spares the others the trouble; that a slot runs once is kept by the run's own key.
"""

import os
import secrets
import socket
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.dialects import postgresql, sqlite

from crm.kernel.database import db

from .tables import Lease

LENGTH = timedelta(seconds=60)
NAME = "jobs"

#: this process, as the administrator reads it
HOLDER = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


def take(holder: str, now: datetime) -> bool:
    """Take or renew the lease; False where another process holds it."""
    row = {"name": NAME, "holder": holder, "until": now + LENGTH}
    free = or_(
        Lease.holder == holder,
        Lease.until <= now,
        Lease.until > now + 2 * LENGTH,  # written by a clock that was wrong
    )
    renewed = update(Lease).where(Lease.name == NAME, free).values(**row).returning(Lease.name)
    first = inserting(Lease).values(**row).on_conflict_do_nothing().returning(Lease.name)
    with db.engine.begin() as connection:  # no session: nobody's page need be asked anew for this
        return any(connection.execute(statement).first() for statement in (renewed, first))


def give_back(holder: str, now: datetime) -> None:
    """The next process need not wait for the end of the lease."""
    with db.engine.begin() as connection:
        connection.execute(update(Lease).where(Lease.holder == holder, Lease.until > now).values(until=now))


def inserting(model: type[Any]) -> Any:
    """INSERT of this database's dialect, which knows ON CONFLICT."""
    dialect: Any = {"postgresql": postgresql, "sqlite": sqlite}[db.engine.dialect.name]
    return dialect.insert(model.__table__)
