"""The shape of what people fill in about a customer. complete.py asks whether an entry is complete."""

from collections.abc import Iterable
from typing import Any

from flask import request
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
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l

from .controls import ChoiceField, DayField, LongEnough, control_for
from .fields import ASKED, stands_first
from .typed import CONTACT_LENGTHS, MOST_CONTACTS, Values, line, read, settled

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
