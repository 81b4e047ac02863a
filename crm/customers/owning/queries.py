"""Reads about whose customers are: the pool, one customer in short, how many everybody has.

What is read past the row scope says of a customer its name, code, grade, place and who recorded it when,
and nothing else (CUS-3): so much everybody who sells learns of the customers of their branch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from crm.accounts import Perm, Role, User, below, people_with
from crm.customers.models import ChangeItem, ChangeRequest, Customer
from crm.customers.models.belonging import SETTLED, unowned
from crm.customers.models.changes import TRANSFER as FLOW
from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.text import ESCAPE, piece
from crm.kernel.todo import todo_select

_customer: Any = Customer.__table__
_row = _customer.c
_Author, _Owner = aliased(User), aliased(User)
_SEEN_TO = {"scoped": True}  # the condition names the branch; see the module's first lines


@dataclass(frozen=True)
class Known:
    """What is told of a customer to those who do not see it; for the audit chain it is that customer."""

    __tablename__: ClassVar[str] = "customer"

    id: int
    name: str
    code: str | None
    grade: str | None
    city: str | None
    collected_on: date
    created_at: datetime
    author_id: int
    author: str
    owner_id: int | None
    owner: str | None
    department_id: int
    department_path: str


def _short() -> Any:
    names = "id", "name", "code", "grade", "city", "collected_on", "created_at", "author_id", "owner_id"
    columns = [_row[name] for name in (*names, "department_id", "department_path")]
    rows: Any = select(*columns, _Author.name.label("author"), _Owner.name.label("owner"))
    return (
        rows.select_from(_customer)
        .join(_Author, _Author.id == _row.author_id)
        .outerjoin(_Owner, _Owner.id == _row.owner_id)
    )


def known(id: int, viewer: User | None = None, *, lock: bool = False, settled: bool = True) -> Known | None:
    """A settled customer, in short, or one in whatever state; for `viewer` one of their branch only."""
    query = _short().where(_row.id == id)
    if settled:
        query = query.where(_row.state.in_(SETTLED))
    if viewer is not None:
        query = query.where(below(_row.department_path, viewer.department.branch_path))
    if lock:
        query = query.with_for_update(of=_customer)
    found = db.session.execute(query.execution_options(**_SEEN_TO)).first()
    return Known(**found._mapping) if found else None


def pool(viewer: User, *, q: str = "", grade: str = "") -> Select[Any]:
    """SELECT of the customers without owner in the viewer's branch (OWN-4), in short."""
    query = _short().where(unowned(_row), below(_row.department_path, viewer.department.branch_path))
    if q:
        query = query.where(_row.name.like(piece(q), escape=ESCAPE))
    if grade:
        query = query.where(_row.grade.is_(None) if grade == "none" else _row.grade == grade)
    rows: Select[Any] = query.execution_options(**_SEEN_TO)
    return rows


POOL_KEYS = _row.collected_on, _row.id


def owned(people: Sequence[int]) -> dict[int, int]:
    """How many customers each of these people has now."""
    counted = (
        select(_row.owner_id, func.count())
        .where(_row.owner_id.in_(people), _row.state.in_(SETTLED))
        .group_by(_row.owner_id)
    )
    rows = db.session.execute(counted.execution_options(**_SEEN_TO)).all()
    return dict.fromkeys(people, 0) | {row[0]: row[1] for row in rows}


def colleagues(user: User) -> list[User]:
    """Whom a customer may be handed to: who sells in the same branch."""
    return [p for p in people_with(Role.SALESPERSON, below=user.department.branch_path) if p.id != user.id]


@dataclass(frozen=True)
class Wanted:
    """A transfer that waits for its decision."""

    id: int
    author_id: int
    author: str
    to: str
    reason: str
    created_at: datetime


def wanted(customer_id: int) -> Wanted | None:
    """The transfer of this customer that waits, whoever asked for it: the second is told of the first."""
    request: Any = ChangeRequest.__table__
    query = (
        select(request.c.id, request.c.author_id, User.name, request.c.reason, request.c.created_at)
        .join(User, User.id == request.c.author_id)
        .where(request.c.customer_id == customer_id, request.c.flow == FLOW, request.c.state == "pending")
        .order_by(request.c.id)
    )
    found = db.session.execute(query.execution_options(**_SEEN_TO)).first()
    if found is None:
        return None
    item: Any = ChangeItem.__table__
    new = db.session.scalar(
        select(item.c["values"]).where(item.c.request_id == found[0]).execution_options(**_SEEN_TO)
    )
    to = db.session.get(User, new["new"]) if new else None
    return Wanted(found[0], found[1], found[2], to.name if to else "", found[3], found[4])


#: kind of a to-do line: its name, its page, the name of the id in the page's address
TODO_KINDS = {"customers:transfer": (_l("修改移交申请"), "customers.transfer_form", "id")}


def waiting(user: Any) -> list[Select[Any]]:
    """Transfers one asked for that came back: one's own requests, which is the scope."""
    if not user.may(Perm.CUSTOMER_ENTER):
        return []
    request: Any = ChangeRequest.__table__
    line = todo_select("customers:transfer", _row.id, title=_("修改移交申请"), object=_row.name)
    mine = line.select_from(request).join(_customer, _row.id == request.c.customer_id)
    back = request.c.flow == FLOW, request.c.state == "returned"
    return [mine.where(request.c.author_id == user.id, *back)]
