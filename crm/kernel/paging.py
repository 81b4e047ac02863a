"""Lists page by key: the next page starts after the last row seen, at any depth at the same cost."""

import base64
import binascii
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from .database import db, dumps
from .prepared import ask

SIZE = 50
CAP = 1000
LARGEST = 2**63


@dataclass(frozen=True)
class Key:
    """One column of the order; `read` makes the column's type of the cursor's JSON (date.fromisoformat)."""

    column: Any
    descending: bool = False
    read: Callable[[Any], Any] | None = None


#: cuts lines to one page: (lines, all keys of the whole, those of them that say the order of these lines)
Cut = Callable[[Select[Any], Sequence[Key], Sequence[Key]], Select[Any]]


@dataclass(frozen=True)
class Page:
    rows: Sequence[Any]
    prev_url: str | None
    next_url: str | None
    total: int | None = None

    @property
    def total_text(self) -> str:
        """ "214", or "1,000+" where counting on would cost more than it tells."""
        return "" if self.total is None else capped(self.total)


def paged(
    statement: Select[Any] | Callable[[], Select[Any]],
    keys: Sequence[Key],
    *,
    size: int = SIZE,
    total: int | None = None,
    kept_as: Hashable = None,
    values: Mapping[str, Any] | None = None,
    cut_into: Callable[[Cut], tuple[Select[Any], Sequence[Key]]] | None = None,
) -> Page:
    """One page of `statement` in the order of `keys` (the last key must be unique).

    The place comes from `?after=` or `?before=`. Rows must carry the key columns; columns compare as
    they are selected. An unreadable cursor shows the first page. With `kept_as` the statement is made
    once for all that `prepared.ask` says, with `values` for its parameters. `cut_into` makes the same
    statement, and its keys, out of parts that are cut to this page each, where a part may be very long.
    """
    told = dict(values or {})
    after, before = _cursor("after", keys), _cursor("before", keys)
    backwards = before is not None and after is None
    seek = before if backwards else after
    if seek is not None:
        told |= {f"place_{n}": value for n, value in enumerate(seek)}

    def cut(lines: Select[Any], keys: Sequence[Key], order: Sequence[Key]) -> Select[Any]:
        if seek is not None:
            lines = lines.where(_beyond(keys, backwards=backwards))
        columns = [(k.column.asc() if k.descending == backwards else k.column.desc()) for k in order]
        return lines.order_by(None).order_by(*columns).limit(size + 1)

    def build() -> Select[Any]:
        if cut_into is not None:
            lines, its_keys = cut_into(cut)
            return cut(lines, its_keys, its_keys)
        return cut(statement() if callable(statement) else statement, keys, keys)

    if kept_as is None:
        rows = list(db.session.execute(build(), told))
    else:
        rows = list(ask((kept_as, size, seek is not None, backwards), build, **told))
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_prev = more if backwards else after is not None
    has_next = True if backwards else more
    return Page(
        rows,
        _url("before", rows[0], keys) if rows and has_prev else None,
        _url("after", rows[-1], keys) if rows and has_next else None,
        total,
    )


def capped(number: int) -> str:
    """A number that was counted to the cap, as it is shown: "214", or "1,000+"."""
    return f"{CAP:,}+" if number > CAP else f"{number:,}"


def capped_count(statement: Select[Any], **values: Any) -> int:
    """Rows of `statement`, counted to 1,001 at most."""
    inner = statement.order_by(None).limit(CAP + 1).subquery()
    counted = select(func.count()).select_from(inner).execution_options(**statement.get_execution_options())
    return db.session.scalar(counted, values) or 0


def _beyond(keys: Sequence[Key], *, backwards: bool) -> ColumnElement[bool]:
    places = [bindparam(f"place_{n}", type_=key.column.type) for n, key in enumerate(keys)]
    branches = []
    for index, key in enumerate(keys):
        same = [k.column == p for k, p in zip(keys[:index], places[:index], strict=True)]
        less = key.descending != backwards
        step = key.column < places[index] if less else key.column > places[index]
        branches.append(and_(*same, step))
    return or_(*branches)


def _url(name: str, row: Any, keys: Sequence[Key]) -> str:
    values = [getattr(row, k.column.key) for k in keys]
    text = base64.urlsafe_b64encode(dumps(values).encode()).decode().rstrip("=")
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in ("after", "before")]
    return f"{request.path}?{urlencode([*kept, (name, text)])}"


def _cursor(name: str, keys: Sequence[Key]) -> list[Any] | None:
    text = request.args.get(name, "")
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list):
            return None
        read = [k.read(v) if k.read else v for k, v in zip(keys, values, strict=True)]
        return read if all(map(_fits, keys, read)) else None
    except (binascii.Error, ValueError, TypeError):
        return None


def _fits(key: Key, value: Any) -> bool:
    """Whether a database could compare the column with it: anybody may write a cursor."""
    if not isinstance(value, key.column.type.python_type):
        return False
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return abs(value) < LARGEST if isinstance(value, int) else "\0" not in str(value)
