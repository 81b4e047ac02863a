"""What somebody opened last. The cookie keeps ids only; names are read again, within one's scope."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, session, url_for
from sqlalchemy import select

from crm.complaints import Opinion
from crm.customers import Customer
from crm.kernel.database import db

KEPT = 6
_SESSION = "recent"


@dataclass(frozen=True)
class Entry:
    label: str
    href: str
    icon: str


def _customers(ids: list[int]) -> dict[int, Entry]:
    rows = db.session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(ids)))
    return {row.id: Entry(row.name, url_for("customers.show", id=row.id), "building") for row in rows}


def _complaints(ids: list[int]) -> dict[int, Entry]:
    rows = db.session.execute(select(Opinion.id, Opinion.number, Opinion.title).where(Opinion.id.in_(ids)))
    return {
        row.id: Entry(f"{row.number} {row.title}", url_for("complaints.show", id=row.id), "message-report")
        for row in rows
    }


#: endpoint of a record's page: how to name such records
_PAGES: dict[str, Callable[[list[int]], dict[int, Entry]]] = {
    "customers.show": _customers,
    "complaints.show": _complaints,
}


def remember(endpoint: str, args: dict[str, Any]) -> None:
    """Note that this page was opened, if it is the page of a record."""
    if endpoint not in _PAGES or not g.user.is_authenticated:
        return
    here = [endpoint, int(args["id"])]
    opened = [here, *(e for e in _kept() if e != here)][:KEPT]
    session[_SESSION] = {"of": g.user.id, "opened": opened}


def _kept() -> list[Any]:
    """What this person opened in this browser, not what somebody else did before."""
    kept = session.get(_SESSION)
    return kept["opened"] if kept and kept["of"] == g.user.id else []


def entries(count: int) -> list[Entry]:
    """The last records this person opened and still may see, newest first."""
    kept = _kept()[:count]
    found: dict[tuple[str, int], Entry] = {}
    for endpoint, read in _PAGES.items():
        if ids := [id for e, id in kept if e == endpoint]:
            found |= {(endpoint, id): entry for id, entry in read(ids).items()}
    return [found[key] for e, id in kept if (key := (e, id)) in found]
