"""Sharing out a campaign's customers: the system proposes, the manager changes and confirms (OWN-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from crm.accounts import User, below
from crm.audit import AuditEntry, record
from crm.customers.models import Allocation, AllocationLine, Customer, ImportBatch, Weight
from crm.customers.models.belonging import SETTLED, line_of, sells
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _

from .queries import owned
from .rules import ORDINARY, share_out
from .telling import shared_out

PROPOSED, CONFIRMED, DROPPED = "proposed", "confirmed", "dropped"
MOST = 500  # customers at once


@dataclass(frozen=True)
class Wanted:
    """Which customers: of a channel, of an import, or the ticked ones; only the pool's or all."""

    channel: str = ""
    batch_id: int | None = None
    since: date | None = None
    pooled: bool = True
    ids: Sequence[int] = ()


def chosen(want: Wanted, manager: User) -> list[int]:
    """Ids of the customers of the manager's line that fit and that no open proposal has already."""
    open_lines = (
        select(AllocationLine.customer_id)
        .join(Allocation, Allocation.id == AllocationLine.allocation_id)
        .where(Allocation.state == PROPOSED)
    )
    query = select(Customer.id).where(
        Customer.state.in_(SETTLED),
        below(Customer.department_path, line_of(manager)),
        Customer.id.not_in(open_lines),
    )
    if want.pooled:
        query = query.where(Customer.owner_id.is_(None))
    if want.channel:
        query = query.where(Customer.source_channel == want.channel)
    if want.batch_id is not None:
        query = query.where(Customer.import_batch_id == want.batch_id)
    if want.since is not None:
        query = query.where(Customer.collected_on >= want.since)
    if want.ids:
        query = query.where(Customer.id.in_(want.ids))
    return list(db.session.scalars(query.order_by(Customer.id).limit(MOST)))


def imports(manager: User) -> list[tuple[int, str]]:
    """(id, file name) of imports the manager may read, the newest first."""
    query = select(ImportBatch.id, ImportBatch.file_name).where(ImportBatch.state == "imported")
    rows = db.session.execute(query.order_by(ImportBatch.id.desc()).limit(30))
    return [(row.id, row.file_name) for row in rows]


def weights_of(people: Sequence[User]) -> dict[int, int]:
    """How much each can take on, 1 to 9."""
    ids = [p.id for p in people]
    said = db.session.execute(select(Weight.user_id, Weight.weight).where(Weight.user_id.in_(ids))).all()
    return dict.fromkeys(ids, ORDINARY) | {row.user_id: row.weight for row in said}


def set_weights(weights: Mapping[User, int], *, by: User, at: datetime) -> None:
    """Say how much these people can take on."""
    before = weights_of(list(weights))
    for person, weight in weights.items():
        if not person.department.path.startswith(line_of(by)):
            raise Forbidden(_("只能设置本部门业务员的能力权重。"))
        if before[person.id] == weight:
            continue
        db.session.merge(Weight(user_id=person.id, weight=weight))
        record("user:weight", person, by=by, at=at, before=before[person.id], after=weight)


def propose(title: str, ids: Sequence[int], people: Sequence[User], *, by: User, at: datetime) -> Allocation:
    """A balanced proposal, by how many everybody has and what they can take on."""
    if not ids:
        raise Refused(_("没有符合条件、还没有列入其他分配方案的客户。"))
    if not people:
        raise Refused(_("请至少选择一位业务员。"), fields={"people": _("请至少选择一位业务员。")})
    if any(not sells(p) or not p.department.path.startswith(line_of(by)) for p in people):
        raise Refused(_("请选择本部门的一位业务员。"), fields={"people": _("请选择本部门的一位业务员。")})
    given = share_out(ids, owned([p.id for p in people]), weights_of(people))
    allocation = Allocation(title=title, author_id=by.id, created_at=at, state=PROPOSED)
    db.session.add(allocation)
    db.session.flush()
    db.session.add_all(
        AllocationLine(allocation_id=allocation.id, customer_id=id, proposed_id=to, chosen_id=to)
        for id, to in given.items()
    )
    db.session.flush()
    record("allocation:propose", allocation, by=by, at=at, title=title, customers=len(given))
    return allocation


