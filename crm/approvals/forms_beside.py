"""What a reader of a review may do besides deciding: say a word, name a colleague and why."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from crm.accounts import ColleagueField
from crm.kernel.forms import Form, trimmed
from crm.kernel.languages import lazy_gettext as _l


class CommentForm(Form):
    text = TextAreaField(
        _l("评论"),
        [InputRequired(_l("请写评论内容。")), Length(max=1000, message=_l("最多 1000 个字。"))],
        filters=[trimmed],
    )


class HandOnForm(Form):
    person = ColleagueField(_l("转给谁"))
    reason = TextAreaField(
        _l("原因"),
        [InputRequired(_l("请写明原因。")), Length(max=500, message=_l("最多 500 个字。"))],
        filters=[trimmed],
    )


class SignerForm(Form):
    person = ColleagueField(_l("请谁加签"))
    when = RadioField(
        _l("在我之前还是之后"),
        [InputRequired(_l("请选择之前还是之后。"))],
        choices=[SelectChoice("before", _l("在我之前")), SelectChoice("after", _l("在我之后"))],
        default="before",
    )
    reason = TextAreaField(
        _l("原因"),
        [InputRequired(_l("请写明原因。")), Length(max=500, message=_l("最多 500 个字。"))],
        filters=[trimmed],
    )


class CopyForm(Form):
    people = ColleagueField(_l("抄送给"), several=True)
