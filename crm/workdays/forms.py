"""What an administrator may say about a day or a year."""

from wtforms import BooleanField, DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from crm.kernel.forms import Form, stripped
from crm.kernel.languages import lazy_gettext as _l


class DayForm(Form):
    day = DateField(_l("日期"), [InputRequired(_l("请选择日期"))])
    working = RadioField(
        _l("这一天"),
        [InputRequired(_l("请选择上班还是休息"))],
        choices=[SelectChoice("1", _l("上班")), SelectChoice("0", _l("休息"))],
        default="0",
    )
    note = StringField(_l("原因"), [InputRequired(_l("请写明原因")), Length(max=60)], filters=[stripped])


class YearForm(Form):
    checked = BooleanField(_l("已对照国务院通知核对"))
