"""Everything an employee holds goes to successors in one action, and nothing is left behind (OWN-4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.audit import record
from crm.kernel import seams
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.seams import Holding

from .models import User
from .roles import Perm


def may_hand_over(user: User, by: Any) -> bool:
    """An administrator for everybody, a branch manager for the branch; nobody for themselves."""
    if by.id == user.id:
        return False
    everybody = by.may(Perm.PEOPLE_EDIT)
    here = user.department.path.startswith(by.department.branch_path)
    return bool(everybody or (by.may(Perm.PEOPLE_HAND_OVER) and here))


def held_by(user: User) -> dict[str, int]:
    """Kind of holding to how many, only kinds of which there are any."""
    counts = {kind.key: kind.count(user) for kind in seams.holdings()}
    return {key: count for key, count in counts.items() if count}


def hand_over(
    user: User, successors: Mapping[str, User | None], *, by: Any, at: datetime, reason: str
) -> dict[str, int]:
    """Give all that `user` holds to `successors`, by kind; None where a kind can do without somebody.

    All or nothing: Refused where a kind has nobody to go to, or somebody who may not hold it.
    """
    if not may_hand_over(user, by):
        raise Forbidden(_("离职移交由系统管理员或本分公司经理办理。"))
    held = held_by(user)
    kinds = {kind.key: kind for kind in seams.holdings() if kind.key in held}
    if not kinds:
        raise Refused(_("%(name)s 名下没有要移交的事项。", name=user.name))
    wrong = {key: fault for key, kind in kinds.items() if (fault := _fault(kind, user, successors))}
    if wrong:
        raise Refused(_("还有事项没有合适的接手人，没有移交。"), fields=wrong)
    for key, kind in kinds.items():
        kind.hand_over(user, successors[key], by=by, at=at)
    db.session.flush()
    if left := held_by(user):
        names = _("、").join(str(kinds[key].label) if key in kinds else key for key in left)
        raise Refused(_("%(names)s 没有全部移交，都没有执行，请再试一次。", names=names))
    people = {key: person.id if (person := successors[key]) else None for key in kinds}
    record("user:hand_over", user, by=by, at=at, reason=reason, counts=held, to=people)
    return held


def _fault(kind: Holding, user: User, successors: Mapping[str, User | None]) -> str:
    if kind.key not in successors:
        return _("请选择接手人。")
    to = successors[kind.key]
    if to is None:
        return "" if kind.without else _("请选择接手人。")
    if to.id == user.id or not kind.may_take(to):
        return _("%(name)s 的角色不能接手这一项，请另选一位。", name=to.name)
    return ""
