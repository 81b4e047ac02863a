"""What the review of a change shows and means (ARC-9): current beside proposed, accepted line by line."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from flask import g, url_for
from sqlalchemy import select

from crm.approvals import (
    Condition,
    Fact,
    Flow,
    Line,
    Outcome,
    Review,
    Row,
    Sheet,
    StepRule,
    Who,
    outcome,
    ship,
)
from crm.audit import record
from crm.customers.archive.fields import CHOICES
from crm.customers.models import ChangeItem, ChangeRequest, Customer, Grade
from crm.kernel.clock import local
from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.prepared import found

from .applying import apply
from .fields import currents, in_words, is_sealed, label, part_of
from .proposing import FLOW, wrote
from .queries import newest_change, waiting_items

ship(
    Flow(
        FLOW,
        1,
        _l("审核档案变更"),
        (
            StepRule("manager", _l("负责人的经理审核"), Who("owner_manager"), days=2),
            StepRule(
                "custodian",
                _l("资料管理员审核敏感资料"),
                Who("custodian"),
                when=Condition((Row("sealed", "eq", True),)),
                days=2,
            ),
        ),
    )
)

_IDENTITY = ("name", "uscc")
_LEVELS = tuple(CHOICES["value_level"].items())


@outcome(FLOW)
class ChangeOutcome(Outcome):
    """The proposal's answers to the approvals engine."""

    partial: ClassVar[bool] = True

    def fields(self) -> list[Fact]:
        return [
            Fact("sealed", _l("含敏感资料"), "flag"),
            Fact("identity", _l("改名称或信用代码"), "flag"),
            Fact("count", _l("改动项数"), "number"),
            Fact("grade", _l("需求等级"), "choice", tuple((g, str(g)) for g in Grade)),
            Fact("value_level", _l("客户级别"), "choice", _LEVELS),
        ]

    def facts(self, thing: ChangeRequest) -> dict[str, Any]:
        customer, keys = _customer(thing), [item.field for item in thing.items]
        return {
            "sealed": any(is_sealed(item.part) for item in thing.items),
            "identity": any(key in _IDENTITY for key in keys),
            "count": len(keys),
            "grade": customer.grade,
            "value_level": customer.value_level,
        }

    def people(self, thing: ChangeRequest) -> dict[str, int | None]:
        customer = _customer(thing)
        return {"owner": customer.owner_id or customer.author_id, "custodian": customer.custodian_id}

    def sheet(self, review: Review) -> Sheet:
        customer = db.session.scalar(select(Customer).where(Customer.id == review.proposal["customer"]))
        return Sheet(list(_lines(review, customer)))

    def stamp(self, review: Review) -> str:
        """What the reviewer compares with: another change of the same fields makes it another."""
        return str(newest_change(review.proposal["customer"], review.proposal["order"]))

    def link(self, review: Review) -> str:
        return url_for("customers.change", id=review.proposal["customer"], change_id=review.thing_id)

    def revise_link(self, review: Review) -> str:
        return url_for("customers.revise_change", id=review.proposal["customer"], change_id=review.thing_id)

    def approved(self, review: Review, *, by: Any, at: datetime) -> None:
        """What was accepted comes into force; a refused line stays as it is, with the reason."""
        request = _request(review)
        customer = found(Customer, request.customer_id, lock=True)
        refused: Mapping[str, str] = review.refused
        for item in request.items:
            item.verdict = "refused" if item.field in refused else "accepted"
            item.why = refused.get(item.field, "")
        accepted = {i.field: i.values["new"] for i in request.items if i.verdict == "accepted"}
        _close(request, "refused" if not accepted else "partly" if refused else "applied", at)
        if not accepted:
            return
        rows = apply(
            customer,
            accepted,
            author_id=request.author_id,
            reason=request.reason,
            at=at,
            request=request,
            approved_by=by,
        )
        if review.proposal["distinct"]:
            customer.distinct_reason = review.proposal["distinct"]
        fields = [row.field for row in rows]
        if not fields:
            return
        record(
            "customer:change",
            customer,
            by=by,
            at=at,
            reason=request.reason,
            request=request.id,
            fields=fields,
        )

    def returned(self, review: Review, *, by: Any, at: datetime) -> None:
        _request(review).state = "returned"

    def rejected(self, review: Review, *, by: Any, at: datetime) -> None:
        request = _request(review)
        for item in request.items:
            item.verdict, item.why = "refused", review.decisions[-1].comment
        _close(request, "refused", at)

    def withdrawn(self, review: Review, *, by: Any, at: datetime) -> None:
        _close(_request(review), "withdrawn", at)


def _close(request: ChangeRequest, state: str, at: datetime) -> None:
    request.state, request.closed_at = state, at


def _request(review: Review) -> ChangeRequest:
    return found(ChangeRequest, review.thing_id)


def _customer(request: ChangeRequest) -> Customer:
    return found(Customer, request.customer_id)


def _lines(review: Review, customer: Customer | None) -> Iterator[Line]:
    """This round's lines. While it waits, "current" is what the archive says now, not what it said then; who
    was sent a copy and does not see the customer reads the proposal as it was."""
    now = currents(customer) if customer is not None and review.pending else None
    rivals = (
        waiting_items(customer, besides=review.thing_id) if customer is not None and review.pending else []
    )
    lines = review.proposal["values"] | review.proposal["sealed"]
    reader = g.get("user")
    reads = reader is not None and customer is not None and customer.sees_sensitive(reader)
    own = wrote(review, reader)
    for key in review.proposal["order"]:
        line, sealed = lines[key], is_sealed(part_of(key))
        hidden = sealed and not reads
        old = now.get(key) if now is not None else line["old"]
        notes = [_("提出时为“%(old)s”", old=in_words(key, line["old"]) or "—")] if old != line["old"] else []
        notes += [_rival(item) for item in rivals if item.field == key]
        if key == review.proposal["order"][0] and review.proposal["distinct"]:
            notes.append(_("与相似客户不是同一家：%(why)s", why=review.proposal["distinct"]))
        yield Line(
            key,
            label(customer, key),
            mask() if hidden and not own else in_words(key, line["new"]),
            "",
            mask() if hidden else in_words(key, old),
            "" if hidden else " · ".join(notes),
            sealed,
            hidden and not own,
            differs=True if hidden else None,  # whether it says the same is not for them to know either
        )


def _rival(item: ChangeItem) -> str:
    """What somebody else proposes for the same field."""
    return _(
        "%(who)s %(day)s 也提出改为“%(new)s”，待审",
        who=item.request.author.name,
        day=local(item.request.created_at).date(),
        new=in_words(item.field, item.values["new"]) or "—",
    )


def mask() -> str:
    """What stands for a value that is not for this reader (CUS-2)."""
    return _("（敏感，已遮盖）")
