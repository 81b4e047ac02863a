"""What the record of a customer shows: each tab asks only for what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.accounts import User
from crm.approvals import Review
from crm.kernel.database import db

from .archive import by_chapter, contact_rows, contacts_of, current_need, values_of
from .clocks import contact_clock, filed_clock
from .contacts import may_retire
from .entering import pending_review
from .fields import CHAPTER_NAMES, FIELDS, PERSONS, SOURCE, ArchiveField, Chapter, fields_of
from .forms import ArchivistForm, FilingForm, FirstContactForm, GradeForm, OwnerForm, offer_people
from .models import Contact, Customer, CustomerFile, CustomerState, GradeChange
from .people import archivists, custodians, salespeople
from .rules import completeness
from .shown import STATE_MARKS, budget, decides_names, phone, shown_as, state_names
from .timeline import knots_of
from .typed import Values

TABS = ("overview", "chapters", "contacts", "timeline", "papers", "history")

S = CustomerState


@dataclass(frozen=True)
class Fact:
    """A field as the page shows it: `text` is empty where nothing is known."""

    label: str
    text: str
    wide: bool = False
    sensitive: bool = False


@dataclass(frozen=True)
class ChapterFacts:
    """One chapter: what may be read, and the names of what is masked (never their lengths)."""

    key: str
    name: str
    percent: int
    facts: list[Fact]
    persons: list[tuple[str, list[Fact]]]
    masked: list[str]
    has_sealed: bool


def context(customer: Customer, tab: str, viewer: Any, now: datetime) -> dict[str, Any]:
    """Everything templates/customers/show.html asks for."""
    values = values_of(customer)
    full = completeness(by_chapter(values))
    people = _names_of(customer.owner_id or customer.author_id, customer.custodian_id, customer.archivist_id)
    named: dict[str, Any] = {
        "full": full,
        "chapter_names": {str(c): CHAPTER_NAMES[c] for c in Chapter},
        "missing": _missing(values),
        "state_text": state_names()[customer.state],
        "state_mark": STATE_MARKS[customer.state],
        "clock": filed_clock(customer, now),
        "contact_clock": contact_clock(customer, now.date()),
        "owner": people.get(customer.owner_id or customer.author_id, ""),
        "custodian": people.get(customer.custodian_id, ""),
        "archivist": people.get(customer.archivist_id, ""),
        "review": pending_review(customer) if customer.state == S.IN_REVIEW else None,
        "counts": _counts(customer),
        "phone": phone,
        "budget": budget,
        "decides": decides_names(),
        "forms": forms_for(customer, viewer),
        "primary": primary_action(customer, viewer),
    }
    if tab in ("overview", "chapters"):
        reads = customer.sees_sensitive(viewer)
        named["chapters"] = [chapter_facts(c, values, full, reads=reads) for c in Chapter]
        named["source"] = [Fact(str(f.label), shown_as(f, values[f.key])) for f in SOURCE]
        named["need"] = current_need(customer)
    if tab == "overview":
        named["knots"] = knots_of(customer, 6)
    if tab == "timeline":
        named["knots"] = knots_of(customer)
    if tab == "contacts":
        named["contacts"] = contact_rows(customer)
        named["may_retire"] = {c.id for c in customer.contacts if may_retire(c, viewer)}
    if tab == "papers":
        named["reads_sealed"] = customer.sees_sensitive(viewer)
    if tab == "history":
        named["rounds"] = _rounds(customer)
        grades = (
            select(GradeChange).where(GradeChange.customer_id == customer.id).order_by(GradeChange.id.desc())
        )
        named["grades"] = db.session.scalars(grades).all()
    return named


def chapter_facts(chapter: Chapter, values: Values, full: dict[str, int], *, reads: bool) -> ChapterFacts:
    """One chapter for somebody who may (`reads`) or may not read what is sensitive."""
    facts, masked = [], []
    persons: dict[str, list[Fact]] = {}
    sealed = False
    for f in fields_of(chapter):
        sealed = sealed or f.sensitive
        if f.sensitive and not reads:
            masked.append(f)
            continue
        fact = Fact(str(f.label), shown_as(f, values[f.key]), f.kind == "area" or f.width == "6", f.sensitive)
        if not f.group:
            facts.append(fact)
        elif fact.text:
            persons.setdefault(f.group, []).append(fact)
    return ChapterFacts(
        str(chapter),
        str(CHAPTER_NAMES[chapter]),
        full[chapter],
        facts,
        [(str(PERSONS[group]), found) for group, found in persons.items()],
        _names(masked),
        sealed,
    )


def _names(masked: list[ArchiveField]) -> list[str]:
    """What is hidden, by name; what is known of three persons goes under one."""
    names = [str(f.label) for f in masked if not f.group]
    return [_("经营者、负责人、法定代表人的个人情况"), *names] if any(f.group for f in masked) else names


def _missing(values: Values) -> list[str]:
    counted = [f for f in FIELDS if not f.group or f.key.endswith("_name")]
    return [str(f.label) for f in counted if values[f.key] in (None, "")]


def _counts(customer: Customer) -> dict[str, int]:
    """Of an archive one sees: nothing is left to narrow."""
    contact, paper = Contact.__table__.c, CustomerFile.__table__.c
    counts = [
        select(func.count()).where(c.customer_id == customer.id, c.retired_at.is_(None)).scalar_subquery()
        for c in (contact, paper)
    ]
    row = db.session.execute(select(*counts).execution_options(scoped=True)).one()
    entering = customer.state in (S.DRAFT, S.RETURNED)
    return {"contacts": len(contacts_of(customer)) if entering else row[0], "papers": row[1]}


def _names_of(*ids: int | None) -> dict[int | None, str]:
    people = select(User.id, User.name).where(User.id.in_({i for i in ids if i}))
    return {row.id: row.name for row in db.session.execute(people)}


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
    ]
    return next((key for key, allowed in choices if allowed(viewer)), "")
