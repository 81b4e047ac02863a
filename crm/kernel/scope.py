"""Row scope: who looks decides which rows exist (CUS-3).

Every session has one viewer. Each scoped model says once, in `visible_to`, which of its rows a viewer
sees; the session adds that to every query. Without a viewer there are no rows but an error.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from sqlalchemy import ColumnElement, TableClause, event
from sqlalchemy.orm import Mapper, ORMExecuteState, QueryableAttribute, with_loader_criteria
from sqlalchemy.orm import Session as AnySession
from sqlalchemy.sql import visitors

from .database import Base, Session, db
from .errors import Unscoped


class Viewer(Protocol):
    """Who looks: an employee, or EVERYONE with a reason."""

    @property
    def sees_all(self) -> bool: ...

    @property
    def scope_key(self) -> Hashable:
        """All that `visible_to` may ask of this viewer: who has the same key sees the same rows."""


class EVERYONE:  # reads as the glossary does: viewer = EVERYONE("why")
    """System work that must see every row; it says why."""

    sees_all = True
    scope_key = "everyone"

    def __init__(self, why: str) -> None:
        if not why:
            raise ValueError("say why everyone's rows are needed")
        self.why = why


class Scoped:
    """Mixin of a model whose rows are not for everybody."""

    #: columns that decide who sees a row; a change of one is checked like a new row
    __scope_columns__: tuple[str, ...] = ()
    #: False where a row may be written for somebody else's eyes (a message to a colleague)
    __checked_on_write__ = True

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        """Which rows a viewer sees; depends on nothing of the viewer but what is in `scope_key`."""
        raise NotImplementedError(cls.__name__)

    def seen_as(self) -> tuple[type[Any], Any]:
        """Model and id of the row by which this one is seen: itself, or the thing it is a part of."""
        return type(self), self.id  # type: ignore[attr-defined]


def scoped_models() -> list[type[Any]]:
    """Every mapped model with a scope."""
    return [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Scoped)]


def set_viewer(session: Any, viewer: Viewer) -> None:
    """Give a session its viewer. One viewer per session: rows already loaded are not asked again."""
    info = session.info
    if info.get("viewer") not in (None, viewer):
        raise Unscoped("this session already has another viewer")
    info["viewer"] = viewer


@contextmanager
def as_everyone(why: str) -> Iterator[AnySession]:
    """A session of its own that sees every row, for system work; commits at the end."""
    with Session(db, info={"viewer": EVERYONE(why)}, expire_on_commit=False) as session:
        yield session
        session.commit()


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    if state.is_column_load or state.execution_options.get("asked_below"):
        state.update_execution_options(scoped=True)  # of a row the viewer has, or prepared.found asks about
        return
    if not (state.is_select or state.is_update or state.is_delete or state.is_insert):
        return
    info = state.session.info
    viewer = info.get("viewer")
    if viewer is None or "asking" in info:
        return  # the cursor guard refuses what touches a scoped table
    if state.is_insert:
        if viewer.sees_all:
            state.update_execution_options(scoped=True)
        return  # criteria do not reach inserts: the guard (guard.py) refuses them
    info["asking"] = True  # the viewer's own roles and department may have to be loaded to answer
    try:
        statement, tables = narrowed(state.statement, viewer)
    finally:
        del info["asking"]
    if not tables:
        return  # nothing scoped in it, or only as Core tables, which the guard refuses
    state.statement = statement
    if state.execution_options.get("scoped") is not True:
        state.update_execution_options(scoped=tables)


def narrowed(statement: Any, viewer: Any) -> tuple[Any, Any]:
    """The statement as `viewer` may ask it, and the tables for which that is seen to (True: all)."""
    if viewer.sees_all:
        return statement, True
    narrowings = [_narrowing(model, viewer) for model in scoped_in(statement)]
    if not narrowings:
        return statement, frozenset()
    tables = frozenset[str]().union(*(n.tables for n in narrowings))
    return statement.options(*(n.criteria for n in narrowings)), tables


def scoped_in(statement: Any) -> frozenset[type[Any]]:
    """The scoped models that a statement reads as such, the ones joined to them by themselves included.

    What is overlooked here is not shown: the guard knows which tables were narrowed, and refuses others.
    """
    if getattr(statement, "_with_options", ()):
        return frozenset(scoped_models())  # options may join whatever they like
    found: frozenset[type[Any]] = frozenset()
    parts = [statement]
    while parts:
        part = parts.pop()
        if (entity := part._annotations.get("parententity")) is not None:
            found |= _comes_with(entity.mapper)
        if part.__visit_name__ not in _ENDS:
            parts.extend(part.get_children())
        for mapper in joined_by_relationship(part):
            found |= _comes_with(mapper)
    return found


def joined_by_relationship(part: Any) -> Iterator[Mapper[Any]]:
    """What `.join(Customer.contacts)` joins: it stands in no FROM before the statement is compiled."""
    for target, onclause, *_rest in getattr(part, "_setup_joins", ()):
        for end in (target, onclause):
            if isinstance(end, QueryableAttribute):
                yield end.property.mapper


#: parts of a statement that have no parts
_ENDS = frozenset({"column", "bindparam"})


@cache
def _comes_with(mapper: Mapper[Any]) -> frozenset[type[Any]]:
    """The scoped models among a model and what is always loaded by a join with it."""
    mappers, grown = {mapper}, {mapper}
    while grown:
        grown = {
            relation.mapper
            for one in grown
            for relation in one.relationships
            if relation.lazy in ("joined", False) and relation.mapper not in mappers
        }
        mappers |= grown
    return frozenset(m.class_ for m in mappers if issubclass(m.class_, Scoped))


@dataclass(frozen=True)
class _Narrowing:
    """What is added to a statement for one model; `tables`: its own, and those the criteria look into."""

    criteria: Any
    tables: frozenset[str]


_narrowings: dict[tuple[type[Any], Hashable], _Narrowing] = {}
MOST_KEPT = 4096


def _narrowing(model: type[Any], viewer: Viewer) -> _Narrowing:
    """Kept from request to request: making one costs as much as running a small query."""
    key = model, viewer.scope_key
    kept = _narrowings.get(key)
    if kept is None:
        if len(_narrowings) >= MOST_KEPT:
            _narrowings.clear()
        visible = model.visible_to(viewer)
        # lazy loads come by here themselves, so nothing needs to travel with the row
        criteria = with_loader_criteria(model, visible, include_aliases=True, propagate_to_loaders=False)
        looked_into = {part.name for part in visitors.iterate(visible) if isinstance(part, TableClause)}
        kept = _narrowings[key] = _Narrowing(criteria, frozenset({model.__tablename__} | looked_into))
    return kept
