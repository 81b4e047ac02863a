"""Statements that pages ask again and again, kept ready: narrowed to their viewer once, compiled once.

Putting a SELECT together, narrowing it and making its cache key takes longer than the database takes to
answer it. Who sees the same (`scope_key`) asks with the same text; only the answer is new each time.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

from flask import abort
from sqlalchemy import Result, Select, bindparam, column, select, text

from .database import db
from .errors import Unscoped
from .scope import Scoped, narrowed

MOST_KEPT = 5000


@dataclass(frozen=True)
class _Ready:
    """A statement as text; `said`: the values that stand in it, `options`: what the guard is told."""

    statement: Any
    said: dict[str, Any]
    options: dict[str, Any]


_ready: dict[Hashable, _Ready] = {}
_lock = Lock()

Row = TypeVar("Row", bound=Scoped)


def ask(key: Hashable, build: Callable[[], Select[Any]], /, **values: Any) -> Result[Any]:
    """The rows of `build()`, a SELECT of columns, for the session's viewer.

    `build` is called once for each `key` and `scope_key`, so it may depend on nothing else; what changes
    from time to time is a named `bindparam` in it, and its value one of `values`.
    """
    return _ask(db.session(), key, build, values)


def _ask(
    session: Any, key: Hashable, build: Callable[[], Select[Any]], values: dict[str, Any]
) -> Result[Any]:
    viewer = session.info.get("viewer")
    if viewer is None:
        raise Unscoped(f"no viewer on the session that asks for {key!r}")
    whole = db.engine.dialect.name, key, viewer.scope_key
    ready = _ready.get(whole)
    if ready is None:
        statement, tables = narrowed(build(), viewer)
        ready = _made_ready(statement, tables, values)
        with _lock:
            _ready[whole] = ready
            while len(_ready) > MOST_KEPT:
                del _ready[next(iter(_ready))]  # the oldest
    if session.autoflush and (session.new or session.dirty or session.deleted):
        session.flush()  # as asking the session itself would
    answer: Result[Any] = session.connection().execute(
        ready.statement, ready.said | values, execution_options=ready.options
    )
    return answer


def found(model: type[Row], id: int, *, lock: bool = False, options: Sequence[Any] = ()) -> Row:
    """The row of `model` with this id; 404 where there is none or the viewer does not see it (CUS-3).

    `lock` holds it until the transaction ends (PostgreSQL; SQLite has one writer anyway); `options` say
    what of it is loaded along. A row that may have to be waited for is read anew, what is joined to it is
    not: there the options are left out, and the rest comes after it.
    """
    waited = lock and db.engine.dialect.name != "sqlite"
    if not sees(model, id):
        abort(404)  # before it is touched: nobody waits for, or holds, a row they may not see
    row = db.session.get(
        model,
        id,
        options=() if waited else options,
        with_for_update={"of": model} if lock else None,
        execution_options={"asked_below": True},
    )
    if row is None or (waited and not sees(model, id)):  # while it was waited for, much may have changed
        abort(404)
    return row


def sees(model: Any, id: int, session: Any = None) -> bool:
    """Whether the session's viewer sees this row."""

    def build() -> Select[Any]:
        return select(model.id).where(model.id == bindparam("id"))

    asked = _ask(session or db.session(), ("sees", model.__name__), build, {"id": id})
    return asked.first() is not None


def _made_ready(statement: Select[Any], tables: Any, values: dict[str, Any]) -> _Ready:
    compiled = statement.compile(dialect=_spoken(db.engine.dialect))
    if moving := {name for name, bind in compiled.binds.items() if bind.callable} - set(values):
        raise ValueError(f"these change from time to time and are not among the values: {sorted(moving)}")
    whole = compiled.construct_expanded_state(values)
    said = {
        name: whole.processors[name](value) if name in whole.processors else value
        for name, value in whole.parameters.items()
        if name not in values
    }
    sql, said = _said_in_it(whole.statement.replace("::", r"\:\:"), said)
    asked = [bindparam(name, type_=compiled.binds[name].type) for name in values]
    columns = [column(str(c.key), c.type) for c in statement.selected_columns]
    # a cast ("::INTEGER") would be taken for a parameter; it is written twice then, which says the same
    plain = text(sql).bindparams(*asked)
    return _Ready(plain.columns(*columns), said, {"scoped": tables} | statement.get_execution_options())


def _said_in_it(sql: str, said: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """SQLite: the words that never change as literals of the statement, and the values that are left.

    It plans anew, which takes longer than answering, whenever a parameter is bound that it compared with
    the condition of a partial index, as in "state = ?". So the words are no parameters.
    """
    if db.engine.dialect.name != "sqlite":
        return sql, said
    words = {name: value for name, value in said.items() if type(value) is str and not {*"\0\\"} & {*value}}

    def literal(found: re.Match[str]) -> str:
        word = words.get(found[1])
        if word is None:
            return found[0]
        return "'" + word.replace("'", "''").replace(":", r"\:") + "'"

    left = {name: value for name, value in said.items() if name not in words}
    return re.sub(r"(?<![:\w\\]):(\w+)(?!:)", literal, sql), left


@lru_cache(maxsize=4)
def _spoken(dialect: Any) -> Any:
    """The database's language with named parameters, as text() wants them."""
    return type(dialect)(paramstyle="named")
