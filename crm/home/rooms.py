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

#: kinds whose time runs on days off as well (OWN-3)
BY_CALENDAR = ("customers:first_contact", "customers:uncontacted")


def waiting(user: Any) -> list[Select[Any]]:
    """The to-do lines of every room for this person (crm.kernel.todo)."""
    return [lines for room in _ROOMS for lines in room.waiting(user)]


def url_of(kind: str, thing_id: int) -> str:
    """Where somebody goes to do it."""
    _label, endpoint, name = KINDS[kind]
    values: dict[str, Any] = {name: thing_id} if name else {}
    return url_for(endpoint, **values)
