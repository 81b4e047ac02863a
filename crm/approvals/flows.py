"""Approval flows as they ship: steps in turn, each with who is asked and how long they have.

Flows live in code in this version; a review keeps the version it was submitted under.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crm.accounts import Department, Role, User, people_with

#: given the author, the people to ask; never the author
Who = Callable[[User], list[User]]


@dataclass(frozen=True)
class FlowStep:
    """One node: who is asked, any of them answers; `days` working days from when it opens."""

    key: str
    name: Any  # lazy text
    who: Who
    days: int = 1


@dataclass(frozen=True)
class Flow:
    """A versioned list of steps. `key` is also the key of the outcome that answers it."""

    key: str
    version: int
    label: Any  # lazy text: what the reviewer does, "审核新档案"
    steps: tuple[FlowStep, ...]


FLOWS: dict[str, Flow] = {}


def ship(flow: Flow) -> Flow:
    """Offer a flow; a room calls this for each kind of thing it puts through approval."""
    FLOWS[flow.key] = flow
    return flow


def people_for(flow_key: str, step_key: str, author: User) -> list[User] | None:
    """Whom a step asks now about something of this author's; None where the flow no longer has it."""
    flow = FLOWS.get(flow_key)
    step = next((s for s in flow.steps if s.key == step_key), None) if flow else None
    return [p for p in step.who(author) if p.id != author.id] if step else None


#: from the author's own department upward; whoever is first and is not the author
_LADDER = (Role.SALES_MANAGER, Role.BRANCH_MANAGER, Role.GENERAL_MANAGER)


def manager_of(author: User) -> list[User]:
    """The author's manager; where there is none, or it is the author, one level up.

    At the top another general manager. An empty answer means that nobody may decide: the engine
    refuses the submission.
    """
    department: Department = author.department
    start = next((n for n, role in enumerate(_LADDER) if author.holds(role)), -1)
    for level, role in enumerate(_LADDER):
        if level <= start and role is not _LADDER[-1]:
            continue
        people = [p for p in _holders(role, department) if p.id != author.id]
        if people:
            return people
    return []


def _holders(role: Role, department: Department) -> list[User]:
    if role is Role.SALES_MANAGER:
        return people_with(role, in_department=department.id)
    if role is Role.BRANCH_MANAGER:  # the company itself is no branch
        return people_with(role, below=department.branch_path) if department.parent_id else []
    return people_with(role)
