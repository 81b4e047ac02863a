"""Entry of an archive: a draft that keeps itself, given up or submitted for review (ARC-1, ARC-2, ARC-4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, select

from crm.accounts import User
from crm.approvals import Review
from crm.audit import record
from crm.customers.archive.typed import Values
from crm.customers.archive.values import settle, snapshot, write
from crm.customers.models import ChapterValues, Contact, Customer, CustomerFile, CustomerState, Need
from crm.files import StoredFile
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.prepared import ask, found

FLOW = "customers:entry"


def begun(author: User, draft_key: str) -> Customer | None:
    """The draft this form began before."""
    known = ask("draft", _known, author=author.id, key=draft_key).scalar() if draft_key else None
    return None if known is None else found(Customer, known)


def draft_for(author: User, draft_key: str, *, at: datetime) -> Customer:
    """The draft this form began, or a new one: a double click and two savings at once make one."""
    known = begun(author, draft_key)
    if known is not None:
        return known
    draft = Customer(
        state=CustomerState.DRAFT,
        draft_key=draft_key or None,
        name="",
        author=author,
        author_id=author.id,
        department_id=author.department_id,
        department_path=author.department.path,
        collected_on=clock.local(at).date(),
        created_at=at,
        updated_at=at,
    )
    db.session.add(draft)
    record("customer:enter", draft, by=author, at=at)
    return draft


def _known() -> Select[Any]:
    mine = Customer.author_id == bindparam("author"), Customer.draft_key == bindparam("key")
    return select(Customer.id).where(*mine)


def save(
    draft: Customer,
    values: Values,
    contacts: Sequence[Mapping[str, str]],
    unread: Mapping[str, str],
    *,
    by: User,
    at: datetime,
    tab: str = "",
) -> None:
    """Keep what was typed. Not an event of its own: a draft is its author's business."""
    guard(draft, by)
    write(draft, values, contacts, unread, tab)
    draft.updated_at = at


def attach(
    customer: Customer, kind: str, stored: StoredFile, name: str, *, by: User, at: datetime
) -> CustomerFile:
    """Add a paper; a new licence scan takes the place of the old one."""
    guard(customer, by)
    if kind == "licence":
        for old in [f for f in customer.files if f.kind == "licence"]:
            customer.files.remove(old)
            db.session.delete(old)
    paper = CustomerFile(kind=kind, file_id=stored.id, name=name, added_by_id=by.id, added_at=at)
    customer.files.append(paper)
    customer.updated_at = at
    return paper


def detach(customer: Customer, ids: set[int], *, by: User) -> None:
    """Take papers out of a draft."""
    guard(customer, by)
    if not ids:
        return
    for paper in [f for f in customer.files if f.id in ids]:
        customer.files.remove(paper)
        db.session.delete(paper)


def submit(draft: Customer, *, distinct_reason: str = "", by: User, at: datetime) -> Review:
    """Ask for the manager's review, due when the archive is (ARC-4). complete.check came first."""
    guard(draft, by)
    draft.state, draft.submitted_at, draft.updated_at = CustomerState.IN_REVIEW, at, at
    draft.distinct_reason = distinct_reason
    settle(draft)
    db.session.flush()
    record("customer:submit", draft, by=by, at=at, reason=distinct_reason)
    return Review.submit(
        FLOW, draft, object_name=draft.name, proposal=snapshot(draft), by=by, at=at, since=draft.collected_on
    )


def withdraw(customer: Customer, *, by: User, at: datetime) -> None:
    """Its author takes it back from review."""
    review = pending_review(customer)
    if review is None:
        raise Refused(_("这份档案不在审核中，不能撤回。"))
    review.withdraw(by=by, at=at)


def give_up(draft: Customer, *, by: User, at: datetime) -> None:
    """Remove a draft that nobody but its author ever saw."""
    if draft.author_id != by.id:
        raise Forbidden(_("草稿只能由录入人放弃。"))
    if draft.state != CustomerState.DRAFT or draft.submitted_at is not None:
        raise Refused(_("提交过的档案不能放弃，只能停用。"))
    record("customer:give_up", draft, by=by, at=at)
    for child in (Contact, Need, ChapterValues, CustomerFile):
        db.session.execute(delete(child).where(child.customer_id == draft.id))
    db.session.execute(delete(Customer).where(Customer.id == draft.id))


def pending_review(customer: Customer) -> Review | None:
    """The review that waits, where the viewer may see it (the author, and whoever is asked)."""
    found: Review | None = db.session.scalar(_reviews(customer).where(Review.state == "pending"))
    return found


def last_review(customer: Customer) -> Review | None:
    """The newest review of the entry."""
    found: Review | None = db.session.scalar(_reviews(customer).order_by(Review.id.desc()).limit(1))
    return found


def _reviews(customer: Customer) -> Any:
    return select(Review).where(
        Review.thing_type == Customer.__tablename__, Review.thing_id == customer.id, Review.flow == FLOW
    )


def guard(customer: Customer, by: User) -> None:
    """Refuse whoever may not write into this entry now."""
    if customer.author_id != by.id:
        raise Forbidden(_("只有录入人可以修改这份档案。"))
    if not customer.can_edit(by):
        raise Refused(_("档案已经提交，不能再修改；在册的档案通过变更申请修改。"))
