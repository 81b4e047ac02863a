"""What the manager's answer to a proposed grade means (GRD-1)."""

from datetime import datetime
from typing import Any, ClassVar

from flask import url_for

from crm.approvals import Flow, Line, Outcome, Review, Sheet, StepRule, Who, outcome, ship
from crm.customers.models import ChangeRequest, Customer
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.prepared import found, sees

from .grading import FLOW, grant

ship(Flow(FLOW, 1, _l("评定需求等级"), (StepRule("manager", _l("业务经理评定"), Who("manager"), days=2),)))


@outcome(FLOW)
class GradeOutcome(Outcome):
    """A proposal's answers to the approvals engine."""

    batch: ClassVar[bool] = True

    def sheet(self, review: Review) -> Sheet:
        said = review.proposal
        grade = Line("grade", _("需求等级"), said["after"], old=said["before"] or "")
        return Sheet([grade, Line("reason", _("评定依据"), said["reason"])])

    def link(self, review: Review) -> str:
        id = review.proposal["customer"]
        if sees(Customer, id):
            return url_for("customers.show", id=id)
        return url_for("customers.change", id=id, change_id=review.thing_id)

    def people(self, thing: ChangeRequest) -> dict[str, int | None]:
        customer = found(Customer, thing.customer_id)
        return {"owner": customer.owner_id, "custodian": customer.custodian_id}

    def stamp(self, review: Review) -> str:
        return found(Customer, review.proposal["customer"]).grade or "-"

    def approved(self, review: Review, *, by: Any, at: datetime) -> None:
        request = _close(review, "applied", "accepted", at)
        grant(request, found(Customer, request.customer_id, lock=True), by=by, at=at)

    def returned(self, review: Review, *, by: Any, at: datetime) -> None:
        found(ChangeRequest, review.thing_id).state = "returned"

    def rejected(self, review: Review, *, by: Any, at: datetime) -> None:
        _close(review, "refused", "refused", at)

    def withdrawn(self, review: Review, *, by: Any, at: datetime) -> None:
        _close(review, "withdrawn", "", at)


def _close(review: Review, state: str, verdict: str, at: datetime) -> ChangeRequest:
    request = found(ChangeRequest, review.thing_id)
    request.state, request.closed_at, request.items[0].verdict = state, at, verdict
    return request
