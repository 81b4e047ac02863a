"""Who would be asked if somebody submitted this now: step by step, with why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm.accounts import Role, User
from crm.approvals.flows import who_would_be_asked
from crm.approvals.models import Mode
from crm.approvals.rules import WITH_ROLE, Condition, Kind, StepRule
from crm.kernel.languages import gettext as _

from .words import OF_THE_THING, Wording, named


@dataclass(frozen=True)
class PreviewLine:
    """One step of the preview; `why` is empty where the rule itself finds them."""

    name: str
    people: str
    why: str = ""
    skipped: bool = False


def would_ask(
    key: str, author: User, rules: Sequence[StepRule], facts: Mapping[str, Any], said: Wording
) -> list[PreviewLine]:
    """What these steps mean for something of `author` with these facts. Nothing is asked of anybody."""
    lines, yes = [], set[int]()  # who is certain to have said yes just before
    whole = tuple(rule for rule in rules if _whole(rule))
    asked = iter(who_would_be_asked(key, author, facts=facts, steps=whole))
    for rule in rules:
        if not _whole(rule):
            lines.append(PreviewLine(named(rule), "", _("这一步还没有填完")))
            continue
        _rule, people, note = next(asked)
        if not rule.when.holds(facts):
            lines.append(PreviewLine(named(rule), "", _unmet(rule.when, facts, said), skipped=True))
            continue
        if rule.who.kind in OF_THE_THING:
            later = _("提交时按那一家客户决定")
            lines.append(PreviewLine(named(rule), said.who(rule.who), later))
            yes = set()
            continue
        ids = {person.id for person in people}
        if rule.once and (ids & yes if rule.mode == Mode.ANY else ids and ids <= yes):
            lines.append(PreviewLine(named(rule), _names(people), _("上一步同意过，不用再审"), skipped=True))
            continue
        why = [str(note)] if note else []
        if rule.who.kind == Kind.CHOSEN:
            why.append(_("由提交人从中选"))
        elif len(people) > 1:
            why.append(said.said(rule)[_("人数")])
        skipped = not people and rule.empty == "skip"
        lines.append(PreviewLine(named(rule), _names(people), _("；").join(why), skipped))
        if not skipped:
            yes = ids if len(ids) == 1 or rule.mode != Mode.ANY else set()
    return lines


def _whole(rule: StepRule) -> bool:
    """Whether enough is said to look for people."""
    return rule.who.kind in list(Kind) and (rule.who.kind not in WITH_ROLE or rule.who.role in list(Role))


def _names(people: Sequence[User]) -> str:
    return _("、").join(person.name for person in people)


def _unmet(condition: Condition, facts: Mapping[str, Any], said: Wording) -> str:
    """Which rows do not hold: with "or" that is all of them."""
    unmet = tuple(row for row in condition.rows if not row.holds(facts))
    return _("条件不符合，跳过：%(when)s", when=said.when(replace(condition, rows=unmet)))
