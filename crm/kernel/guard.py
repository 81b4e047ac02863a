"""The guard on the cursor: SQL on scoped tables runs only after the session has narrowed it (CUS-3).

scope.py narrows what it knows how to narrow, and says which tables that were; this is the last door.
"""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Alias, ColumnClause, Engine, TableClause, TextClause, event
from sqlalchemy.sql import visitors

from . import written  # noqa: F401  listens from now on: what may not be read may not be written either
from .database import flushing
from .errors import Unscoped
from .scope import joined_by_relationship, scoped_models


@lru_cache(maxsize=1)
def _scoped_tables() -> re.Pattern[str]:
    names = "|".join(sorted({m.__tablename__ for m in scoped_models()}) or ["-"])
    before = r"(?:\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+|,\s*)\(*(?:\w+\.)?\"?"
    return re.compile(rf"{before}({names})\"?(?=[\s,;)]|$)", re.I)


@lru_cache(maxsize=4096)
def _scoped_named(statement: str) -> frozenset[str]:
    return frozenset(name.lower() for name in _scoped_tables().findall(statement))


def guard_engine(engine: Engine) -> None:
    """Refuse SQL on scoped tables that did not come through a session with a viewer, narrowed to its rows."""

    @event.listens_for(engine, "before_cursor_execute")
    def look(_conn: Any, _cursor: Any, statement: str, _params: Any, context: Any, _many: bool) -> None:
        if flushing() or context is None:
            return
        narrowed = context.execution_options.get("scoped", frozenset())
        if narrowed is True or context.execution_options.get("schema_work"):
            return
        if beyond := _scoped_named(statement) - narrowed:
            raise Unscoped(
                f"no viewer on the session that asks for {', '.join(sorted(beyond))}: {statement[:120]}"
            )


def bypasses_scope(statement: Any) -> bool:
    """Whether a statement names a scoped table only as a Core table or as text: no criteria reach it."""
    scoped = {m.__tablename__ for m in scoped_models()}
    mapped: set[str] = set()
    plain: set[str] = set()
    part: Any
    for part in visitors.iterate(statement):
        if isinstance(part, TextClause):
            return True
        mapped |= {mapper.class_.__tablename__ for mapper in joined_by_relationship(part)}
        table = part.table if isinstance(part, ColumnClause) else part
        while isinstance(table, Alias):
            table = table.element
        if isinstance(table, TableClause) and table.name in scoped:
            (mapped if "parententity" in part._annotations else plain).add(table.name)
    return not plain <= mapped
