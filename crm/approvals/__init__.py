"""Floor 4: one engine for every "may I". It knows no customer."""

from flask import Blueprint

bp = Blueprint("approvals", __name__, url_prefix="/reviews")

from . import hearers, holding, jobs, views, views_batch, views_beside
from .flows import (
    FLOWS,
    Condition,
    Flow,
    Mode,
    Row,
    StepRule,
    Who,
    flow_in_force,
    manager_of,
    publish,
    ship,
    who_would_be_asked,
)
from .models import (
    Asked,
    Decision,
    Review,
    ReviewState,
    ReviewStep,
    Stale,
    StepKind,
    StepState,
    Verdict,
    things_asked,
)
from .outcomes import Check, Fact, Line, Outcome, Sheet, outcome
from .queries import is_asked
from .shaping import views as _shaping

__all__ = [
    "FLOWS",
    "Asked",
    "Check",
    "Condition",
    "Decision",
    "Fact",
    "Flow",
    "Line",
    "Mode",
    "Outcome",
    "Review",
    "ReviewState",
    "ReviewStep",
    "Row",
    "Sheet",
    "Stale",
    "StepKind",
    "StepRule",
    "StepState",
    "Verdict",
    "Who",
    "bp",
    "flow_in_force",
    "is_asked",
    "manager_of",
    "outcome",
    "publish",
    "ship",
    "things_asked",
    "who_would_be_asked",
]
