"""Reads about people: who signs in by a name, lists, the tree."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Select, bindparam, or_, select
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from crm.kernel.database import db, reading
from crm.kernel.prepared import ask
from crm.kernel.text import tidy

from .models import Delegation, Department, User, UserRole
from .models.people import known_as
from .roles import ROLE_NAMES, Role
from .rules import sign_in_names


@dataclass(frozen=True)
class Account:
    """What a password is judged against; no row, because the transaction ends before the judging."""

    id: int
    password_hash: str
    active: bool


def account_of(name: str) -> Account | None:
    """The account somebody means who types `name`: user name, phone or e-mail."""
    with reading():
        query = (
            select(User.id, User.password_hash, User.active).where(known_as(*sign_in_names(name))).limit(2)
        )
        rows = db.session.execute(query).all()
        db.session.rollback()
    return Account(*rows[0]) if len(rows) == 1 else None


def people(q: str = "", department: Department | None = None, state: str = "active") -> Select[Any]:
    """SELECT of the lines of the list of people."""
    columns: Any = select(
        User.id,
        User.username,
        User.name,
        User.title,
        User.phone,
        User.active,
        User.must_change,
        Department.name.label("department"),
    )
    query: Select[Any] = columns.join(Department, Department.id == User.department_id)
    if q := tidy(q):
        texts = (User.name, User.username, User.title, User.phone, User.email)
        query = query.where(or_(*(text.icontains(q, autoescape=True) for text in texts)))
    if department is not None:
        query = query.where(Department.path.startswith(department.path, autoescape=True))
    if state in ("active", "disabled"):
        query = query.where(User.active == (state == "active"))
    return query


def roles_of(user_ids: list[int]) -> dict[int, list[Any]]:
    """Names of the roles of these people, in the order of the glossary."""
    held: dict[int, set[str]] = {user_id: set() for user_id in user_ids}
    rows = db.session.execute(select(UserRole.user_id, UserRole.role).where(UserRole.user_id.in_(user_ids)))
    for row in rows:
        held[row.user_id].add(row.role)
    return {user_id: [ROLE_NAMES[role] for role in Role if role in roles] for user_id, roles in held.items()}


def tree(*, closed: bool = False) -> list[Department]:
    """All departments, each after the one above it, siblings in the order they were added."""
    query = select(Department).order_by(Department.id)
    if not closed:
        query = query.where(Department.closed_at.is_(None))
    rows = list(db.session.scalars(query))
    below: dict[int | None, list[Department]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)

    def walk(parent_id: int | None) -> list[Department]:
        return [d for row in below.get(parent_id, []) for d in (row, *walk(row.id))]

    return walk(None)


def choices(departments: list[Department]) -> list[SelectChoice]:
    """The tree as choices of a select, indented."""
    return [SelectChoice(str(d.id), "\u3000" * d.depth + d.name) for d in departments]


def demo_people() -> list[tuple[str, str, str]]:
    """(role, name, account) of the sample company's people whose account is called like their role."""
    query = select(User.username, User.name).where(User.active, User.username.in_(list(Role)))
    found = {row.username: row.name for row in db.session.execute(query)}
    return [(str(ROLE_NAMES[role]), found[role], str(role)) for role in Role if role in found]


def people_with(role: Role, *, below: str | None = None, in_department: int | None = None) -> list[User]:
    """Active people who hold `role`; in one department, or at and below a path."""
    query = (
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Department, Department.id == User.department_id)
        .where(UserRole.role == role, User.active)
    )
    if in_department is not None:
        query = query.where(User.department_id == in_department)
    if below is not None:
        query = query.where(Department.path.startswith(below, autoescape=True))
    return list(db.session.scalars(query.order_by(User.id)))


def delegations_of(user_id: int, day: date) -> list[Delegation]:
    """Those of one person that are not over on a day, as who is away or as who answers; the nearest first."""
    mine = or_(Delegation.principal_id == user_id, Delegation.delegate_id == user_id)
    rows = select(Delegation).where(mine, Delegation.ended_at.is_(None), Delegation.ends_on >= day)
    return list(db.session.scalars(rows.order_by(Delegation.starts_on, Delegation.id)))


def principals_of(user_id: int, day: date) -> list[str]:
    """The names of those for whom somebody answers on a day."""

    def build() -> Select[Any]:
        today = bindparam("day", type_=Date())
        names = select(User.name).join(Delegation, Delegation.principal_id == User.id)
        mine = Delegation.delegate_id == bindparam("delegate", type_=Integer())
        runs = Delegation.ended_at.is_(None), Delegation.starts_on <= today, Delegation.ends_on >= today
        return names.where(mine, *runs).order_by(Delegation.id)

    return list(ask("principals", build, delegate=user_id, day=day).scalars())
