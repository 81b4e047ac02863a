"""Reads of the spot check: the to-do lines, the week's list, what was counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, or_, select
from sqlalchemy.orm import aliased

from crm.accounts import Department, Perm, Role, User, UserRole, below
from crm.customers.models import Customer, CustomerState, SpotCheck
from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.todo import todo_select

from .rules import share

TODO_KINDS = {
    "customers:spot_check": (_l("抽查档案"), "customers.spot_checks", ""),
    "customers:spot_back": (_l("处理抽查退回"), "customers.spot_check", "id"),
    "customers:spot_late": (_l("抽查退回未处理"), "customers.spot_check", "id"),
}

MOST = 200
#: said as it stands in the partial index, which is used only then
_TO_MEND = and_(SpotCheck.verdict == literal("back", literal_execute=True), SpotCheck.mended_at.is_(None))
_IN_REGISTER = Customer.state == CustomerState.FILED


def led_by(user: Any) -> ColumnElement[bool]:
    """The checks this person is to judge, as `leaders_of` has it, for a SELECT that joins Department."""
    team = Department
    ways: list[ColumnElement[bool]] = [false()]
    no_manager = ~_somebody(Role.SALES_MANAGER, lambda home: home.id == team.id)
    if user.holds(Role.SALES_MANAGER):
        ways.append(team.id == user.department_id)
    if user.holds(Role.BRANCH_MANAGER):
        here = below(team.path, user.department.branch_path)
        ways.append(and_(here, team.parent_id.is_not(None), no_manager))
    if user.holds(Role.GENERAL_MANAGER):
        ways.append(and_(no_manager, ~_branch_has_manager(team)))
    return or_(*ways)


def _somebody(role: Role, at: Any) -> ColumnElement[bool]:
    """Somebody active holds `role` in a department for which `at` holds."""
    person, home = aliased(User), aliased(Department)
    found = exists().where(
        UserRole.user_id == person.id,
        UserRole.role == role,
        person.active,
        person.department_id == home.id,
        at(home),
    )
    return found.correlate_except(person, home, UserRole)


def _branch_has_manager(team: Any) -> ColumnElement[bool]:
    """In the node right below the company that the team belongs to somebody is branch manager."""
    branch, root = aliased(Department), aliased(Department)
    somebody = _somebody(Role.BRANCH_MANAGER, lambda home: home.path.startswith(branch.path))
    above = exists().where(
        branch.parent_id == root.id, root.parent_id.is_(None), team.path.startswith(branch.path), somebody
    )
    return above.correlate_except(branch, root)


def waiting(user: Any) -> list[Select[Any]]:
    """A leader's sample of the week, an owner's returned archives, and what nobody dealt with in time."""
    lines: list[Select[Any]] = []
    if user.may(Perm.CUSTOMER_CHECK):
        open_ones = and_(SpotCheck.verdict == "", _IN_REGISTER, Customer.owner_id != user.id)
        sample = todo_select(
            "customers:spot_check",
            func.min(SpotCheck.id),
            title=_("抽查本周档案"),
            object=Department.name,
            arrived_at=func.min(SpotCheck.drawn_at, type_=SpotCheck.drawn_at.type),
        )
        joined = _joined(sample).join(Department, Department.id == SpotCheck.department_id)
        groups = Department.id, Department.name, SpotCheck.week
        lines.append(joined.where(open_ones, led_by(user)).group_by(*groups))
        late = _line("spot_late", _("提醒后仍未处理"), SpotCheck.mend_by, SpotCheck.shown_at)
        late = late.join(Department, Department.id == SpotCheck.department_id)
        lines.append(late.where(_TO_MEND, SpotCheck.shown_at.is_not(None), _IN_REGISTER, led_by(user)))
    if user.may(Perm.CUSTOMER_ENTER):
        back = _line("spot_back", _("补充或答复抽查退回"), SpotCheck.mend_by, SpotCheck.at)
        lines.append(back.where(_TO_MEND, _IN_REGISTER, Customer.owner_id == user.id))
    return lines


def _line(kind: str, title: str, due: Any, arrived: Any) -> Select[Any]:
    by = aliased(User)
    line = todo_select(
        f"customers:{kind}",
        SpotCheck.id,
        title=title,
        object=Customer.name,
        by_name=by.name,
        due_at=due,
        arrived_at=arrived,
    )
    return _joined(line).join(by, by.id == SpotCheck.by_id)


def _joined(line: Select[Any]) -> Select[Any]:
    return line.select_from(SpotCheck).join(Customer, Customer.id == SpotCheck.customer_id)


def listed(week: date, *, also_open: bool) -> Sequence[Any]:
    """The checks of a week in one's scope; `also_open`: those of earlier weeks that nobody judged, too."""
    owner = aliased(User)
    columns: tuple[Any, ...] = (
        SpotCheck.id,
        SpotCheck.week,
        SpotCheck.verdict,
        SpotCheck.mend_by,
        SpotCheck.mended_at,
        SpotCheck.customer_id,
        Customer.name,
        Customer.state,
        Customer.grade,
        Customer.completeness,
        Customer.updated_at,
        owner.name.label("owner"),
        Department.name.label("team"),
    )
    named: Select[Any] = select(*columns)
    rows = (
        _joined(named)
        .join(owner, owner.id == SpotCheck.owner_id)
        .join(Department, Department.id == SpotCheck.department_id)
    )
    of_week: Any = SpotCheck.week == week
    if also_open:
        of_week = or_(of_week, and_(SpotCheck.week < week, SpotCheck.verdict == "", _IN_REGISTER))
    order = SpotCheck.week.desc(), Department.path, SpotCheck.id
    return db.session.execute(rows.where(of_week).order_by(*order).limit(MOST)).all()


