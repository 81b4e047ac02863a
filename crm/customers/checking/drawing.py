"""Drawing the week's sample, a team at a time (ARC-13)."""

from datetime import date, datetime

from flask import current_app
from sqlalchemy import func, select

from crm.accounts import Department, Role, User, UserRole, below
from crm.audit import record
from crm.customers.models import Customer, CustomerState, SpotCheck, leaders_of
from crm.kernel.database import db
from crm.kernel.languages import lazy_gettext as _l
from crm.notifications import notify

from .rules import REST, drawn


def draw(week: date, *, at: datetime) -> int:
    """Draw for every team that has no sample of this week (its Monday) yet; gives how many were drawn.

    For a session that sees every row. Once drawn a week stays as it is, so that it may be called again.
    """
    size = current_app.config["SETTINGS"].spot_check_size
    return sum(_draw(team, week, size, at) for team in _teams(week))


def _teams(week: date) -> list[Department]:
    """Open departments with salespeople, not drawn for yet."""
    sells = (
        select(User.department_id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.SALESPERSON, User.active)
    )
    done = select(SpotCheck.department_id).where(SpotCheck.week == week)
    open_ones = select(Department).where(Department.closed_at.is_(None))
    teams = open_ones.where(Department.id.in_(sells), Department.id.not_in(done))
    return list(db.session.scalars(teams.order_by(Department.id)))


def _draw(team: Department, week: date, size: int, at: datetime) -> int:
    leaders = leaders_of(team)
    owners = _owned(team, {p.id for p in leaders})
    chosen = drawn(owners, _last(week), week=week, department_id=team.id, size=size)
    if not chosen:
        return 0
    for id_ in chosen:
        check = SpotCheck(
            week=week, customer_id=id_, department_id=team.id, owner_id=owners[id_], drawn_at=at
        )
        db.session.add(check)
    record("spot_check:draw", team, by=None, at=at, week=week, customers=chosen)
    text = _l("请抽查本周档案：%(team)s，%(n)s 份", team=team.name, n=len(chosen))
    notify([p.id for p in leaders], text, path_of("customers.spot_checks"), at=at)
    return len(chosen)


def _owned(team: Department, leaders: set[int]) -> dict[int, int]:
    """Filed archives that the team's salespeople answer for, with their owners; a leader's own are not for
    the leader to check."""
    mine = (
        select(Customer.id, Customer.owner_id)
        .join(User, User.id == Customer.owner_id)
        .where(
            Customer.state == CustomerState.FILED,
            User.department_id == team.id,
            User.active,
            below(Customer.department_path, team.path),
        )
    )
    rows = db.session.execute(mine)
    return {row.id: row.owner_id for row in rows if row.owner_id not in leaders}


def _last(week: date) -> dict[int, date]:
    """When archives were drawn that may still rest."""
    last = func.max(SpotCheck.week)
    recent = select(SpotCheck.customer_id, last.label("week")).where(
        SpotCheck.week > week - REST, SpotCheck.week < week
    )
    rows = db.session.execute(recent.group_by(SpotCheck.customer_id))
    return {row.customer_id: row.week for row in rows}


def path_of(endpoint: str, **values: object) -> str:
    """The path of a page; a job runs outside of any request."""
    return current_app.url_map.bind("").build(endpoint, values)
