"""What a decision about a transfer means, and what the manager reads before it (OWN-1)."""

from datetime import datetime
from typing import Any

from flask import url_for

from crm.accounts import Department, User
from crm.approvals import Check, Flow, Line, Outcome, Review, Sheet, StepRule, Who, outcome, ship
from crm.customers.models import ChangeRequest, Customer
from crm.customers.models.changes import TRANSFER as FLOW
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.frame import day
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.prepared import found, sees

from .queries import Known, known
from .transferring import manager_id

#: whose customer it is, their manager decides; of one in the pool the manager of its department
_RULING = StepRule("manager", _l("业务经理裁定"), Who("owner_manager"), days=2)
ship(Flow(FLOW, 1, _l("裁定客户移交"), (_RULING,)))


@outcome(FLOW)
class TransferOutcome(Outcome):
    """A request's answers to the approvals engine."""

    def sheet(self, review: Review) -> Sheet:
        said = review.proposal
        customer = known(said["customer"], settled=False)
        note = _first(customer) if customer else ""
        line = Line("owner_id", _("负责人"), _name(said["after"]), old=_name(said["before"]), note=note)
        return Sheet([line], _ruling(review, customer.author) if customer else [])

    def people(self, thing: ChangeRequest) -> dict[str, int | None]:
        customer = known(thing.customer_id, settled=False)
        if customer is None:
            return {}
        place = db.session.get(Department, customer.department_id)
        chief = manager_id(place.id, place.branch_path) if place else None
        return {"owner": customer.owner_id, "owner_manager": chief}

    def stamp(self, review: Review) -> str:
        customer = known(review.proposal["customer"], settled=False)
        return str(customer.owner_id) if customer else ""

    def link(self, review: Review) -> str:
        id = review.proposal["customer"]
        return url_for("customers.show" if sees(Customer, id) else "customers.transfer_form", id=id)

    def revise_link(self, review: Review) -> str:
        return url_for("customers.transfer_form", id=review.proposal["customer"])

    def approved(self, review: Review, *, by: Any, at: datetime) -> None:
        request = _close(review, "applied", at)
        to = db.session.get_one(User, request.items[0].values["new"])
        ruling = review.decisions[-1].ticks.get("ruling") or request.reason
        request.items[0].verdict = "accepted"
        customer = found(Customer, request.customer_id, lock=True)
        if customer.owner_id != request.items[0].values["old"]:
            # given to somebody while this decision waited for the row
            raise Refused(_("内容在您阅读之后有改动，您的决定没有执行。请看过改动后再决定。"))
        customer.give(to, reason=ruling, by=by, at=at, request=request.id)

    def returned(self, review: Review, *, by: Any, at: datetime) -> None:
        _request(review).state = "returned"

    def rejected(self, review: Review, *, by: Any, at: datetime) -> None:
        _close(review, "refused", at).items[0].verdict = "refused"

    def withdrawn(self, review: Review, *, by: Any, at: datetime) -> None:
        _close(review, "withdrawn", at)


def _first(customer: Known) -> str:
    """Who recorded it first, for the earlier record decides."""
    said = {"who": customer.author, "on": customer.collected_on, "at": day(customer.created_at)}
    return _("最先登记：%(who)s，收集于 %(on)s，登记于 %(at)s", **said)


def _ruling(review: Review, author: str) -> list[Check]:
    """Against the earlier record only with a reason: a claim of what another owns and recorded (OWN-1)."""
    said = review.proposal
    if said["before"] is None or said["before"] == review.author_id:
        return []
    label = _("%(who)s 登记在先；改归申请人由经理裁定", who=author)
    return [Check("ruling", label, _("冲突时以先登记者为准，例外须写明理由"), detail=_("裁定理由"))]


def _request(review: Review) -> ChangeRequest:
    return db.session.get_one(ChangeRequest, review.thing_id)


def _close(review: Review, state: str, at: datetime) -> ChangeRequest:
    request = _request(review)
    request.state, request.closed_at = state, at
    return request


def _name(user_id: int | None) -> str:
    person = db.session.get(User, user_id) if user_id is not None else None
    return person.name if person else _("公海")
