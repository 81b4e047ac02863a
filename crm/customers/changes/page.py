"""What the form of a change and the page of a proposal show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.customers.alike.similar import Likenesses
from crm.customers.archive.channels import offered
from crm.customers.archive.fields import CHAPTER_NAMES, PERSONS, ArchiveField, Chapter
from crm.customers.entry.complete import blame
from crm.customers.entry.forms import EntryForm
from crm.customers.models import ChangeItem, ChangeRequest, Customer, FieldChange
from crm.customers.owning.queries import known
from crm.kernel.frame import when
from crm.kernel.languages import gettext as _

from .fields import CHANGEABLE, contact_key, in_words, is_sealed, label, part_of
from .forms import ChangedContactForm, ChangeForm
from .free import free_keys, is_free
from .outcome import mask
from .proposing import can_give_up, can_resubmit, may_change, wrote
from .queries import newest_change, review_of, waiting_items


@dataclass(frozen=True)
class Section:
    """One chapter of the form."""

    key: str
    name: Any
    fields: list[ArchiveField]
    wrong: int
    open: bool


@dataclass(frozen=True)
class Told:
    """A line the author must see before sending: what somebody else proposed, or changed meanwhile."""

    label: str
    who: str
    when: str
    text: str


def form_context(
    form: ChangeForm, customer: Customer, reader: Any, *, request: ChangeRequest | None = None
) -> dict[str, Any]:
    """Everything changes/form.html asks for; marks in the form what its reader has seen."""
    reads = customer.sees_sensitive(reader)
    waiting = waiting_items(customer, besides=request.id if request else None)
    form["version"].data, form["seen"].data = str(customer.version), str(newest_change(customer.id))
    form["shown"].data = str(max((item.id for item in waiting), default=0))
    _describe(form, customer, waiting, reads=reads)
    if request is not None and not form.is_submitted():
        _reasons(form, request, reader, reads=reads)
    return {
        "customer": customer,
        "form": form,
        "sections": _sections(form),
        "persons": PERSONS,
        "reads": reads,
        "change": request,
        "waiting": [told(item, customer, reads=reads) for item in waiting],
        "blank_contact": ChangedContactForm(prefix="contacts-N-"),
        "alike": Likenesses(),
    }


def offer_channels(form: ChangeForm, chosen: str | None) -> None:
    EntryForm.offer_channels(form, offered(chosen))


def told(item: ChangeItem, customer: Customer, *, reads: bool) -> Told:
    """Another's proposal, as far as its reader may know it."""
    request = item.request
    hidden = is_sealed(item.part) and not reads
    new = mask() if hidden else in_words(item.field, item.values["new"]) or "—"
    return Told(label(customer, item.field), request.author.name, when(request.created_at), new)


def changed_meanwhile(change: FieldChange, now: Any, customer: Customer, *, reads: bool) -> Told:
    """What a field became since the form was opened."""
    hidden = is_sealed(change.part) and not reads
    new = mask() if hidden else in_words(change.field, now) or "—"
    return Told(label(customer, change.field), change.by.name, when(change.at), new)


def _describe(form: ChangeForm, customer: Customer, waiting: list[ChangeItem], *, reads: bool) -> None:
    """Hints beside the controls: applies at once, is masked, is proposed by somebody else too."""
    marked = free_keys()
    hints: dict[str, list[str]] = {}
    for field in CHANGEABLE:
        if field.sensitive and not reads:
            hints.setdefault(field.key, []).append(_("现值已遮盖，留空不改"))
    keys = [f.key for f in CHANGEABLE]
    keys += [
        f"contact-{e.form['id'].data}.{p}" for e in form["contacts"] if e.form["id"].data for p in _PARTS
    ]
    for key in keys:
        if is_free(key, marked):
            hints.setdefault(key, []).append(_("改动直接生效"))
    for item in waiting:
        line = told(item, customer, reads=reads)
        hints.setdefault(item.field, []).append(
            _("%(who)s %(when)s 提出改为“%(new)s”，待审", who=line.who, when=line.when, new=line.text)
        )
    for key, texts in hints.items():
        control = form.control(key)
        if control is not None:
            control.description = " · ".join(filter(None, [str(control.description or ""), *texts]))


_PARTS = ("name", "title", "phone", "email", "decides")


