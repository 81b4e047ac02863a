"""What a flow says, as plain values: who is asked, how many must answer, when, how long, and if nobody is
there. Nothing here looks at people or tables; `asking.py` finds the people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crm.kernel.languages import in_chinese


class Mode(StrEnum):
    """How many of those who are asked must answer."""

    ANY = "any"  # 或签
    ALL = "all"  # 会签
    TURN = "turn"  # 依次


class Kind(StrEnum):
    """Whom a step asks."""

    MANAGER = "manager"  # the author's, the nearest above
    ROLE_IN_DEPARTMENT = "role_in_department"
    ROLE_IN_BRANCH = "role_in_branch"
    ROLE_IN_COMPANY = "role_in_company"
    HEAD = "head"  # of the author's department
    HEAD_ABOVE = "head_above"
    PERSON = "person"
    OWNER = "owner"
    OWNER_MANAGER = "owner_manager"
    CUSTODIAN = "custodian"
    CHOSEN = "chosen"  # by the author, among `choices`


WITH_ROLE = (Kind.ROLE_IN_DEPARTMENT, Kind.ROLE_IN_BRANCH, Kind.ROLE_IN_COMPANY)
OPS = ("eq", "ne", "in", "ge", "le", "set", "unset")
EMPTY = ("skip", "up", "person")


@dataclass(frozen=True)
class Who:
    """Whom a step asks. `role` for the kinds with a role, `user_id` for a person, `choices` (user ids) for
    what the author chooses from."""

    kind: str
    role: str = ""
    user_id: int | None = None
    choices: tuple[int, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        said: dict[str, Any] = {"kind": str(self.kind)}
        if self.role:
            said["role"] = str(self.role)
        if self.user_id is not None:
            said["user_id"] = self.user_id
        if self.choices:
            said["choices"] = list(self.choices)
        return said

    @classmethod
    def from_plain(cls, said: Mapping[str, Any]) -> "Who":
        return cls(said["kind"], said.get("role", ""), said.get("user_id"), tuple(said.get("choices", ())))


@dataclass(frozen=True)
class Row:
    """One row of a condition. `value` is a list for "in" and nothing for "set" and "unset"."""

    field: str
    op: str
    value: Any = None

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether it holds of these facts. What is not known is neither larger nor smaller than anything."""
        fact = facts.get(self.field)
        known = fact not in (None, "", [], ())
        match self.op:
            case "set":
                return known
            case "unset":
                return not known
            case "eq":
                return known and _same(fact, self.value)
            case "ne":
                return not (known and _same(fact, self.value))
            case "in":
                return known and any(_same(fact, one) for one in self.value or ())
            case "ge" | "le":
                mine, other = _number(fact), _number(self.value)
                if mine is None or other is None:
                    return False
                return mine >= other if self.op == "ge" else mine <= other
        return False


def _same(fact: Any, value: Any) -> bool:
    if isinstance(fact, bool):
        return fact == (value in (True, "true", "True", "1", 1))
    mine, other = _number(fact), _number(value)
    return mine == other if mine is not None and other is not None else str(fact) == str(value)


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True)
class Condition:
    """When a step is gone through; without rows always."""

    rows: tuple[Row, ...] = ()
    join: str = "and"

    def holds(self, facts: Mapping[str, Any]) -> bool:
        if not self.rows:
            return True
        return (all if self.join == "and" else any)(row.holds(facts) for row in self.rows)

    def to_plain(self) -> dict[str, Any]:
        rows = [{"field": r.field, "op": r.op, "value": _plain(r.value)} for r in self.rows]
        return {"join": self.join, "rows": rows}

    @classmethod
    def from_plain(cls, said: Mapping[str, Any]) -> "Condition":
        rows = tuple(Row(r["field"], r["op"], r.get("value")) for r in said.get("rows", ()))
        return cls(rows, said.get("join", "and"))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple | set | frozenset) else value


@dataclass(frozen=True)
class StepRule:
    """One step of a flow. `days` are working days; where `hours` is not 0, those working hours count.

    `empty`: what happens where nobody fits: "skip" it, ask one level "up", or the "person" empty_user_id.
    `once`: who said yes at the step before need not say it again here.
    """

    key: str
    name: Any  # a lazy text where it ships, a plain one where an administrator wrote it
    who: Who
    mode: str = Mode.ANY
    when: Condition = field(default_factory=Condition)
    days: int = 1
    hours: int = 0
    remind_hours: int = 0
    escalates: bool = False
    empty: str = "up"
    empty_user_id: int | None = None
    once: bool = True

    def to_plain(self) -> dict[str, Any]:
        """As JSON: for a published version, and for a review's step, which keeps the rule it began under."""
        return {
            "key": self.key,
            "name": in_chinese(self.name),
            "who": self.who.to_plain(),
            "mode": str(self.mode),
            "when": self.when.to_plain(),
            "days": self.days,
            "hours": self.hours,
            "remind_hours": self.remind_hours,
            "escalates": self.escalates,
            "empty": self.empty,
            "empty_user_id": self.empty_user_id,
            "once": self.once,
        }

    @classmethod
    def from_plain(cls, said: Mapping[str, Any]) -> "StepRule":
        return cls(
            key=said["key"],
            name=said["name"],
            who=Who.from_plain(said["who"]),
            mode=Mode(said.get("mode", Mode.ANY)),
            when=Condition.from_plain(said.get("when", {})),
            days=said.get("days", 1),
            hours=said.get("hours", 0),
            remind_hours=said.get("remind_hours", 0),
            escalates=said.get("escalates", False),
            empty=said.get("empty", "up"),
            empty_user_id=said.get("empty_user_id"),
            once=said.get("once", True),
        )


@dataclass(frozen=True)
class Flow:
    """A versioned list of steps. `key` is also the key of the outcome that answers it."""

    key: str
    version: int
    label: Any  # lazy text: what the reviewer does, "审核新档案"
    steps: tuple[StepRule, ...]

    def to_plain(self) -> list[dict[str, Any]]:
        return [step.to_plain() for step in self.steps]


FLOWS: dict[str, Flow] = {}


def ship(flow: Flow) -> Flow:
    """Offer a flow; a room calls this for each kind of thing it puts through approval."""
    FLOWS[flow.key] = flow
    return flow


def steps_from_plain(said: Iterable[Mapping[str, Any]]) -> tuple[StepRule, ...]:
    return tuple(StepRule.from_plain(step) for step in said)
