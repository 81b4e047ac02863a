"""Flows of every kind, published over the papers' own for one test."""

from typing import Any

from crm.approvals import Review, StepRule, Who
from crm.approvals.flows import publish

from .papers import NOW, submit


def asks(cast: Any, *names: str, key: str = "", **more: Any) -> StepRule:
    """A step that asks these very people, in this order."""
    ids = tuple(cast[name].id for name in names)
    who = Who("person", user_id=ids[0]) if len(ids) == 1 else Who("chosen", choices=ids)
    return StepRule(key or "-".join(names), f"{key}{'、'.join(names)}审批", who, **more)


def put(cast: Any, *steps: StepRule, by: str = "salesperson", number: int = 1, **said: Any) -> Review:
    """A paper in review, through these steps."""
    publish("papers:one", steps, note="", by=cast.administrator, at=NOW)
    return submit(cast[by], number=number, **said)


def names(rows: Any) -> list[str]:
    """Account names of those who may answer now."""
    return [a.user.username for a in rows if a.open]
