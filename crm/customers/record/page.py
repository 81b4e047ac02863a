"""What the record of a customer shows: each tab asks only for what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from crm.accounts import User
from crm.approvals import Review
from crm.customers.archive.channels import called
from crm.customers.archive.clocks import contact_clock, filed_clock
from crm.customers.archive.facts import chapter_facts, chapter_names, missing, source_facts
from crm.customers.archive.fields import Chapter
from crm.customers.archive.rules import completeness
from crm.customers.archive.shown import STATE_MARKS, budget, decides_names, phone, state_names
from crm.customers.archive.values import by_chapter, contacts_of, current_need, values_of
from crm.customers.changes.proposing import may_change
from crm.customers.changes.record import beside_history, waiting_count
from crm.customers.entry.entering import pending_review
from crm.customers.models import Contact, Customer, CustomerFile, CustomerState, GradeChange, SourceChannel
from crm.customers.steps.forms import (
    ArchivistForm,
    FilingForm,
    FirstContactForm,
    GradeForm,
    OwnerForm,
    offer_people,
)
from crm.customers.steps.grading import may_propose, open_proposal
from crm.customers.steps.people import archivists, custodians, salespeople
from crm.kernel.clock import local
from crm.kernel.database import db
from crm.kernel.prepared import ask

from .people import people_of
from .timeline import knots_of

TABS = ("overview", "chapters", "contacts", "timeline", "papers", "history")

S = CustomerState


def context(customer: Customer, tab: str, viewer: Any, now: datetime) -> dict[str, Any]:
    """Everything templates/customers/show.html asks for."""
    values = values_of(customer)
    full = completeness(by_chapter(values))
    others = beside(customer)
    reads = customer.sees_sensitive(viewer)
    named: dict[str, Any] = {
        "full": full,
        "chapter_names": chapter_names(),
        "missing": missing(values, reads=reads),
        "state_text": state_names()[customer.state],
        "state_mark": STATE_MARKS[customer.state],
        "clock": filed_clock(customer, now),
        "contact_clock": contact_clock(customer, local(now).date()),
        "owner": others.owner,
        "custodian": others.custodian,
        "archivist": others.archivist,
        "review": pending_review(customer) if customer.state == S.IN_REVIEW else None,
        "counts": {"contacts": others.contacts, "papers": others.papers},
        "phone": phone,
        "budget": budget,
        "decides": decides_names(),
        "forms": forms_for(customer, viewer),
        "primary": primary_action(customer, viewer),
        "may_change": may_change(customer, viewer),
        "changes_waiting": waiting_count(customer) if customer.in_register else 0,
    }
    if may_propose(customer, viewer):
        _proposing(customer, named)
    if tab in ("overview", "chapters"):
        shown = Chapter if tab == "chapters" else (Chapter.DEALINGS, Chapter.BASICS)
        named["chapters"] = [chapter_facts(c, values, full, reads=reads) for c in shown]
    if tab == "overview":
        named["source"] = source_facts(values, others.channel)
        named["need"] = current_need(customer)
        named["knots"] = knots_of(customer, 6)
    if tab == "timeline":
        named["knots"] = knots_of(customer)
    if tab == "contacts":
        named |= people_of(customer, viewer)
    if tab == "papers":
        named["reads_sealed"] = reads
    if tab == "history":
        named |= beside_history(customer, viewer)
        named["rounds"] = _rounds(customer)
        grades = (
            select(GradeChange).where(GradeChange.customer_id == customer.id).order_by(GradeChange.id.desc())
        )
        named["grades"] = db.session.scalars(grades).all()
    return named


@dataclass(frozen=True)
class Beside:
    """What stands beside the archive in other tables, in one question."""

    owner: str
    custodian: str
    archivist: str
    channel: str
    contacts: int
    papers: int


def beside(customer: Customer) -> Beside:
    """Names, the channel and how many contacts and papers there are. The archive is one the viewer sees."""

    row = ask(
        "beside the archive",
        _beside,
        id=customer.id,
        owner=customer.owner_id or customer.author_id,
        custodian=customer.custodian_id,
        archivist=customer.archivist_id,
        channel=customer.source_channel,
    ).one()
    contacts = len(contacts_of(customer)) if customer.state in (S.DRAFT, S.RETURNED) else row.contacts
    source = called(customer.source_channel, row.channel or "")
    return Beside(row.owner or "", row.custodian or "", row.archivist or "", source, contacts, row.papers)


def _beside() -> Select[Any]:
    def name(of: str) -> Any:
        return select(User.name).where(User.id == bindparam(of)).scalar_subquery().label(of)

    def count(child: Any, label: str) -> Any:
        mine = child.customer_id == bindparam("id"), child.retired_at.is_(None)
        return select(func.count(child.id)).where(*mine).scalar_subquery().label(label)

    channel = select(SourceChannel.name).where(SourceChannel.key == bindparam("channel"))
    return select(
        name("owner"),
        name("custodian"),
        name("archivist"),
        channel.scalar_subquery().label("channel"),
        count(Contact, "contacts"),
        count(CustomerFile, "papers"),
    )


def _rounds(customer: Customer) -> list[Review]:
    """The reviews this viewer may read, the newest first."""
    mine = select(Review).where(Review.thing_type == Customer.__tablename__, Review.thing_id == customer.id)
    return list(db.session.scalars(mine.order_by(Review.id.desc())))


def forms_for(customer: Customer, viewer: Any) -> dict[str, Any]:
    """The forms of the dialogs this person may open now."""
    offers: list[tuple[str, Callable[[Any], bool], Callable[[], Any]]] = [
        ("archivist", customer.can_assign_filing, _archivist_form),
        ("filing", customer.can_file, _filing_form),
        ("first-contact", customer.can_contact, FirstContactForm),
        ("grade", customer.can_grade, lambda: GradeForm(formdata=None, data={"grade": customer.grade})),
        ("owner", customer.can_transfer, lambda: _owner_form(viewer)),
    ]
    return {key: make() for key, allowed, make in offers if allowed(viewer)}


def _archivist_form() -> ArchivistForm:
    form = ArchivistForm(formdata=None)
    offer_people(form.archivist, archivists())
    return form


def _filing_form() -> FilingForm:
    form = FilingForm(formdata=None)
    offer_people(form.custodian, custodians())
    return form


def _proposing(customer: Customer, named: dict[str, Any]) -> None:
    """The grade its owner proposed, and the form to propose one: as it came back, none while it waits."""
    asked = named["grade_asked"] = open_proposal(customer)
    if asked is None or asked.state == "returned":
        said = {"grade": asked.items[0].values["new"], "reason": asked.reason} if asked else {}
        named["forms"]["grade-proposal"] = GradeForm(formdata=None, data=said)


def _owner_form(viewer: User) -> OwnerForm:
    form = OwnerForm(formdata=None)
    offer_people(form.owner, salespeople(viewer))
    return form


def primary_action(customer: Customer, viewer: Any) -> str:
    """The one verb that stands out for this person in this state."""
    choices: list[tuple[str, Callable[[Any], bool]]] = [
        ("resume", customer.can_edit),
        ("review", lambda user: customer.state == S.IN_REVIEW and customer.author_id != user.id),
        ("withdraw", customer.can_withdraw),
        ("dispatch", customer.can_dispatch),
        ("filing", customer.can_file),
        ("archivist", customer.can_assign_filing),
        ("first-contact", customer.can_contact),
        ("grade", lambda user: customer.grade is None and customer.can_grade(user)),
        ("change", lambda user: may_change(customer, user)),
    ]
    return next((key for key, allowed in choices if allowed(viewer)), "")
