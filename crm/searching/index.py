"""Writing into the index, and asking it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    bindparam,
    column,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    table,
)
from sqlalchemy import insert as sql_insert
from sqlalchemy.dialects import postgresql, sqlite

from crm.kernel.database import db
from crm.kernel.text import ESCAPE, piece

from .models import SearchDoc
from .tokens import is_exact, lines, terms_for, terms_of, words

#: thing's id, its texts, its pinyin initials (several parted by blanks)
Row = tuple[int, Sequence[str | None], str]

_DOC: Any = SearchDoc.__table__
_INDEX = table("search_index", column("rowid"), column("terms"), column("search_index"))
#: things written by one statement
AT_ONCE = 500
#: a word shorter than this would match nearly every name's initials
SHORTEST_INITIALS = 2


def put(kind: str, thing_id: int, *texts: str | None, initials: str = "") -> None:
    """Let a thing be found by any piece of `texts`, or of its pinyin `initials`; replaces what was there."""
    put_many(kind, [(thing_id, texts, initials)])


def put_many(kind: str, rows: Iterable[Row]) -> None:
    """`put` for many things at once: an import, a rebuild. What did not change is not written."""
    for some in _batched(rows, AT_ONCE):
        values = {row[0]: _values(kind, *row) for row in some}
        for known in db.session.execute(
            _of(kind, list(values), _DOC.c.thing_id, _DOC.c.text, _DOC.c.initials)
        ):
            new = values[known.thing_id]
            if (known.text, known.initials) == (new["text"], new["initials"]):
                del values[known.thing_id]
        if values:
            _write(kind, values)


def drop(kind: str, *thing_ids: int) -> None:
    """Let things be found no more (ARC-12)."""
    for some in _batched(thing_ids, AT_ONCE):
        _unlist(kind, some)
        db.session.execute(delete(_DOC).where(_DOC.c.kind == kind, _DOC.c.thing_id.in_(some)))


@dataclass(frozen=True)
class Sought:
    """What is looked for. `ids()` depends on `shape` alone, so that a page may keep its statement for all
    that people type (prepared.ask); what was typed are the `values` of its parameters."""

    shape: tuple[Any, ...]
    values: dict[str, Any]

    def ids(self) -> Select[tuple[int]]:
        """The ids of things found, as a subquery."""
        return _ids(self.shape, lambda name, type_: bindparam(name, type_=type_))


def sought(kind: str, query: str) -> Sought:
    """Things in which every word of `query` is found. Use it inside a query on the things themselves, which
    brings the row scope. No words: nothing."""
    asked = words(query)
    # the index narrows to texts that have all tokens; whether they stand together, the text itself says
    terms = list(dict.fromkeys(term for word in asked for term in terms_for(word)))
    listed = " ".join(f'"{term}"' for term in terms) if _on_sqlite() else terms
    values: dict[str, Any] = {"terms": listed} if asked else {}
    shape: list[Any] = [kind]
    for n, word in enumerate(asked):
        exact = is_exact(word)
        shape.append((exact, len(word) >= SHORTEST_INITIALS and word.isascii()))
        if not exact:
            values[f"word_{n}"] = piece(word)
    return Sought(tuple(shape), values)


def matches(kind: str, query: str) -> Select[tuple[int]]:
    """`sought` with its values in it, for a query that is put together anew:
    `select(Customer.id).where(Customer.id.in_(matches("customer", "恒拓")))`."""
    found = sought(kind, query)
    return _ids(found.shape, lambda name, type_: literal(found.values[name], type_))


#: makes a parameter of its name and type
_Bind = Callable[[str, Any], ColumnElement[Any]]


def _ids(shape: tuple[Any, ...], bind: _Bind) -> Select[tuple[int]]:
    kind, *words = shape
    if not words:
        return select(_DOC.c.thing_id).where(false())
    together = [
        _has(bind(f"word_{n}", Text()), letters) for n, (exact, letters) in enumerate(words) if not exact
    ]
    return select(_DOC.c.thing_id).where(_DOC.c.id.in_(_listed_under(bind)), _of_kind(kind), *together)


def _listed_under(bind: _Bind) -> Select[tuple[int]]:
    if _on_sqlite():
        phrase = bind("terms", Text())
        return select(_INDEX.c.rowid).where(_INDEX.c.search_index.op("MATCH")(phrase))
    array = func.string_to_array(_DOC.c.terms, " ", type_=postgresql.ARRAY(Text))
    having = array.contains(bind("terms", postgresql.ARRAY(Text)))
    # materialized: else the planner, which cannot guess how rare a token is, reads the whole table
    listed = select(_DOC.c.id).where(having).cte().prefix_with("MATERIALIZED")
    return select(listed.c.id)


def _of_kind(kind: str) -> ColumnElement[bool]:
    """As an expression, which no index serves: else SQLite would begin with all things of the kind."""
    same: ColumnElement[bool] = _DOC.c.kind + "" == kind
    return same


def _has(sought: ColumnElement[Any], initials: bool) -> ColumnElement[bool]:
    in_text: ColumnElement[bool] = _DOC.c.text.like(sought, escape=ESCAPE)
    return or_(in_text, _DOC.c.initials.like(sought, escape=ESCAPE)) if initials else in_text


def _write(kind: str, values: dict[int, dict[str, Any]]) -> None:
    dialect: Any = {"postgresql": postgresql, "sqlite": sqlite}[db.engine.dialect.name]
    insert = dialect.insert(_DOC)
    changed = {name: insert.excluded[name] for name in ("text", "initials", "terms")}
    _unlist(kind, list(values))
    db.session.execute(
        insert.on_conflict_do_update(index_elements=["kind", "thing_id"], set_=changed), list(values.values())
    )
    if _on_sqlite():
        listed = _of(kind, list(values), _DOC.c.id, _DOC.c.terms)
        db.session.execute(sql_insert(_INDEX).from_select(["rowid", "terms"], listed))


def _unlist(kind: str, thing_ids: Sequence[int]) -> None:
    """Take things out of SQLite's index, which must be given the very terms it was given before."""
    if _on_sqlite():
        listed = _of(kind, thing_ids, literal("delete"), _DOC.c.id, _DOC.c.terms)
        db.session.execute(sql_insert(_INDEX).from_select(["search_index", "rowid", "terms"], listed))


def _of(kind: str, thing_ids: Sequence[int], *columns: Any) -> Select[Any]:
    return select(*columns).where(_DOC.c.kind == kind, _DOC.c.thing_id.in_(thing_ids))


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _values(kind: str, thing_id: int, texts: Sequence[str | None], initials: str) -> dict[str, Any]:
    text, letters = lines(texts), lines(initials.split())
    return {
        "kind": kind,
        "thing_id": thing_id,
        "text": text,
        "initials": letters,
        "terms": terms_of(f"{text}\n{letters}"),
    }


def _batched(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some
