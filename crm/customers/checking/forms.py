"""What a leader says of a drawn archive, and what its owner answers."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired

from crm.customers.entry.controls import LongEnough
from crm.customers.models.checks import BACK, GOOD
from crm.kernel.forms import Form, trimmed
from crm.kernel.languages import lazy_gettext as _l


class VerdictForm(Form):
    verdict = RadioField(
        _l("抽查结果"),
        [DataRequired(_l("请选择合格或退回。"))],
        choices=[SelectChoice(GOOD, _l("合格")), SelectChoice(BACK, _l("退回补充"))],
    )
    note = TextAreaField(
        _l("说明"),
        [LongEnough(max=500)],
        filters=[trimmed],
        description=_l("退回时写明要补充或更正什么；合格可以不写。"),
        render_kw={"rows": 3},
    )


class AnswerForm(Form):
    answer = TextAreaField(
        _l("处理情况"),
        [DataRequired(_l("请写明处理情况。")), LongEnough(max=500)],
        filters=[trimmed],
        render_kw={"rows": 3},
    )
