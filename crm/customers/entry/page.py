"""What surrounds the entry form: how far it is, the need's three questions, likely duplicates, the clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g

from crm.approvals import Review
from crm.customers.alike.similar import Likenesses, find
from crm.customers.archive.clocks import entry_clock
from crm.customers.archive.fields import (
    ASKED,
    CHAPTER_NAMES,
    PERSONS,
    ArchiveField,
    Chapter,
    fields_of,
    stands_first,
)
from crm.customers.archive.rules import completeness
from crm.customers.archive.typed import Values
from crm.customers.archive.values import by_chapter
from crm.customers.models import Customer, CustomerState
from crm.customers.need.assessing import Assessment, assess
from crm.files import SCANS, accept
from crm.kernel import clock

from .complete import lacking, musts
from .entering import last_review
from .forms import ContactForm, EntryForm

#: the attachments and the contacts are part of the first chapter
_BASICS_TOO = ("contacts", "licence", "papers")


@dataclass
class ChapterView:
    """One chapter of the form: its fields in order, and how far it is."""

    key: str
    name: Any
    percent: int
    filled: int
    asked: int
    wrong: int = 0
    must: bool = False  # something of it must be there before submission
    lacking: list[str] = field(default_factory=list)  # what of that is not
    vague: bool = False  # the need is there, but not concrete (ARC-7)
    fields: list[ArchiveField] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return not (self.lacking or self.vague) and self.percent >= 60

    @property
    def sensitive(self) -> bool:
        return any(f.sensitive and not f.group for f in self.fields)


def context(form: EntryForm, customer: Customer | None, *, alike: Likenesses | None = None) -> dict[str, Any]:
    """Everything templates/customers/entry.html asks for beside the form."""
    values = form.values()
    returned = returned_review(customer)
    reasons = reasons_of(returned)
    if returned and not form.is_submitted():
        show_reasons(form, reasons)
    if alike is None:
        phones = [values["phone"] or "", *(c["phone"] for c in form.contact_values())]
        known = customer.id if customer else None
        alike = find(values["name"] or "", values["uscc"] or "", phones, besides=known)
    return {
        **progress(form, values),
        "persons": PERSONS,
        "alike": alike,
        "returned": returned,
        "reasons": reasons,
        "clock": entry_clock(values["collected_on"], g.now),
        "stands_first": stands_first,
        "blank_contact": ContactForm(prefix="contacts-N-"),
        "licence_kinds": accept(SCANS),
        "files": [f for f in customer.files if f.retired_at is None] if customer else [],
    }


def progress(form: EntryForm, values: Values) -> dict[str, Any]:
    """The rail: chapters, total completeness, musts; and the need's three questions."""
    full = completeness(by_chapter(values))
    said, need = musts(values, form.contact_values()), assessed(values)
    chapters = _chapters(form, values, full, vague=need is not None and not need.concrete)
    return {"chapters": chapters, "total": full["total"], "musts": said, "need": need}


def _chapters(form: EntryForm, values: Values, full: Mapping[str, int], *, vague: bool) -> list[ChapterView]:
    views = []
    open_ = lacking(values, form.contact_values())
    for chapter in Chapter:
        counted = [f for f in fields_of(chapter) if not f.group or f.key.endswith("_name")]
        asked = [f for f in ASKED if f.chapter is chapter]
        names = [f.key for f in asked] + (list(_BASICS_TOO) if chapter is Chapter.BASICS else [])
        views.append(
            ChapterView(
                str(chapter),
                CHAPTER_NAMES[chapter],
                full[chapter],
                sum(values[f.key] is not None for f in counted),
                len(counted),
                sum(_wrong(form[name]) for name in names),
                any(f.must for f in asked),
                open_[chapter],
                vague and chapter is Chapter.BUSINESS,
                asked,
            )
        )
    return views


def _wrong(control: Any) -> int:
    """How many controls in it have an error."""
    if hasattr(control, "entries"):
        return sum(bool(inner.errors) for entry in control.entries for inner in entry.form)
    return int(bool(control.errors))


def assessed(values: Mapping[str, Any]) -> Assessment | None:
    """The need's three questions, or None while nothing is written."""
    text = values["need_text"]
    return assess(text, values["need_target_on"], today=clock.today()) if text else None


def returned_review(customer: Customer | None) -> Review | None:
    """The review that sent the entry back, while it is with its author."""
    if customer is None or customer.state != CustomerState.RETURNED:
        return None
    return last_review(customer)


def reasons_of(review: Review | None) -> dict[str, str]:
    """What the reviewer wrote beside which field (ARC-8)."""
    return review.reasons if review else {}


def show_reasons(form: EntryForm, reasons: Mapping[str, str]) -> None:
    """Beside each field what is wrong with it; a contact's reason stands at its name."""
    for key, text in reasons.items():
        control: Any = None
        if key in form:
            control = form[key]
        if key.startswith("contacts-"):
            number = int(key.removeprefix("contacts-"))
            entries = form["contacts"].entries
            control = entries[number].form["name"] if number < len(entries) else None
        if control is not None and not hasattr(control, "entries"):
            control.errors = [*control.errors, text]
