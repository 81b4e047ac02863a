"""The rooms that have work for people: what waits in each, and where a line leads."""

from typing import Any

from flask import url_for
from sqlalchemy import Select

from crm.approvals import queries as approvals
from crm.complaints import queries as complaints
from crm.customers import queries as customers

_ROOMS = (approvals, customers, complaints)

#: kind of a line: its name, its page, the name of the id in the page's address ("": the page of all)
KINDS: dict[str, tuple[Any, str, str]] = {
    kind: page for room in _ROOMS for kind, page in room.TODO_KINDS.items()
}

#: kinds done on a desk, many at once: what the one line says that stands for a whole pile
PILES: dict[str, Any] = {kind: text for room in _ROOMS for kind, text in getattr(room, "PILES", {}).items()}

#: kinds whose time runs on days off as well (OWN-3, ARC-13)
BY_CALENDAR = (
    "customers:first_contact",
    "customers:uncontacted",
    "customers:spot_back",
    "customers:spot_late",
)


def waiting(user: Any, part: Any = None, *, bare: bool = False) -> list[Select[Any]]:
    """The to-do lines of every room for this person (crm.kernel.todo). `part` cuts those of approvals, where
    somebody may have very many; `bare` ones are only counted."""
    others = [lines for room in _ROOMS if room is not approvals for lines in room.waiting(user)]
    return [*approvals.waiting(user, part, bare=bare), *others]


def url_of(kind: str, thing_id: int | None) -> str:
    """Where somebody goes to do it; None for the page where all of the kind lie."""
    _label, endpoint, name = KINDS[kind]
    values: dict[str, Any] = {name: thing_id} if name and thing_id is not None else {}
    return url_for(endpoint, **values)
