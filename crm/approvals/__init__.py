"""Floor 4: one engine for every "may I". It knows no customer."""

from flask import Blueprint

bp = Blueprint("approvals", __name__, url_prefix="/reviews")

from . import hearers, views
from .flows import FLOWS, Flow, FlowStep, manager_of, ship
from .models import Asked, Decision, Review, ReviewState, ReviewStep, StepState, Verdict, things_asked
from .outcomes import Check, Line, Outcome, Sheet, outcome
from .queries import is_asked

__all__ = [
    "FLOWS",
    "Asked",
    "Check",
    "Decision",
    "Flow",
    "FlowStep",
    "Line",
    "Outcome",
    "Review",
    "ReviewState",
    "ReviewStep",
    "Sheet",
    "StepState",
    "Verdict",
    "bp",
    "is_asked",
    "manager_of",
    "outcome",
    "ship",
    "things_asked",
]
