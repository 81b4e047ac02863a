"""Reads of the archive that other rooms and the to-do list ask for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from crm.accounts import Perm, Role, User, below
from crm.customers.archive.rules import tidy_phone
from crm.kernel import clock
from crm.kernel.database import UtcDateTime, reading
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.prepared import ask
from crm.kernel.scope import as_everyone
from crm.kernel.todo import NOW, todo_select
from crm.searching import matches

from .changes import queries as changes
from .checking import queries as checking
from .importing.queries import waiting as imports_waiting
from .indexing import KIND, NAMES
from .models import ChangeRequest, Contact, Customer, CustomerState
from .owning import queries as owning
from .steps.grading import FLOW as GRADE_FLOW

#: kind of a to-do line: its name, its page, the name of the id in the page's address
TODO_KINDS = {
    "customers:returned": (_l("修改档案"), "customers.resume", "id"),
    "customers:dispatch": (_l("传送"), "customers.dispatch_desk", "id"),
    "customers:archivist": (_l("指定归档人"), "customers.filing_desk", "id"),
    "customers:file": (_l("归档"), "customers.filing_desk", "id"),
    "customers:grade": (_l("重新提议等级"), "customers.show", "id"),
    "customers:import": (_l("修改名单"), "customers.import_batch", "id"),
    "customers:first_contact": (_l("首次联系"), "customers.show", "id"),
    "customers:uncontacted": (_l("逾期未联系"), "customers.show", "id"),
} | checking.TODO_KINDS
TODO_KINDS |= changes.TODO_KINDS | owning.TODO_KINDS

#: what lies on desks: one line says so where there are very many
PILES = {
    "customers:dispatch": _l("待传送 %(n)s 家"),
    "customers:archivist": _l("待指定归档人 %(n)s 家"),
    "customers:file": _l("待归档 %(n)s 家"),
}

S = CustomerState
_by = aliased(User)
_NO_CONTACT_NEEDED = (S.DRAFT, S.RETIRED)


def waiting(user: Any) -> list[Select[Any]]:
    """What waits for this person, as lines of the to-do list."""
    lines: list[Select[Any]] = imports_waiting(user) + checking.waiting(user) + changes.waiting(user)
    lines += owning.waiting(user)
    if user.may(Perm.CUSTOMER_ENTER):
        mine = and_(Customer.author_id == user.id, Customer.state == S.RETURNED)
        lines.append(_line("returned", _("修改后重新提交"), Customer.due_at, Customer.updated_at, mine))
        lines.append(_grade_returned(user))
        uncontacted = and_(
            Customer.owner_id == user.id,
            Customer.first_contact_on.is_(None),
            Customer.contact_due_at.is_not(None),
            Customer.state.not_in(_NO_CONTACT_NEEDED),
        )
        due, since = Customer.contact_due_at, Customer.approved_at
        lines.append(_line("first_contact", _("联系新客户"), due, since, uncontacted))
    if user.may(Perm.CUSTOMER_DISPATCH):
        ready = and_(Customer.state == S.APPROVED, _here(user.department.branch_path))
        send_by = func.coalesce(Customer.dispatch_due_at, Customer.due_at, type_=UtcDateTime())
        lines.append(_line("dispatch", _("传送到市场营销部"), send_by, Customer.approved_at, ready))
    if user.may(Perm.CUSTOMER_ASSIGN_FILING):
        unnamed = and_(Customer.state == S.DISPATCHED, Customer.archivist_id.is_(None))
        lines.append(_line("archivist", _("指定归档人"), Customer.due_at, Customer.dispatched_at, unnamed))
    if user.may(Perm.CUSTOMER_FILE):
        given = and_(Customer.state == S.DISPATCHED, Customer.archivist_id == user.id)
        lines.append(_line("file", _("归档"), Customer.due_at, Customer.dispatched_at, given))
    if user.holds(Role.SALES_MANAGER):
        late = and_(_late_contact(), _here(user.department.path), Customer.owner_id != user.id)
        lines.append(
            _line("uncontacted", _("逾期未联系，可移交"), Customer.contact_due_at, Customer.approved_at, late)
        )
    return lines


def _grade_returned(user: Any) -> Select[Any]:
    """Grades one proposed that the manager gave back (GRD-1)."""
    line = todo_select("customers:grade", Customer.id, title=_("修改后重新提议"), object=Customer.name)
    mine = line.select_from(ChangeRequest).join(Customer, Customer.id == ChangeRequest.customer_id)
    returned = ChangeRequest.author_id == user.id, ChangeRequest.state == "returned"
    return mine.where(ChangeRequest.flow == GRADE_FLOW, *returned)


def _line(kind: str, title: str, due: Any, arrived: Any, where: Any) -> Select[Any]:
    line = todo_select(
        f"customers:{kind}",
        Customer.id,
        title=title,
        object=Customer.name,
        by_name=_by.name,
        due_at=due,
        arrived_at=arrived,
    )
    by = func.coalesce(Customer.owner_id, Customer.author_id)
    return line.select_from(Customer).join(_by, _by.id == by).where(where)


def _here(path: str) -> Any:
    return below(Customer.department_path, path)


def _late_contact() -> Any:
    return and_(
        Customer.first_contact_on.is_(None),
        Customer.contact_due_at < NOW,
        Customer.state.not_in(_NO_CONTACT_NEEDED),
        Customer.owner_id.is_not(None),
    )


def _rows() -> Any:
    """Short lines of archives in one's scope."""
    rows: Any = select(
        Customer.id,
        Customer.name,
        Customer.state,
        Customer.grade,
        Customer.collected_on,
        Customer.due_at,
        Customer.filed_at,
        Customer.first_contact_on,
        Customer.contact_due_at,
        User.name.label("owner"),
    ).join(User, User.id == func.coalesce(Customer.owner_id, Customer.author_id))
    return rows


