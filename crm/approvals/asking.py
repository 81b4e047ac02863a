"""Who is asked: from what a flow's step says to people. Nobody is asked about their own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.accounts import Department, Role, User, people_with
from crm.kernel.database import db
from crm.kernel.languages import lazy_gettext as _l

from .rules import Kind, StepRule, Who

#: from the author's own department upward; whoever is first and is not the author
_LADDER = (Role.SALES_MANAGER, Role.BRANCH_MANAGER, Role.GENERAL_MANAGER)

#: who heads a department, the higher before the lower
_HEADS = (
    Role.GENERAL_MANAGER,
    Role.BRANCH_MANAGER,
    Role.SALES_MANAGER,
    Role.MARKETING_MANAGER,
    Role.SERVICE_SUPERVISOR,
)


@dataclass(frozen=True)
class Matter:
    """What decides who is asked about a thing: its author, the people it names, whom the author chose."""

    author: User
    people: Mapping[str, Any] = field(default_factory=dict)
    chosen: tuple[int, ...] = ()


@dataclass(frozen=True)
class Found:
    """Whom a step asks. `why` is empty where the rule itself found them: "one level up" and the like."""

    people: list[User]
    why: Any = ""  # lazy text
    skipped: bool = False


def manager_of(author: User) -> list[User]:
    """The author's manager; where there is none, or it is the author, one level up.

    At the top another general manager. An empty answer means that nobody may decide: the engine
    refuses the submission.
    """
    return climb(author.department, level_of(author), {author.id})


def level_of(user: User) -> int:
    """On the ladder of managers; -1 below it."""
    return max((n for n, role in enumerate(_LADDER) if user.holds(role)), default=-1)


def climb(department: Department, level: int, without: Iterable[int] = ()) -> list[User]:
    """The nearest managers above a level, seen from a department; at the top others of the same level."""
    out = set(without)
    for step, role in enumerate(_LADDER):
        if step <= level and role is not _LADDER[-1]:
            continue
        people = [p for p in _holders(role, department) if p.id not in out]
        if people:
            return people
    return []


def above(asked: list[User], author_id: int) -> list[User]:
    """One level up of those who are asked, for when they are late."""
    highest = max(asked, key=level_of, default=None)
    if highest is None:
        return []
    return climb(highest.department, level_of(highest), {author_id} | {p.id for p in asked})


def people_for(rule: StepRule, matter: Matter) -> Found:
    """Whom a step asks now. Nobody's own goes one level up; where nobody fits, the rule says what then."""
    author = matter.author
    fitting = _fitting(rule.who, matter)
    people = [p for p in fitting if p.id != author.id]
    if people:
        return Found(people)
    if fitting:  # only the author
        return Found(_one_up(rule.who, matter), _l("不能审批自己发起的，改由上一级审批"))
    if rule.empty == "skip":
        return Found([], _l("没有人可以审批，跳过这一步"), skipped=True)
    if rule.empty == "person" and rule.empty_user_id not in (None, author.id):
        person = _people([rule.empty_user_id])
        if person:
            return Found(person, _l("没有合适的人，改由指定的人审批"))
    return Found(_one_up(rule.who, matter), _l("没有合适的人，改由上一级审批"))


# --- whom a rule means ------------------------------------------------------------------------------


def _fitting(who: Who, matter: Matter) -> list[User]:
    return _KINDS[Kind(who.kind)](who, matter)


def _in_department(who: Who, matter: Matter) -> list[User]:
    return people_with(Role(who.role), in_department=matter.author.department_id)


def _in_branch(who: Who, matter: Matter) -> list[User]:
    department = matter.author.department
    if department.is_root:  # the company itself is no branch
        return people_with(Role(who.role), in_department=department.id)
    return people_with(Role(who.role), below=department.branch_path)


def _head(_who: Who, matter: Matter) -> list[User]:
    return _heads_of(matter.author.department)


def _head_above(_who: Who, matter: Matter) -> list[User]:
    parent = matter.author.department.parent
    return _heads_of(parent) if parent is not None else []


def _heads_of(department: Department) -> list[User]:
    return next((people for role in _HEADS if (people := people_with(role, in_department=department.id))), [])


def _named(key: str) -> Callable[[Who, Matter], list[User]]:
    return lambda _who, matter: _people([matter.people.get(key)])


def _owner_manager(_who: Who, matter: Matter) -> list[User]:
    if matter.people.get("owner_manager"):
        return _people([matter.people["owner_manager"]])
    owner = _person(matter.people.get("owner"))
    return manager_of(owner) if owner is not None else []


def _chosen(who: Who, matter: Matter) -> list[User]:
    """In the order in which the author named them; where the author named none of them, all of them."""
    mine = [n for n in matter.chosen if n in who.choices]
    return _people(mine or who.choices)


_KINDS: dict[Kind, Callable[[Who, Matter], list[User]]] = {
    Kind.MANAGER: lambda _who, matter: manager_of(matter.author),
    Kind.ROLE_IN_DEPARTMENT: _in_department,
    Kind.ROLE_IN_BRANCH: _in_branch,
    Kind.ROLE_IN_COMPANY: lambda who, _matter: people_with(Role(who.role)),
    Kind.HEAD: _head,
    Kind.HEAD_ABOVE: _head_above,
    Kind.PERSON: lambda who, _matter: _people([who.user_id]),
    Kind.OWNER: _named("owner"),
    Kind.OWNER_MANAGER: _owner_manager,
    Kind.CUSTODIAN: _named("custodian"),
    Kind.CHOSEN: _chosen,
}


def _one_up(who: Who, matter: Matter) -> list[User]:
    """One level above whom the rule means, never below the author's own manager."""
    author = matter.author
    level = max(level_of(author), _level_meant(who))
    department = author.department
    anchor = _anchor(who, matter)
    if anchor is not None:
        level, department = max(level, level_of(anchor)), anchor.department
    return climb(department, level, {author.id})


def _level_meant(who: Who) -> int:
    if who.kind == Kind.HEAD:
        return 0
    if who.kind == Kind.HEAD_ABOVE:
        return 1
    return _LADDER.index(Role(who.role)) if who.role in _LADDER else -1


def _anchor(who: Who, matter: Matter) -> User | None:
    """The one person whom a rule means, whether they are here or not."""
    named = {
        Kind.PERSON: who.user_id,
        Kind.OWNER: matter.people.get("owner"),
        Kind.OWNER_MANAGER: matter.people.get("owner_manager") or matter.people.get("owner"),
        Kind.CUSTODIAN: matter.people.get("custodian"),
    }
    return _person(named.get(Kind(who.kind)))


def _holders(role: Role, department: Department) -> list[User]:
    if role is Role.SALES_MANAGER:
        return people_with(role, in_department=department.id)
    if role is Role.BRANCH_MANAGER:  # the company itself is no branch
        return people_with(role, below=department.branch_path) if department.parent_id else []
    return people_with(role)


def _person(user_id: int | None) -> User | None:
    return db.session.get(User, user_id) if user_id else None


def _people(ids: Iterable[int | None]) -> list[User]:
    """Those of them who are here, in this order."""
    people = (_person(n) for n in dict.fromkeys(ids))
    return [p for p in people if p is not None and p.active]
