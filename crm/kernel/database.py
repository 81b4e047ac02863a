"""The database: typed base, column types, and how SQLite is spoken to.

Models stand on our own `Base`; Flask-SQLAlchemy gives the engine and one session a request.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import JSON, DateTime, Engine, MetaData, String, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from .gate import Gate


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite drops zones, so it is stored naive in UTC there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[Any]: JSON().with_variant(JSONB(), "postgresql"),
        str: String(),
    }


_flushing: ContextVar[bool] = ContextVar("flushing", default=False)


class Session(FlaskSession):
    """The session of one viewer. The cursor guard lets the unit of work write; see scope.py."""

    def get_bind(self, *_args: Any, **_options: Any) -> Any:
        """There is one database, so nothing need be looked at to find it."""
        return self._db.engine

    def flush(self, objects: Any = None) -> None:
        token = _flushing.set(True)
        try:
            super().flush(objects)
        finally:
            _flushing.reset(token)


def flushing() -> bool:
    return _flushing.get()


def dumps(value: object) -> str:
    """JSON as it is stored: Chinese stays readable, dates are ISO."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"class_": Session, "expire_on_commit": False},
    # what people type stays out of error texts, and so out of the log (CUS-7)
    engine_options={"json_serializer": dumps, "hide_parameters": True},
)

# --- SQLite -------------------------------------------------------------------------------------

_writes: ContextVar[bool] = ContextVar("writes", default=True)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside only read: a GET need not stand in the writers' queue."""
    token = _writes.set(False)
    try:
        yield
    finally:
        _writes.reset(token)


def writing() -> bool:
    """Whether what runs now may write."""
    return _writes.get()


def begin_mode(*, writes: bool) -> None:
    """Say for the rest of this request whether its transactions write."""
    _writes.set(writes)


_gates: dict[str, Gate] = {}


def prepare_engine(engine: Engine) -> None:
    """Teach one engine our ways; called once, when the application starts."""
    if engine.dialect.name != "sqlite":
        return
    path = engine.url.database or ""
    gate = None if path in ("", ":memory:") else _gates.setdefault(path, Gate(Path(path + ".gate")))

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we send BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=8000",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if not _writes.get():
            connection.exec_driver_sql("BEGIN")
            return
        if gate and "gate" not in connection.info:
            connection.info["gate"] = gate.enter()
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine.pool, "checkin")
    def checkin(_connection: Any, record: Any) -> None:
        # not on "commit": that event comes before the commit itself
        if gate and "gate" in record.info:
            gate.leave(record.info.pop("gate"))