def not_contacted() -> list[Any]:
    """New customers somebody has to contact and has not yet (OWN-3)."""
    return [
        Customer.first_contact_on.is_(None),
        Customer.contact_due_at.is_not(None),
        Customer.state.not_in(_NO_CONTACT_NEEDED),
        Customer.owner_id.is_not(None),
    ]


def uncontacted(user: Any, limit: int = 8) -> Sequence[Any]:
    """New customers nobody has contacted yet, the most pressing first (OWN-3): one's own, or all one sees."""

    def build() -> Select[Any]:
        query: Select[Any] = _rows().where(*not_contacted())
        if not user.holds(Role.SALES_MANAGER, Role.BRANCH_MANAGER, Role.GENERAL_MANAGER):
            query = query.where(Customer.owner_id == user.id)
        return query.order_by(Customer.contact_due_at, Customer.id).limit(limit)

    return ask(("uncontacted", user.scope_key, limit), build).all()


def late(user: Any, limit: int = 8) -> Sequence[Any]:
    """Archives of one's scope that should be in the register by now, the latest first (ARC-4)."""

    def build() -> Select[Any]:
        query: Select[Any] = _rows().where(Customer.due_at < NOW, Customer.state.in_(LATE_STATES))
        query = query.where(or_(Customer.state != S.DRAFT, Customer.author_id == user.id))
        return query.order_by(Customer.due_at, Customer.id).limit(limit)

    return ask(("late", user.id, limit), build, now=clock.now()).all()


LATE_STATES = (S.DRAFT, S.IN_REVIEW, S.RETURNED, S.APPROVED, S.DISPATCHED)
#: archives whose name and code whoever takes a call may learn
NAMED_TO_ALL = (S.APPROVED, S.DISPATCHED, S.FILED)
#: digits a telephone has at least
SHORTEST_PHONE = 7


def lookup(text: str, limit: int = 12) -> Sequence[Any]:
    """Name and code of customers by a piece of either, for whoever takes a call (Perm.CUSTOMER_LOOKUP).

    Reads across the scope: who answers the telephone must be able to say whose call it is, and learns
    nothing else (CUS-3). A telephone finds its customer only as a whole number: by pieces of it, or of a
    contact's name, the register could be felt out. Only what was approved and is not retired is found.
    """
    text = text.strip()[:60]
    if not text:
        return []
    found: list[Any] = [Customer.id.in_(matches(NAMES, text))]
    phone = tidy_phone(text)
    if sum(c.isdigit() for c in phone) >= SHORTEST_PHONE:
        alive = Contact.retired_at.is_(None), Contact.phone_retired_at.is_(None)
        theirs = select(Contact.customer_id).where(Contact.phone == phone, *alive)
        own = and_(Customer.phone == phone, Customer.phone_retired_at.is_(None))
        called = or_(own, Customer.id.in_(theirs))
        found.append(and_(Customer.id.in_(matches(KIND, phone)), called))
    query = (
        select(Customer.id, Customer.name, Customer.code)
        .where(or_(*found), Customer.state.in_(NAMED_TO_ALL))
        .order_by(Customer.code.is_(None), Customer.name, Customer.id)
        .limit(limit)
    )
    with reading(), as_everyone("look up whose call it is: name and code only") as session:
        return session.execute(query).all()
