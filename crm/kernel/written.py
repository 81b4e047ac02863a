"""Nobody writes where they could not see (CUS-3): rows that are new or moved are asked for once written."""

from typing import Any

from sqlalchemy import event, inspect, select

from .database import Session
from .errors import OutOfScope, Unscoped
from .prepared import sees
from .scope import Scoped

#: so many are asked for one by one, which is quicker: the statement is ready
FEW = 8


@event.listens_for(Session, "before_flush")
def _note_new_and_moved(session: Session, _context: Any, _instances: Any) -> None:
    viewer = session.info.get("viewer")
    if viewer is not None and viewer.sees_all:
        return
    rows = [row for row in session.new if isinstance(row, Scoped)]
    rows += [row for row in session.dirty if isinstance(row, Scoped) and _moved(row)]
    if rows and viewer is None:
        raise Unscoped(f"no viewer on the session that writes {type(rows[0]).__name__}")
    session.info.setdefault("to_check", []).extend(r for r in rows if r.__checked_on_write__)


def _moved(row: Any) -> bool:
    attrs = inspect(row).attrs
    return any(attrs[name].history.has_changes() for name in row.__scope_columns__)


@event.listens_for(Session, "after_flush_postexec")
def _refuse_foreign_rows(session: Session, _context: Any) -> None:
    rows = session.info.pop("to_check", [])
    by_model: dict[type[Any], set[Any]] = {}
    for row in rows:
        model, id = row.seen_as()
        by_model.setdefault(model, set()).add(id)
    for model, ids in by_model.items():
        if len(ids) <= FEW:
            beyond = {id for id in ids if not sees(model, id, session)}
        else:
            beyond = ids - set(session.scalars(select(model.id).where(model.id.in_(ids))))
        if beyond:
            raise OutOfScope(f"{model.__name__} {sorted(beyond)} would not be visible to its writer")
