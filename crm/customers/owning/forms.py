"""What people fill in about whose customers are."""

from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, NumberRange, Optional

from crm.customers.archive.typed import line
from crm.customers.entry.controls import DayField, LongEnough
from crm.customers.steps.forms import ReasonForm
from crm.kernel.forms import Form
from crm.kernel.languages import lazy_gettext as _l


class ClaimForm(ReasonForm):
    """A colleague asks for themselves."""


class OfferForm(ReasonForm):
    """The owner gives away."""

    owner = SelectField(_l("新负责人"), [DataRequired(_l("请选择一位业务员。"))], coerce=str)


class AllocationForm(Form):
    """Which customers, among whom."""

    title = StringField(
        _l("方案名称"), [DataRequired(_l("请填方案名称")), LongEnough(max=60)], filters=[line]
    )
    channel = SelectField(_l("来源渠道"), coerce=str, default="")
    batch = SelectField(_l("导入批次"), coerce=str, default="")
    since = DayField(_l("收集日期不早于"), [Optional()])
    pooled = BooleanField(_l("只分配公海里的客户"), default=True)
    people = SelectMultipleField(_l("分给谁"), [DataRequired(_l("请至少选择一位业务员。"))], coerce=str)


class ConfirmForm(ReasonForm):
    """Why these customers change hands."""


class WeightForm(Form):
    """How much one person can take on."""

    weight = IntegerField(_l("能力权重"), [NumberRange(1, 9, _l("权重是 1 到 9 的整数。"))])


def people_choices(people: list[Any]) -> list[tuple[str, str]]:
    return [(str(p.id), p.name) for p in people]
