"""Reads of complaints that are more than a filter."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, String, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from crm.accounts import GRANTS, Department, Perm, Role, User, UserRole, below
from crm.kernel.database import db, reading
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.paging import Key
from crm.kernel.prepared import ask
from crm.kernel.scope import as_everyone
from crm.kernel.text import ESCAPE, piece
from crm.kernel.todo import todo_select

from .models import Opinion
from .models.opinion import service_area
from .words import Severity, State

#: kind of a to-do line: what is to be done, where, and the name of the id there
TODO_KINDS: dict[str, tuple[Any, str, str]] = {
    "complaints:serious": (_l("批示重大投诉"), "complaints.show", "id"),
    "complaints:assign": (_l("指派处理人"), "complaints.show", "id"),
    "complaints:handle": (_l("答复客户意见"), "complaints.show", "id"),
    "complaints:close": (_l("核对办结"), "complaints.show", "id"),
}

_SERIOUS = Opinion.severity == Severity.SERIOUS


def waiting(user: Any) -> list[Select[Any]]:
    """To-do lines of this person (kernel.todo). Serious ones are due at once, others have no clock."""
    lines = []
    if user.may(Perm.OPINION_INSTRUCT):
        asked = and_(_SERIOUS, Opinion.gm_seen_at.is_(None), Opinion.state != State.CLOSED)
        lines.append(_line("complaints:serious", _("总经理批示")).where(asked))
    if user.holds(Role.SERVICE_SUPERVISOR):
        lines.append(_line("complaints:assign", _("指派")).where(Opinion.state == State.REGISTERED))
        answered = and_(Opinion.state == State.ANSWERED, or_(~_SERIOUS, Opinion.gm_seen_at.is_not(None)))
        lines.append(_line("complaints:close", _("办结")).where(answered))
    if user.may(Perm.OPINION_HANDLE):
        mine = and_(Opinion.handler_id == user.id, Opinion.state == State.ASSIGNED)
        lines.append(_line("complaints:handle", _("答复")).where(mine))
    return lines


def _line(kind: str, step: str) -> Select[Any]:
    registrar = aliased(User)
    return (
        todo_select(
            kind,
            Opinion.id,
            title=str(TODO_KINDS[kind][0]),
            object=Opinion.title,
            step=step,
            by_name=registrar.name,
            arrived_at=func.coalesce(Opinion.assigned_at, Opinion.registered_at),
            tag=case((_SERIOUS, _("情节重大")), else_=""),
            urgent=case((_SERIOUS, 1), else_=0),
        )
        .select_from(Opinion)
        .join(registrar, registrar.id == Opinion.registered_by_id)
    )


# --- lists -----------------------------------------------------------------------------------------


def listed() -> Select[Any]:
    """The columns of a list, without order."""
    handler = aliased(User)
    columns: Any = select(
        Opinion.id, Opinion.number, Opinion.kind, Opinion.severity, Opinion.state, Opinion.rank,
        Opinion.title, Opinion.product, Opinion.customer_id, Opinion.customer_name, Opinion.received_at,
        Opinion.gm_seen_at, Opinion.closed_at, handler.name.label("handler_name"),
    )  # fmt: skip
    listing: Select[Any] = columns.outerjoin(handler, handler.id == Opinion.handler_id)
    return listing


#: serious first everywhere (CMP-2), then by state, then the newest
ORDER = (
    Key(Opinion.rank),
    Key(Opinion.received_at, descending=True, read=datetime.fromisoformat),
    Key(Opinion.id, descending=True),
)

VIEWS: dict[str, Any] = {
    "open": _l("待处理"),
    "mine": _l("我负责"),
    "all": _l("全部"),
    "closed": _l("已办结"),
}


def in_view(statement: Select[Any], view: str, user: Any) -> Select[Any]:
    """The rows of one saved view."""
    if view == "mine":
        return statement.where(Opinion.handler_id == user.id, Opinion.state != State.CLOSED)
    if view == "closed":
        return statement.where(Opinion.state == State.CLOSED)
    return statement if view == "all" else statement.where(Opinion.state != State.CLOSED)


def matching(statement: Select[Any], pattern: Any) -> Select[Any]:
    """Rows whose number, title, customer or product are like `pattern` (kernel.text.piece)."""
    columns = (Opinion.number, Opinion.title, Opinion.customer_name, Opinion.product)
    return statement.where(or_(*(c.ilike(pattern, escape=ESCAPE) for c in columns)))


def in_order(statement: Select[Any], limit: int) -> list[Row[Any]]:
    return list(db.session.execute(_in_order(statement, limit)))


def _in_order(statement: Select[Any], limit: int) -> Select[Any]:
    return statement.order_by(Opinion.rank, Opinion.received_at.desc(), Opinion.id.desc()).limit(limit)


def serious_open(user: Any, limit: int = 5) -> list[Row[Any]]:
    """Open serious complaints this person sees, newest first: the columns of `listed` (home's panel)."""
    if not user.may(Perm.OPINION_READ):
        return []
    return list(ask(("serious", limit), lambda: _in_order(listed().where(Opinion.rank == 0), limit)))


def find(words: str, limit: int = 5) -> list[Row[Any]]:
    """For the search palette: what this viewer sees by number, title or customer."""
    pattern = bindparam("pattern", type_=String())
    found = ask(("found", limit), lambda: _in_order(matching(listed(), pattern), limit), pattern=piece(words))
    return list(found)


def of_customer(customer_id: int, limit: int = 20) -> list[Row[Any]]:
    return in_order(listed().where(Opinion.customer_id == customer_id), limit)


# --- people ----------------------------------------------------------------------------------------


def _people(roles: set[Role], viewer: Any) -> list[Row[Any]]:
    """(id, name, title, department) of active people; a branch's supervisor sees the own branch's."""
    query = (
        select(User.id, User.name, User.title, Department.name.label("department"), Department.path)
        .join(Department, Department.id == User.department_id)
        .where(User.active, User.id.in_(select(UserRole.user_id).where(UserRole.role.in_(roles))))
    )
    if not viewer.sees_all:
        query = query.where(below(Department.path, service_area(viewer.department)))
    return list(db.session.execute(query.order_by(Department.path, User.id)))


def handlers(viewer: Any) -> list[Row[Any]]:
    """Who may be named as handler: service staff first, then technicians and sales."""
    service = {Role.SERVICE_AGENT, Role.SERVICE_SUPERVISOR}
    first = _people(service, viewer)
    known = {row.id for row in first}
    others = _people(GRANTS[Perm.OPINION_HANDLE] - service, viewer)
    return first + [row for row in others if row.id not in known]


def signers() -> list[Row[Any]]:
    """Whose name may stand under a letter."""
    roles = {Role.SERVICE_SUPERVISOR, Role.GENERAL_MANAGER}
    query = select(User.id, User.name, User.title).where(
        User.active, User.id.in_(select(UserRole.user_id).where(UserRole.role.in_(roles)))
    )
    return list(db.session.execute(query.order_by(User.id)))


def technicians() -> list[Row[Any]]:
    query = (
        select(User.id, User.name, Department.name.label("department"))
        .join(Department, Department.id == User.department_id)
        .where(User.active, User.id.in_(select(UserRole.user_id).where(UserRole.role == Role.TECHNICIAN)))
    )
    return list(db.session.execute(query.order_by(Department.path, User.id)))


def person(user_id: int | None) -> User | None:
    """An active employee."""
    user = db.session.get(User, user_id) if user_id else None
    return user if user is not None and user.active else None


# --- customers at the intake -----------------------------------------------------------------------


def taken_in_by(user: Any, form_key: str) -> Opinion | None:
    """What this person took in with this very form."""
    if not form_key:
        return None
    return db.session.scalar(
        select(Opinion).where(Opinion.registered_by_id == user.id, Opinion.form_key == form_key)
    )


def customer_seen(customer_id: int) -> str | None:
    """The name of a customer in the viewer's scope; None where there is none, or it is hidden."""
    from crm.customers import Customer, CustomerState

    query = select(Customer.name).where(Customer.id == customer_id, Customer.state != CustomerState.DRAFT)
    return db.session.scalar(query)


def customer_named(customer_id: int) -> str | None:
    """The name of a customer that may be complained about: one that is seen, or that the look-up finds.

    Who takes a call need not see the customer's archive to write down who called.
    """
    from crm.customers import Customer
    from crm.customers.queries import NAMED_TO_ALL

    if (name := customer_seen(customer_id)) is not None:
        return name
    query = select(Customer.name).where(Customer.id == customer_id, Customer.state.in_(NAMED_TO_ALL))
    with reading(), as_everyone("intake of a complaint: the customer exists") as session:
        return session.scalar(query)
