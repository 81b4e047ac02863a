"""Reviews: one run of a flow over one thing, its steps, who was asked, what was decided."""

from .review import Review
from .states import ReviewState, StepState, Verdict
from .step import Asked, Decision, ReviewStep, things_asked

__all__ = [
    "Asked",
    "Decision",
    "Review",
    "ReviewState",
    "ReviewStep",
    "StepState",
    "Verdict",
    "things_asked",
]