def may_settle(allocation: Allocation, user: Any) -> bool:
    """Who proposed it, and whoever disposes of their department."""
    return user.id == allocation.author_id or allocation.author.department.path.startswith(line_of(user))


def change(allocation: Allocation, chosen_ids: Mapping[int, int], people: Mapping[int, User]) -> None:
    """Choose somebody else for some lines, {line id: user id}."""
    if allocation.state != PROPOSED:
        raise Refused(what_happened(allocation))
    for line in lines_of(allocation):
        to = chosen_ids.get(line.id, line.chosen_id)
        if to != line.chosen_id:
            if to not in people:
                raise Refused(_("请选择本部门的一位业务员。"))
            line.chosen_id = to
    db.session.flush()


def confirm(allocation: Allocation, *, reason: str, by: User, at: datetime) -> tuple[int, list[str]]:
    """Bring it into force: how many customers changed hands, and the names of those that did not because
    they were given to somebody, or retired, since it was proposed. Of two at once one counts."""
    _settle(allocation, CONFIRMED, at=at)
    lines = lines_of(allocation)
    ids = [line.customer_id for line in lines]
    locked = select(Customer).where(Customer.id.in_(ids)).with_for_update(of=Customer)
    customers = {c.id: c for c in db.session.scalars(locked.order_by(Customer.id))}
    overtaken = _given_since(allocation, ids)
    people: dict[int, User] = {}
    moved: list[AllocationLine] = []
    left: list[str] = []
    for line in lines:
        customer = customers.get(line.customer_id)
        if customer is None or customer.id in overtaken or not customer.can_transfer(by):
            left.append(customer.name if customer else _("（已不在本部门）"))
            continue
        to = people.setdefault(line.chosen_id, db.session.get_one(User, line.chosen_id))
        if to.id != customer.owner_id:
            customer.transfer(to, reason=reason, by=by, at=at, allocation=allocation.id)
            moved.append(line)
    shared_out(moved, allocation.title, at=at)
    facts = {"title": allocation.title, "moved": len(moved), "left": len(left)}
    record("allocation:confirm", allocation, by=by, at=at, reason=reason, **facts)
    return len(moved), left


def drop(allocation: Allocation, *, by: User, at: datetime) -> None:
    """It comes to nothing."""
    _settle(allocation, DROPPED)
    record("allocation:drop", allocation, by=by, at=at, title=allocation.title)


def _given_since(allocation: Allocation, ids: Sequence[int]) -> set[int]:
    """Those that changed hands after the proposal was made, in whatever way."""
    moved = select(AuditEntry.thing_id).where(
        AuditEntry.thing_type == Customer.__tablename__,
        AuditEntry.thing_id.in_(ids),
        AuditEntry.tag.in_(("customer:transfer", "customer:pool")),
        AuditEntry.at >= allocation.created_at,
    )
    return {id for id in db.session.scalars(moved) if id is not None}


def _settle(allocation: Allocation, state: str, *, at: datetime | None = None) -> None:
    taken = db.session.execute(
        update(Allocation)
        .where(Allocation.id == allocation.id, Allocation.state == PROPOSED)
        .values(state=state, confirmed_at=at)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(what_happened(allocation))
    db.session.refresh(allocation, ["state", "confirmed_at"])


def what_happened(allocation: Allocation) -> str:
    """For who comes too late."""
    db.session.refresh(allocation, ["state"])
    if allocation.state == DROPPED:
        return _("这份分配方案已作废，您的操作没有执行。")
    return _("这份分配方案已确认，您的操作没有执行。")


def lines_of(allocation: Allocation) -> list[AllocationLine]:
    """Its lines, where one sees the customers."""
    mine = select(AllocationLine).where(AllocationLine.allocation_id == allocation.id)
    return list(db.session.scalars(mine.order_by(AllocationLine.id)))
