"""Approval flows: what rooms ship, what an administrator publishes over it, and who would be asked.

A review keeps the version and the rules it was submitted under.
"""

from collections.abc import Mapping
from typing import Any

from crm.accounts import User
from crm.kernel.languages import lazy_gettext as _l

from .asking import Matter, manager_of, people_for
from .models.published import FlowVersion, flow_in_force, newest
from .outcomes import outcome_of
from .publishing import back_to_default, faults, publish
from .rules import (
    EMPTY,
    FLOWS,
    OPS,
    Condition,
    Flow,
    Kind,
    Mode,
    Row,
    StepRule,
    Who,
    ship,
    steps_from_plain,
)

__all__ = [
    "EMPTY",
    "FLOWS",
    "OPS",
    "Condition",
    "Flow",
    "FlowVersion",
    "Kind",
    "Mode",
    "Row",
    "StepRule",
    "Who",
    "back_to_default",
    "faults",
    "flow_in_force",
    "manager_of",
    "newest",
    "publish",
    "ship",
    "steps_from_plain",
    "who_would_be_asked",
]


def who_would_be_asked(
    flow_key: str,
    author: User,
    thing: Any = None,
    *,
    facts: Mapping[str, Any] | None = None,
    people: Mapping[str, Any] | None = None,
    chosen: tuple[int, ...] = (),
    steps: tuple[StepRule, ...] | None = None,
) -> list[tuple[StepRule, list[User], Any]]:
    """Each step of a flow with whom it would ask if `author` submitted `thing` now, and why where that needs
    a word (lazy text). Instead of a thing, what is known of it: `facts` and `people`. `steps`: of a flow that
    is not published yet."""
    says = outcome_of(flow_key)
    if thing is not None:
        facts = {**says.facts(thing), **(facts or {})}
        people = {**says.people(thing), **(people or {})}
    matter = Matter(author, people or {}, chosen)
    asked: list[tuple[StepRule, list[User], Any]] = []
    for rule in steps if steps is not None else flow_in_force(flow_key).steps:
        if not rule.when.holds(facts or {}):
            asked.append((rule, [], _l("条件不满足，不经过这一步")))
            continue
        found = people_for(rule, matter)
        nobody = _l("没有人可以审批，提交会被拒绝")
        asked.append((rule, found.people, found.why if found.people or found.skipped else nobody))
    return asked
