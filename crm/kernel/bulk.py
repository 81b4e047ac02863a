"""Many rows of one table at once, under the same scope as rows of a flush (CUS-3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from .database import db
from .errors import OutOfScope, Unscoped
from .scope import Scoped

AT_ONCE = 1000


def insert_many(model: Any, rows: Iterable[Mapping[str, Any]]) -> list[int]:
    """Insert rows of a model with a column `id`, all with the same keys; their ids, in order.

    Column defaults apply; relationships and hearers of the unit of work do not. Raises OutOfScope where
    the session's viewer would not see what was written.
    """
    statement: Any = insert(model).returning(model.id, sort_by_parameter_order=True)
    ids: list[int] = []
    for some in _batched(rows):
        given = list(db.session.scalars(statement, some, execution_options=_scoped(model)))
        _refuse_unseen(model, given)
        ids += given
    return ids


def update_many(model: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Set columns of rows by their `id`; all rows have the same keys. The caller has loaded them in scope."""
    table = model.__table__
    for some in _batched(rows):
        names = [name for name in some[0] if name != "id"]
        statement = (
            update(table)
            .where(table.c.id == bindparam("key_id"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        values = [{"key_id": row["id"], **{f"new_{name}": row[name] for name in names}} for row in some]
        db.session.connection().execute(statement, values, execution_options=_scoped(model))


def _scoped(model: Any) -> dict[str, bool]:
    if not issubclass(model, Scoped):
        return {}
    if db.session.info.get("viewer") is None:
        raise Unscoped(f"no viewer on the session that writes {model.__name__}")
    return {"scoped": True}


def _refuse_unseen(model: Any, ids: Sequence[int]) -> None:
    if not issubclass(model, Scoped) or not model.__checked_on_write__:
        return
    seen = db.session.scalar(select(func.count()).select_from(model).where(model.id.in_(ids)))
    if seen != len(ids):
        raise OutOfScope(
            f"{len(ids) - (seen or 0)} new {model.__name__} would not be visible to their writer"
        )


def _batched(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield some
