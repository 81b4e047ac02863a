"""What somebody holds in the hall, and how it goes to a successor when they leave (OWN-4).

An administrator hands over without seeing a customer: rows are counted and moved past the row scope.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import func, select, update

from crm.accounts import Perm, Role, User
from crm.approvals.holding import follow, let_read
from crm.audit import record
from crm.customers.models import (
    Allocation,
    AllocationLine,
    ChangeRequest,
    Customer,
    CustomerState,
    ImportBatch,
)
from crm.customers.models.belonging import sells
from crm.customers.models.imports import CHECKED, IN_REVIEW, RETURNED
from crm.kernel.database import db
from crm.kernel.languages import in_chinese
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import Holding, holding

from .queries import Known
from .sharing import PROPOSED

S = CustomerState
_WHOEVER = {"scoped": True}  # whoever hands over, every row of the person who leaves
_customer: Any = Customer.__table__


class _Rows(Holding):
    """Rows of one table that name the person in one column; `open` says which of them wait for somebody."""

    table: ClassVar[Any]
    column: ClassVar[str]
    tag: ClassVar[str] = ""
    reviewed: ClassVar[bool] = False  # their reviews go with them, and are read

    def open(self, user: Any) -> Sequence[Any]:
        raise NotImplementedError

    def new_values(self, to: Any) -> dict[str, Any]:
        return {self.column: to.id}

    def count(self, user: Any) -> int:
        query = select(func.count()).select_from(self.table).where(*self.open(user))
        return db.session.scalar(query.execution_options(**_WHOEVER)) or 0

    def hand_over(self, user: Any, to: Any, *, by: Any, at: datetime) -> None:
        held = self.open(user)
        moved = self.things(held) if self.tag else []
        if self.reviewed and to is not None:
            found = db.session.scalars(select(self.table.c.id).where(*held).execution_options(**_WHOEVER))
            ids = list(found)
            let_read(self.table.name, ids, to, by=by, at=at)
            follow(self.table.name, ids, user, to, by=by, at=at)
        change = update(self.table).where(*held).values(self.new_values(to))
        db.session.execute(change.execution_options(**_WHOEVER))
        for thing in moved:
            after = to.id if to is not None else None
            facts = {"before": user.id, "after": after, "leaving": True}
            record(self.tag, thing, by=by, at=at, reason=in_chinese(_l("离职移交")), **facts)

    def things(self, held: Sequence[Any]) -> list[Any]:
        """What the chain names."""
        c = _customer.c
        names = (c.id, c.name, c.code, c.grade, c.city, c.collected_on, c.created_at, c.author_id, c.owner_id)
        rows = select(*names, c.department_id, c.department_path).where(*held).order_by(c.id)
        found = db.session.execute(rows.execution_options(**_WHOEVER))
        return [Known(**row._mapping, author="", owner=None) for row in found]


class _Customers(_Rows):
    """Customers by one of their columns; their version moves, so that who has the page open is told."""

    table = _customer

    def new_values(self, to: Any) -> dict[str, Any]:
        return super().new_values(to) | {"version": _customer.c.version + 1}


@holding("customers:owned", _l("名下客户"))
class Owned(_Customers):
    """Customers one is the owner of; without a successor they fall into the pool."""

    columns = ("customer.owner_id",)
    without = _l("放入公海")
    column = "owner_id"
    tag = "customer:transfer"

    def open(self, user: Any) -> Sequence[Any]:
        return [_customer.c.owner_id == user.id]

    def may_take(self, user: Any) -> bool:
        return sells(user)

    def new_values(self, to: Any) -> dict[str, Any]:
        version = {"version": _customer.c.version + 1}
        return version | ({"owner_id": None} if to is None else _owner_values(to))


def _owner_values(to: User) -> dict[str, Any]:
    return {"owner_id": to.id} | _department(to)


def _department(to: User) -> dict[str, Any]:
    return {"department_id": to.department_id, "department_path": to.department.path}


@holding("customers:entries", _l("未批准的档案"))
class Entries(_Customers):
    """Drafts, what is in review and what came back: somebody must go on with them."""

    columns = ("customer.author_id",)
    column = "author_id"
    tag = "customer:hand_on"
    reviewed = True

    def open(self, user: Any) -> Sequence[Any]:
        unfinished = _customer.c.state.in_((S.DRAFT, S.IN_REVIEW, S.RETURNED))
        return [_customer.c.author_id == user.id, unfinished]

    def may_take(self, user: Any) -> bool:
        return bool(user.active and user.may(Perm.CUSTOMER_ENTER))

    def new_values(self, to: Any) -> dict[str, Any]:
        return super().new_values(to) | {"draft_key": None} | _department(to)


@holding("customers:filing", _l("待归档的档案"))
class Filing(_Customers):
    """Archives an archivist was named for and has not filed yet."""

    columns = ("customer.archivist_id",)
    column = "archivist_id"
    tag = "customer:hand_on"

    def open(self, user: Any) -> Sequence[Any]:
        return [_customer.c.archivist_id == user.id, _customer.c.state == S.DISPATCHED]

    def may_take(self, user: Any) -> bool:
        return bool(user.active and user.holds(Role.ARCHIVIST))


@holding("customers:kept", _l("保管的档案"))
class Kept(_Customers):
    """Archives one is the custodian of (CUS-1)."""

    columns = ("customer.custodian_id",)
    column = "custodian_id"
    tag = "customer:hand_on"

    def open(self, user: Any) -> Sequence[Any]:
        return [_customer.c.custodian_id == user.id]

    def may_take(self, user: Any) -> bool:
        return bool(user.active and user.holds(Role.CUSTODIAN))


@holding("customers:imports", _l("进行中的导入"))
class Imports(_Rows):
    """Imported lists that have not become archives."""

    columns = ("import_batch.author_id",)
    table: ClassVar[Any] = ImportBatch.__table__
    column = "author_id"
    reviewed = True

    def open(self, user: Any) -> Sequence[Any]:
        c = self.table.c
        return [c.author_id == user.id, c.state.in_((CHECKED, IN_REVIEW, RETURNED))]

    def may_take(self, user: Any) -> bool:
        return bool(user.active and user.may(Perm.CUSTOMER_IMPORT))

    def new_values(self, to: Any) -> dict[str, Any]:
        return super().new_values(to) | {"department_id": to.department_id}


@holding("customers:requests", _l("未结的变更和移交申请"))
class Requests(_Rows):
    """Proposals that wait, or came back to be corrected."""

    columns = ("change_request.author_id",)
    table: ClassVar[Any] = ChangeRequest.__table__
    column = "author_id"
    reviewed = True

    def open(self, user: Any) -> Sequence[Any]:
        c = self.table.c
        return [c.author_id == user.id, c.state.in_(("pending", "returned"))]

    def may_take(self, user: Any) -> bool:
        return bool(user.active and user.may(Perm.CUSTOMER_ENTER))


@holding("customers:allocations", _l("未确认的分配方案"))
class Allocations(_Rows):
    """Proposals of a manager that wait to be confirmed."""

    columns = ("allocation.author_id",)
    table: ClassVar[Any] = Allocation.__table__
    column = "author_id"

    def open(self, user: Any) -> Sequence[Any]:
        return [self.table.c.author_id == user.id, self.table.c.state == PROPOSED]

    def may_take(self, user: Any) -> bool:
        return bool(user.active and user.may(Perm.CUSTOMER_ASSIGN))


@holding("customers:allotted", _l("待确认分给本人的客户"))
class Allotted(_Rows):
    """Lines of open proposals that would give this person a customer."""

    columns = ("allocation_line.chosen_id",)
    table: ClassVar[Any] = AllocationLine.__table__
    column = "chosen_id"

    def open(self, user: Any) -> Sequence[Any]:
        waiting = select(Allocation.id).where(Allocation.state == PROPOSED)
        return [self.table.c.chosen_id == user.id, self.table.c.allocation_id.in_(waiting)]

    def may_take(self, user: Any) -> bool:
        return sells(user)
