"""What an upload and a submission look like."""

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from crm.files import SHEETS, accept
from crm.kernel.forms import Form, trimmed
from crm.kernel.languages import lazy_gettext as _l


class UploadForm(Form):
    file = FileField(
        _l("名单文件"),
        validators=[FileRequired(_l("请选择一个 .xlsx 或 .csv 文件。"))],
        render_kw={"accept": accept(SHEETS)},
    )
    mode = RadioField(
        _l("有问题的行"),
        choices=[
            SelectChoice("rows", _l("跳过，其余照常导入")),
            SelectChoice("whole", _l("有一行不能导入就整批不导入")),
        ],
        default="rows",
    )


class SubmitForm(Form):
    note = TextAreaField(
        _l("给审核人的说明"), validators=[Length(max=500)], filters=[trimmed], render_kw={"rows": 2}
    )
