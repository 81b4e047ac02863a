"""What people fill in when they take a step with an archive."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired

from crm.customers.archive.typed import line
from crm.customers.entry.controls import DayField, LongEnough
from crm.kernel.forms import Form, trimmed
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l


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
