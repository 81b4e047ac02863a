"""The words a review, a step and a decision use for how they stand."""

from enum import StrEnum

from crm.approvals.rules import Mode


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


class StepKind(StrEnum):
    FLOW = "flow"  # the flow has it
    ADDED = "added"  # a reviewer asked somebody besides (加签)
    AGAIN = "again"  # a later step sent it back here


class Verdict(StrEnum):
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    BACK = "back"  # to an earlier step


#: what a verdict makes of the review, unless another step follows an approval
AFTER = {
    Verdict.APPROVE: ReviewState.APPROVED,
    Verdict.RETURN: ReviewState.RETURNED,
    Verdict.REJECT: ReviewState.REJECTED,
}

__all__ = ["AFTER", "Mode", "ReviewState", "StepKind", "StepState", "Verdict"]
