"""The shape of what people fill in about a customer. complete.py asks whether an entry is complete."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired

from crm.kernel.forms import Form, trimmed

from .archive import CONTACT_KEYS, Values
from .controls import ChoiceField, DayField, LongEnough, control_for, line
from .fields import ASKED, stands_first
from .rules import phone_fault, tidy_licence, tidy_phone

MOST_CONTACTS = 30
CONTACTS_AFTER = sum(map(stands_first, ASKED))


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

    def offer_channels(self, channels: Iterable[tuple[str, str]]) -> None:
        """The source channels that may be chosen now."""
        first = SelectChoice("", _l("请选择"))
        self["source_channel"].choices = [first, *(SelectChoice(key, name) for key, name in channels)]

    def values(self) -> Values:
        """What was typed, as archive.write wants it; what cannot be read is None (see `unread`)."""
        values: Values = {}
        for f in ASKED:
            control = self[f.key]
            value = control.data
            if isinstance(value, str):
                value = value[: f.longest] or None
                if control.errors and f.kind == "choice":
                    value = None
            values[f.key] = value
        if values["uscc"]:
            values["uscc"] = tidy_licence(values["uscc"])
        if values["phone"] and not phone_fault(values["phone"]):
            values["phone"] = tidy_phone(values["phone"])
        return values

    def contact_values(self) -> list[dict[str, str]]:
        """The contacts with anything in them; telephone numbers as digits where they can be read."""
        rows = [{k: (entry.form[k].data or "")[:200] for k in CONTACT_KEYS} for entry in self["contacts"]]
        rows = [row for row in rows if any(row.values())]
        for row in rows:
            if row["phone"] and not phone_fault(row["phone"]):
                row["phone"] = tidy_phone(row["phone"])
        return rows

    def unread(self) -> dict[str, str]:
        """What was typed but is not what its field wants, so that a draft loses nothing."""
        return {
            f.key: str(self[f.key].raw_data[0])
            for f in ASKED
            if self[f.key].errors and self[f.key].raw_data and str(self[f.key].raw_data[0]).strip()
        }


def _lay_out() -> None:
    """The controls in the order of the page: errors are summed up in the order of their making."""
    for number, field in enumerate(ASKED, 1):
        setattr(EntryForm, field.key, control_for(field))
        if number == CONTACTS_AFTER:
            EntryForm.contacts = FieldList(FormField(ContactForm), _l("联系人"), max_entries=MOST_CONTACTS)


_lay_out()
EntryForm.distinct_reason = StringField(_l("为什么不是同一家"), [LongEnough(max=200)], filters=[line])
EntryForm.licence = FileField(_l("执照扫描件"))
EntryForm.papers = MultipleFileField(_l("其他附件"))


class ReasonForm(Form):
    """Why: for all that wants a reason and nothing else."""

    reason = TextAreaField(
        _l("原因"),
        [DataRequired(_l("请写明原因")), LongEnough(max=500)],
        filters=[trimmed],
        render_kw={"rows": 2},
    )


class GradeForm(Form):
    grade = RadioField(
        _l("需求等级"),
        [DataRequired(_l("请选择等级"))],
        choices=[
            SelectChoice("A", _l("A 大而急")),
            SelectChoice("B", _l("B 一般")),
            SelectChoice("C", _l("C 潜在")),
        ],
    )
    reason = TextAreaField(
        _l("评定依据"),
        [DataRequired(_l("请写明评定依据")), LongEnough(max=500)],
        filters=[trimmed],
        render_kw={"rows": 2},
    )


class FirstContactForm(Form):
    on = DayField(_l("联系日期"), [DataRequired(_l("请填联系日期"))])
    how = SelectField(
        _l("方式"),
        choices=[
            SelectChoice("phone", _l("电话")),
            SelectChoice("visit", _l("走访")),
            SelectChoice("wechat", _l("微信")),
            SelectChoice("email", _l("邮件")),
            SelectChoice("letter", _l("函件")),
        ],
    )


class ArchivistForm(Form):
    archivist = SelectField(_l("归档人"), [DataRequired(_l("请指定一位归档专员"))], coerce=str)


class FilingForm(Form):
    place = StringField(
        _l("存放位置"), [DataRequired(_l("请写明存放位置")), LongEnough(max=100)], filters=[line]
    )
    custodian = SelectField(_l("资料管理员"), [DataRequired(_l("请指定一位资料管理员"))], coerce=str)


class OwnerForm(Form):
    owner = SelectField(_l("新负责人"), [DataRequired(_l("请选择一位业务员。"))], coerce=str)
    reason = TextAreaField(
        _l("移交原因"),
        [DataRequired(_l("请写明移交原因")), LongEnough(max=500)],
        filters=[trimmed],
        render_kw={"rows": 2},
    )


class KeyForm(Form):
    key = BooleanField(_l("主要客户"))


class ChannelForm(Form):
    name = StringField(_l("渠道名称"), [DataRequired(_l("请填渠道名称")), LongEnough(max=30)], filters=[line])


def offer_people(field: Any, people: Iterable[Any], *, first: str = "") -> None:
    """Fill a choice of people."""
    options = [SelectChoice(str(p.id), p.name + _("（%(what)s）", what=p.department.name)) for p in people]
    field.choices = [SelectChoice("", first or str(_l("请选择"))), *options]