def judgeable(user: Any) -> set[int]:
    """The checks this person can judge now."""
    mine = _joined(select(SpotCheck.id)).join(Department, Department.id == SpotCheck.department_id)
    fits = SpotCheck.verdict == "", _IN_REGISTER, Customer.owner_id != user.id, led_by(user)
    return set(db.session.scalars(mine.where(*fits)))


@dataclass(frozen=True)
class Count:
    """Results of some checks: of a week, or of what one person answers for."""

    label: str
    drawn: int
    good: int
    back: int
    mended: int
    week: date | None = None

    @property
    def percent(self) -> int | None:
        return share(self.good, self.back)


def _counts() -> list[Any]:
    def of(*where: Any) -> Any:
        return func.sum(case((and_(*where), 1), else_=0))

    back = SpotCheck.verdict == "back"
    return [
        func.count().label("drawn"),
        of(SpotCheck.verdict == "good").label("good"),
        of(back).label("back"),
        of(back, SpotCheck.mended_at.is_not(None)).label("mended"),
    ]


def past_weeks(week: date, since: date) -> list[Count]:
    """Week by week, the newest first, what one's scope holds."""
    rows = db.session.execute(
        select(SpotCheck.week, *_counts())
        .where(SpotCheck.week < week, SpotCheck.week >= since)
        .group_by(SpotCheck.week)
        .order_by(SpotCheck.week.desc())
    )
    return [Count(r.week.isoformat(), r.drawn, r.good, r.back, r.mended, r.week) for r in rows]


def by_owner(since: date) -> list[Count]:
    """By whose the archive was when it was drawn, since that week; by name."""
    rows = db.session.execute(
        select(User.name, *_counts())
        .select_from(SpotCheck)
        .join(User, User.id == SpotCheck.owner_id)
        .where(SpotCheck.week >= since)
        .group_by(User.id, User.name)
        .order_by(User.name, User.id)
    )
    return [Count(r.name, r.drawn, r.good, r.back, r.mended) for r in rows]
