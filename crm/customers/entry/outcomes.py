"""What the review of a new archive shows, asks and means (ARC-4, ARC-7, ARC-8)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import g, url_for
from sqlalchemy import select

from crm.approvals import Check, Fact, Flow, Line, Outcome, Review, Sheet, StepRule, Who, outcome, ship
from crm.customers.archive.conditions import customer_facts, customer_fields, customer_people
from crm.customers.archive.fields import ASKED, CHAPTER_NAMES, Chapter
from crm.customers.archive.rules import licence_fault
from crm.customers.archive.shown import contact_line, shown_as
from crm.customers.archive.values import values_of
from crm.customers.models import Customer
from crm.customers.need.assessing import assess
from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l

from .entering import FLOW
from .forms import CONTACTS_AFTER

ship(Flow(FLOW, 1, _l("审核新档案"), (StepRule("manager", _l("部门经理审核"), Who("manager"), days=2),)))

#: they have no business licence
WITHOUT_LICENCE = ("individual", "government")


@outcome(FLOW)
class EntryOutcome(Outcome):
    """The archive's answers to the approvals engine."""

    def sheet(self, review: Review) -> Sheet:
        customer = _customer(review)
        before = _round_before(review)
        reads_sealed = _reads_sealed(customer)
        scan = _scan_of(customer) if customer is not None and review.pending and reads_sealed else None
        sheet = Sheet(list(_lines(review, before, reads_sealed)), _checks(review.proposal, scan))
        sheet.template = "customers/_review_alike.html" if review.pending and customer is not None else ""
        if before is not None:
            sheet.old_label, sheet.new_label = _("上一轮"), _("这一轮")
        return sheet

    def link(self, review: Review) -> str:
        return url_for("customers.show", id=review.thing_id)

    def revise_link(self, review: Review) -> str:
        return url_for("customers.resume", id=review.thing_id)

    def fields(self) -> list[Fact]:
        return customer_fields()

    def facts(self, thing: Customer) -> dict[str, Any]:
        return customer_facts(thing, values_of(thing))

    def people(self, thing: Customer) -> dict[str, int | None]:
        return customer_people(thing)

    def stamp(self, review: Review) -> str:
        customer = _customer(review)
        return str(customer.version) if customer is not None else ""

    def approved(self, review: Review, *, by: Any, at: datetime) -> None:
        _known(review).approve(by=by, at=at)

    def returned(self, review: Review, *, by: Any, at: datetime) -> None:
        _known(review).give_back(by=by, at=at)

    def rejected(self, review: Review, *, by: Any, at: datetime) -> None:
        _known(review).reject(by=by, at=at, reason=review.decisions[-1].comment or _("审核未通过"))

    def withdrawn(self, review: Review, *, by: Any, at: datetime) -> None:
        _known(review).take_back(by=by, at=at)


def _customer(review: Review) -> Customer | None:
    return db.session.scalar(select(Customer).where(Customer.id == review.thing_id))


def _known(review: Review) -> Customer:
    customer = _customer(review)
    assert customer is not None, "whoever decides on an archive sees it"
    return customer


def _reads_sealed(customer: Customer | None) -> bool:
    """Whether who is looking may read the sensitive lines; nobody is looking outside of a request."""
    reader = g.get("user")
    return reader is not None and customer is not None and customer.sees_sensitive(reader)


def _scan_of(customer: Customer) -> tuple[str, str] | None:
    """The licence, to be looked at beside its point of the checklist."""
    scans = [f for f in customer.files if f.kind == "licence" and f.retired_at is None]
    if not scans:
        return None
    return _("打开执照扫描件"), url_for("customers.paper", id=customer.id, paper_id=scans[-1].id)


def _round_before(review: Review) -> Review | None:
    if review.round < 2:
        return None
    earlier = select(Review).where(Review.number == review.number, Review.round == review.round - 1)
    return db.session.scalar(earlier)


