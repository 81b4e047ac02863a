"""The shape of what people fill in about a customer. complete.py asks whether an entry is complete."""

from collections.abc import Iterable

from flask import request
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from crm.customers.archive.fields import ASKED, stands_first
from crm.customers.archive.typed import CONTACT_LENGTHS, MOST_CONTACTS, Typed, Values, line, read, settled
from crm.kernel.forms import Form
from crm.kernel.languages import lazy_gettext as _l

from .controls import ChoiceField, LongEnough, control_for

CONTACTS_AFTER = sum(map(stands_first, ASKED))
#: what a new form says by itself
GIVEN = ("collected_on", "met_by")


class ContactForm(PlainForm):
    """One contact, a row of the entry."""

    name = StringField(_l("姓名"), [LongEnough(max=60)], filters=[line])
    title = StringField(_l("职务"), [LongEnough(max=60)], filters=[line])
    phone = StringField(
        _l("联系人电话"), [LongEnough(max=60)], filters=[line], render_kw={"inputmode": "tel"}
    )
    email = StringField(_l("邮箱"), [LongEnough(max=120)], filters=[line], render_kw={"inputmode": "email"})
    decides = ChoiceField(
        _l("在决策中"),
        choices=[
            SelectChoice("", _l("不清楚")),
            SelectChoice("decides", _l("拍板")),
            SelectChoice("influences", _l("影响")),
            SelectChoice("uses", _l("使用")),
        ],
    )


class EntryForm(Form):
    """The whole archive: a field for each of fields.ASKED (added below), contacts, attachments."""

    id = HiddenField()
    version = HiddenField()
    draft_key = HiddenField()
    tab = HiddenField()  # which opened form this is

    def offer_channels(self, channels: Iterable[tuple[str, str]]) -> None:
        """The source channels that may be chosen now."""
        first = SelectChoice("", _l("请选择"))
        self["source_channel"].choices = [first, *(SelectChoice(key, name) for key, name in channels)]

    def values(self) -> Values:
        """What stands in the controls, as typed.read gives it."""
        if self.is_submitted():
            return read(request.form).values
        return settled({f.key: self[f.key].data or None for f in ASKED})

    def contact_values(self) -> list[dict[str, str]]:
        """The contacts with anything in them."""
        if self.is_submitted():
            return read(request.form).contacts
        rows = [{k: entry.form[k].data or "" for k in CONTACT_LENGTHS} for entry in self["contacts"]]
        return [row for row in rows if any(row.values())]


def nothing_in(typed: Typed) -> bool:
    """Whether nobody has written anything into the form yet."""
    filled = {key for key, value in typed.values.items() if value is not None}
    return not (filled - set(GIVEN) or typed.contacts or typed.unread)


def _lay_out() -> None:
    """The controls in the order of the page: errors are summed up in the order of their making."""
    for number, field in enumerate(ASKED, 1):
        setattr(EntryForm, field.key, control_for(field))
        if number == CONTACTS_AFTER:
            EntryForm.contacts = FieldList(
                FormField(ContactForm), _l("联系人"), min_entries=1, max_entries=MOST_CONTACTS
            )


_lay_out()
EntryForm.distinct_reason = StringField(_l("为什么不是同一家"), [LongEnough(max=200)], filters=[line])
EntryForm.licence = FileField(_l("执照扫描件"))
EntryForm.papers = MultipleFileField(_l("其他附件"))