def _reasons(form: ChangeForm, request: ChangeRequest, reader: Any, *, reads: bool) -> None:
    """Beside each field why the last round sent it back (ARC-8)."""
    review = review_of(request)
    open_to = reads or wrote(review, reader)
    for key, why in (review.reasons if review else {}).items():
        if is_sealed(part_of(key)) and not open_to:
            continue
        control = form.control(key)
        if control is not None:
            blame(control, why)
        else:
            form.form_errors.append(why)


def _sections(form: ChangeForm) -> list[Section]:
    sections = []
    for chapter in Chapter:
        fields = [f for f in CHANGEABLE if f.chapter is chapter]
        wrong = sum(bool(form[f.key].errors) for f in fields)
        if chapter is Chapter.BASICS:
            wrong += sum(bool(row.errors) for entry in form["contacts"] for row in entry.form)
        first = chapter is Chapter.BASICS
        sections.append(Section(str(chapter), CHAPTER_NAMES[chapter], fields, wrong, first or bool(wrong)))
    return sections


@dataclass(frozen=True)
class Item:
    """One field of a proposal as its page shows it."""

    field: str
    label: str
    old: str
    new: str
    verdict: str
    why: str


STATES = {
    "pending": "wait",
    "applied": "ok",
    "partly": "warn",
    "refused": "bad",
    "returned": "warn",
    "withdrawn": "idle",
}


def state_names() -> Mapping[str, str]:
    return {
        "pending": _("待审核"),
        "applied": _("已生效"),
        "partly": _("部分生效"),
        "refused": _("未采纳"),
        "returned": _("退回修改"),
        "withdrawn": _("已撤回"),
    }


def proposed_in(request: ChangeRequest, customer: Customer, reader: Any) -> dict[str, Any]:
    """What the form of the next round begins with: what somebody else wrote under seal stays blank."""
    open_to = customer.sees_sensitive(reader) or wrote(review_of(request), reader)
    return {i.field: i.values["new"] for i in request.items if open_to or not is_sealed(i.part)}


def request_context(request: ChangeRequest, customer: Customer | None, reader: Any) -> dict[str, Any]:
    """Everything templates/customers/changes/show.html asks for. Its author sees it also where the customer
    is another department's by now."""
    reads = customer is not None and customer.sees_sensitive(reader)
    review = review_of(request)
    own = wrote(review, reader)
    return {
        "customer": customer or known(request.customer_id, settled=False),
        "seen": customer is not None,
        "change": request,
        "items": [_item(item, customer, reads=reads, own=own) for item in request.items],
        "state": (STATES[request.state], state_names()[request.state]),
        "review": review,
        "may_revise": customer is not None and can_resubmit(request, reader) and may_change(customer, reader),
        "may_give_up": can_give_up(request, reader),
        "may_undo": customer is not None and can_undo(request) and may_change(customer, reader),
    }


def can_undo(request: ChangeRequest) -> bool:
    return request.flow == "customers:change" and request.state in ("applied", "partly")


def _item(item: ChangeItem, customer: Customer | None, *, reads: bool, own: bool) -> Item:
    hidden = is_sealed(item.part) and not reads
    return Item(
        item.field,
        label(customer, item.field),
        mask() if hidden else in_words(item.field, item.values.get("old")),
        mask() if hidden and not own else in_words(item.field, item.values.get("new")),
        item.verdict,
        "" if hidden and not own else item.why,
    )


def free_choices() -> list[tuple[str, str]]:
    """(key, name) of what an administrator may mark."""
    from .fields import contact_labels
    from .free import markable

    parts = contact_labels()
    return [
        (key, _("联系人的%(what)s", what=parts[key[8:]]) if key.startswith("contact.") else label(None, key))
        for key in markable()
    ]


def undoing(rows: list[FieldChange], *, reads: bool) -> dict[str, Any]:
    """What stood in the fields before these rows; a contact that was added is no field to be put back."""
    added = {found[0] for r in rows if (found := contact_key(r.field)) and _was_new(r)}
    return {
        row.field: row.values["old"]
        for row in rows
        if not (is_sealed(part_of(row.field)) and not reads)
        and not ((found := contact_key(row.field)) and found[0] in added)
    }


def _was_new(row: FieldChange) -> bool:
    return row.field.endswith(".name") and row.values["old"] is None
