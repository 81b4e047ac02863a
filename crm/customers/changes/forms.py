"""The archive's form for a change: every field as it is, contacts by their rows, why."""

from typing import Any

from wtforms import FieldList, FormField, HiddenField, StringField, TextAreaField

from crm.customers.archive.typed import CONTACT_LENGTHS, MOST_CONTACTS, line, settled, settled_phone
from crm.customers.archive.values import values_of
from crm.customers.entry.controls import LongEnough, control_for
from crm.customers.entry.forms import ContactForm
from crm.customers.models import Customer
from crm.kernel.forms import Form, trimmed
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.web import whole_number

from .fields import CHANGEABLE, contact_key, currents, is_new_contact, plain, typed

#: a row with none of these is no contact
_TELLING = ("name", "title", "phone", "email")


class ChangedContactForm(ContactForm):
    """A contact that is there, by its id, or one to be added."""

    id = HiddenField()


class ChangeForm(Form):
    """A control for each of fields.CHANGEABLE is added below."""

    version = HiddenField()  # of the archive when the form was opened
    seen = HiddenField()  # the newest row of its history then
    shown = HiddenField()  # the newest proposal of others that stood beside the fields
    undoes = HiddenField()

    contacts = FieldList(FormField(ChangedContactForm), _l("联系人"), max_entries=MOST_CONTACTS + 1)
    distinct_reason = StringField(_l("为什么不是同一家"), [LongEnough(max=200)], filters=[line])
    reason = TextAreaField(_l("变更原因"), [LongEnough(max=500)], filters=[trimmed], render_kw={"rows": 2})

    def said(self, before: dict[str, Any], *, reads: bool) -> dict[str, Any]:
        """What stands in the form, by key, plain. Of what is masked only what was filled in; a contact whose
        row is gone stays as it is."""
        values = settled({f.key: self[f.key].data or None for f in CHANGEABLE})
        said = {
            f.key: plain(values[f.key])
            for f in CHANGEABLE
            if not self[f.key].errors and (reads or not f.sensitive or values[f.key] is not None)
        }
        added = 0
        for entry in self["contacts"]:
            row = {part: entry.form[part].data or "" for part in CONTACT_LENGTHS}
            row["phone"] = settled_phone(row["phone"])
            known = whole_number(entry.form["id"].data)
            if known is not None:
                said |= {f"contact-{known}.{part}": plain(value) for part, value in row.items()}
            elif any(row[part] for part in _TELLING):
                added += 1
                said[f"contact-new-{added}"] = row
        return {key: value for key, value in said.items() if key in before or is_new_contact(key)}

    def control(self, key: str) -> Any:
        """The control a key's value stands in; None where the form does not ask for it."""
        if key in self:
            return self[key]
        rows = [entry.form for entry in self["contacts"]]
        if is_new_contact(key):
            added = [
                row
                for row in rows
                if whole_number(row["id"].data) is None and any(row[p].data for p in _TELLING)
            ]
            number = int(key.rpartition("-")[2])
            return added[number - 1]["name"] if number <= len(added) else None
        if found := contact_key(key):
            return next((row[found[1]] for row in rows if row["id"].data == str(found[0])), None)
        return None


for _field in CHANGEABLE:
    setattr(ChangeForm, _field.key, control_for(_field))


def form_of(customer: Customer, proposed: dict[str, Any], *, reads: bool) -> ChangeForm:
    """The form as the archive fills it, with `proposed` (key to plain value) over it; what this reader may
    not read is left blank."""
    values = values_of(customer)
    now = currents(customer)
    data: dict[str, Any] = {
        f.key: typed(f, proposed[f.key]) if f.key in proposed else values[f.key]
        for f in CHANGEABLE
        if reads or not f.sensitive or f.key in proposed
    }
    live = [c for c in customer.contacts if c.retired_at is None]
    rows: list[dict[str, Any]] = []
    for contact in live:
        keys = {part: f"contact-{contact.id}.{part}" for part in CONTACT_LENGTHS}
        rows.append({"id": str(contact.id)} | {p: proposed.get(k, now[k]) or "" for p, k in keys.items()})
    rows += [dict(v) for k, v in proposed.items() if k.startswith("contact-new-")]
    return ChangeForm(formdata=None, data=data | {"contacts": [*rows, {}], "version": customer.version})
