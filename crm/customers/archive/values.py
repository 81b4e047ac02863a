"""An archive as plain values: what the form asks, the reviewer reads, the card prints.

A value is None where nothing is known; money is in 分, dates are `date`, choices are their keys.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crm.customers.alike import likeness
from crm.customers.models import ChapterValues, Contact, Customer, Need
from crm.kernel.clock import at_office
from crm.kernel.database import db
from crm.workdays.clocks import CLOSES

from . import rules
from .fields import FIELDS, NEED, SOURCE, Chapter
from .typed import CONTACT_LENGTHS, Values

#: part of the chapters in which a draft keeps need, contacts and what cannot be read yet, until submission;
#: somebody may have typed anything there, so that it counts as sensitive
DRAFT = "draft.sealed"


def values_of(customer: Customer) -> Values:
    """Every field of the entry by its key (fields.ASKED)."""
    kept: Values = {}
    for chapter in customer.chapters:
        if chapter.part != DRAFT:
            kept.update(chapter.values)
    values = {f.key: getattr(customer, f.key) if f.column else kept.get(f.key) for f in FIELDS}
    values |= {f.key: getattr(customer, f.key) for f in SOURCE}
    need = current_need(customer)
    return values | {f.key: (getattr(need, f.key[5:]) or None) if need else None for f in NEED}


def contacts_of(customer: Customer) -> list[dict[str, str]]:
    """The contacts that are still there, in the order of entry."""
    draft = _draft(customer)
    if draft is not None:
        return list(draft["contacts"])
    return [{k: getattr(c, k) for k in CONTACT_LENGTHS} for c in customer.contacts if c.retired_at is None]


def contact_rows(customer: Customer) -> list[Contact]:
    """The contacts to be shown, retired ones too, the primary first; those of a draft have no id yet."""
    draft = _draft(customer)
    if draft is not None:
        return [Contact(**said, primary=number == 0) for number, said in enumerate(draft["contacts"])]
    return sorted(customer.contacts, key=lambda c: (not c.primary, c.id))


def current_need(customer: Customer) -> Need | None:
    """The need that was entered with the archive."""
    draft = _draft(customer)
    if draft is None:
        return next((n for n in customer.needs if n.retired_at is None), None)
    said = draft["need"]
    target = said.get("target_on")
    return Need(**said | {"target_on": date.fromisoformat(target) if target else None}) if said else None


def unread_of(customer: Customer) -> dict[str, str]:
    """What the draft keeps as it was typed, by name of its control."""
    draft = _draft(customer)
    return dict(draft["unread"]) if draft else {}


def written_by(customer: Customer) -> str:
    """Which opened form saved the draft last."""
    draft = _draft(customer)
    return str(draft.get("tab", "")) if draft else ""


def _draft(customer: Customer) -> dict[str, Any] | None:
    return next((c.values for c in customer.chapters if c.part == DRAFT), None)


def by_chapter(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Values of the four chapters under their chapter, as rules.completeness wants them."""
    chapters: dict[str, dict[str, Any]] = {str(c): {} for c in Chapter}
    for f in FIELDS:
        chapters[f.chapter][f.key] = values.get(f.key)
    return chapters


def write(
    customer: Customer,
    values: Values,
    contacts: Sequence[Mapping[str, str]],
    unread: Mapping[str, str],
    tab: str = "",
) -> None:
    """Put values into the archive's row and chapters, and work out what follows from them; see `settle`.

    `tab`: which opened form wrote it.
    """
    for f in (*FIELDS, *SOURCE):
        if f.column and not (f.key == "collected_on" and values[f.key] is None):
            setattr(customer, f.key, values[f.key])
    customer.name = values["name"] or ""
    customer.name_key = likeness.name_key(customer.name)
    customer.completeness = rules.completeness(by_chapter(values))["total"]
    customer.due_at = rules.collected_due(customer.collected_on)
    customer.contact_due_at = at_office(rules.first_contact_due(customer.collected_on), CLOSES)
    need = {f.key[5:]: _plain(values[f.key]) for f in NEED if values[f.key] is not None}
    said = [{key: contact.get(key, "") for key in CONTACT_LENGTHS} for contact in contacts]
    parts: dict[str, Values] = {DRAFT: {"need": need, "contacts": said, "unread": dict(unread), "tab": tab}}
    for f in FIELDS:
        if not f.column and values[f.key] is not None:
            parts.setdefault(f.part, {})[f.key] = _plain(values[f.key])
    _write_parts(customer, parts)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _write_parts(customer: Customer, parts: dict[str, Values]) -> None:
    for chapter in list(customer.chapters):
        said = parts.pop(chapter.part, None)
        if said is None:
            customer.chapters.remove(chapter)
            db.session.delete(chapter)
        elif chapter.values != said:
            chapter.values = said
    customer.chapters += [ChapterValues(part=part, values=said) for part, said in parts.items()]


def settle(customer: Customer) -> None:
    """What was a draft becomes an archive: need and contacts get rows of their own."""
    draft, need, contacts = _draft(customer), current_need(customer), contacts_of(customer)
    if draft is None:
        return
    db.session.flush()  # a draft that was made in this very transaction is a row before it goes
    for old in [n for n in customer.needs if n.retired_at is None]:
        customer.needs.remove(old)
        db.session.delete(old)
    if need is not None:
        customer.needs.append(need)
    _write_contacts(customer, contacts)
    for chapter in [c for c in customer.chapters if c.part == DRAFT]:
        customer.chapters.remove(chapter)
        db.session.delete(chapter)


def _write_contacts(customer: Customer, contacts: Sequence[Mapping[str, str]]) -> None:
    """Row by row: an entry has no history of its contacts, its rounds are in the reviews."""
    rows = [c for c in customer.contacts if c.retired_at is None]
    for row in rows[len(contacts) :]:
        customer.contacts.remove(row)
        db.session.delete(row)
    for number, said in enumerate(contacts):
        if number >= len(rows):
            rows.append(Contact())
            customer.contacts.append(rows[number])
        for key, value in said.items():
            setattr(rows[number], key, value)
        rows[number].primary = number == 0


def snapshot(customer: Customer) -> dict[str, Any]:
    """The archive as JSON, for a review to keep (ARC-8). Sensitive values stand apart, ready to be sealed."""
    values = {k: _plain(v) for k, v in values_of(customer).items() if v not in (None, "")}
    sealed = {f.key for f in FIELDS if f.sensitive}
    return {
        "values": {k: v for k, v in values.items() if k not in sealed},
        "sealed": {k: v for k, v in values.items() if k in sealed},
        "contacts": contacts_of(customer),
        "files": [{"kind": f.kind, "name": f.name} for f in customer.files if f.retired_at is None],
    }
