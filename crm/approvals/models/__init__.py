"""Reviews: one run of a flow over one thing, its steps, who was asked, what was decided."""

from .answers import Asked, Decision
from .beside import ReviewComment, ReviewCopy
from .deciding import Stale
from .published import FlowVersion, flow_in_force
from .review import Review, things_asked
from .states import Mode, ReviewState, StepKind, StepState, Verdict
from .step import ReviewStep, due_of

__all__ = [
    "Asked",
    "Decision",
    "FlowVersion",
    "Mode",
    "Review",
    "ReviewComment",
    "ReviewCopy",
    "ReviewState",
    "ReviewStep",
    "Stale",
    "StepKind",
    "StepState",
    "Verdict",
    "due_of",
    "flow_in_force",
    "things_asked",
]