def _lines(review: Review, before: Review | None, reads_sealed: bool) -> Iterator[Line]:
    """What this round proposes, in the order of the form, beside what the round before did."""
    new, old = review.proposal, before.proposal if before else None
    reasons = before.reasons if before else {}
    for number, f in enumerate(ASKED):
        if number == CONTACTS_AFTER:
            yield from _contact_lines(new, old, reasons)
            yield from _file_lines(new, old)
        part = "sealed" if f.sensitive else "values"
        value, was = new[part].get(f.key), old[part].get(f.key) if old else None
        if value is None and was is None:
            continue
        hidden = f.sensitive and not reads_sealed
        yield Line(
            f.key,
            str(f.label),
            _("（敏感，已遮盖）") if hidden else shown_as(f, value),
            str(CHAPTER_NAMES[f.chapter]),
            None if old is None or hidden else shown_as(f, was),
            _note(f.key, value, new["values"], "" if hidden else reasons.get(f.key, "")),
            f.sensitive,
            hidden,
        )


def _note(key: str, value: Any, values: Mapping[str, Any], reason: str) -> str:
    """The facts a reviewer would look up."""
    notes = []
    if key == "uscc" and value:
        notes.append(licence_fault(value) or _("18 位校验通过"))
    if key == "need_text" and value:
        notes.append(_need_note(values))
    if reason:
        notes.append(_("上轮退回：%(reason)s", reason=reason))
    return " · ".join(notes)


def _need_note(values: Mapping[str, Any]) -> str:
    target = values.get("need_target_on")
    assessed = assess(values["need_text"], date.fromisoformat(target) if target else None)
    found = [part.found for part in assessed.parts if part.found]
    return _("找到：%(what)s", what=_("、").join(found)) if found else ""


def _contact_lines(new: Any, old: Any, reasons: Mapping[str, str]) -> Iterator[Line]:
    was = old["contacts"] if old else []
    for number in range(max(len(new["contacts"]), len(was))):
        key = f"contacts-{number}"
        yield Line(
            key,
            _("联系人 %(n)s", n=number + 1),
            contact_line(new["contacts"][number]) if number < len(new["contacts"]) else "",
            str(CHAPTER_NAMES[Chapter.BASICS]),
            None if old is None else contact_line(was[number]) if number < len(was) else "",
            _("上轮退回：%(reason)s", reason=reasons[key]) if key in reasons else "",
        )


def _file_lines(new: Any, old: Any) -> Iterator[Line]:
    names = {"licence": _("执照扫描件"), "other": _("其他附件")}
    for kind, label in names.items():
        now, was = _files(new, kind), _files(old, kind) if old else ""
        if now or was:
            yield Line(f"files-{kind}", label, now, str(CHAPTER_NAMES[Chapter.BASICS]), was if old else None)


def _files(proposal: Any, kind: str) -> str:
    return str(_("、")).join(f["name"] for f in proposal["files"] if f["kind"] == kind)


def _checks(proposal: Mapping[str, Any], scan: tuple[str, str] | None) -> list[Check]:
    """The three points of ARC-7, with the facts that speak for or against each."""
    verified = Check(
        "verified",
        _("联系人已与客户核实"),
        _("经客户本人或其公司总机核实"),
        detail=_("何时、用什么方式、由谁核实"),
    )
    need = Check("need", _("需求具体"), _("要什么、要多少、什么时候要，都写明了"))
    return [replace(_licence_check(proposal), see=scan), verified, need]


def _licence_check(proposal: Mapping[str, Any]) -> Check:
    values, label = proposal["values"], _("客户名称与执照一致")
    attached = any(f["kind"] == "licence" for f in proposal["files"])
    if not attached and values.get("nature") in WITHOUT_LICENCE:
        return Check("licence", label, _("个人和政府机构没有营业执照，可以不附"), must=False)
    fault = licence_fault(values["uscc"]) if values.get("uscc") else _("没有填信用代码")
    if attached and fault is None:
        return Check("licence", label, _("执照已上传，18 位代码校验通过"))
    why = fault if attached else _("没有上传执照扫描件")
    return Check("licence", label, blocked=_("%(why)s，不能同意；请退回补充。", why=why))
