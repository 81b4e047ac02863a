"""The words a review, a step and a decision use for how they stand."""

from enum import StrEnum


class ReviewState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class StepState(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class Verdict(StrEnum):
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


#: what a verdict makes of the review, unless another step follows an approval
AFTER = {
    Verdict.APPROVE: ReviewState.APPROVED,
    Verdict.RETURN: ReviewState.RETURNED,
    Verdict.REJECT: ReviewState.REJECTED,
}
