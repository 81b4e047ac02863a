"""Shape of what is typed about a complaint."""

from datetime import UTC
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from crm.kernel.clock import OFFICE
from crm.kernel.forms import Form, stripped, trimmed
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l

from .words import CHANNELS, DELIVERIES, FINDINGS, KIND_NAMES, SEVERITY_NAMES, WAY_NAMES, Kind

MUST = DataRequired(_l("请填写。"))
CHOOSE = InputRequired(_l("请选择。"))


def plain(value: Any) -> Any:
    """Filter for one line that is printed as it was written: Chinese punctuation stays."""
    return " ".join(value.replace("\x00", "").split()) if isinstance(value, str) else value


def choices(names: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(key, name) for key, name in names.items()]


def longest(number: int) -> Length:
    return Length(max=number, message=_l("不能超过 %(max)d 个字。"))


def number_or_none(value: Any) -> int | None:
    """Coerce of a select whose first line is empty."""
    return int(value) if value not in (None, "", "None") else None


class MomentField(DateTimeLocalField):
    """A moment on the office's clock, kept aware in UTC."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return f"{self.data.astimezone(OFFICE):%Y-%m-%dT%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and self.data.tzinfo is None:
            try:
                self.data = self.data.replace(tzinfo=OFFICE).astimezone(UTC)
            except OverflowError as error:  # the first hours of the year 1
                self.data = None
                raise ValueError(_("请填写正确的时间。")) from error


class PersonField(SelectField):
    """One employee out of few, grouped by department. Fill with `offer`."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, coerce=number_or_none, choices=[], **kwargs)

    def offer(self, people: list[Any]) -> None:
        first = SelectChoice("", _("请选择"))
        self.choices = [first, *(_option(row) for row in people)]


def _option(row: Any) -> SelectChoice:
    said = row.name + (_("（%(what)s）", what=row.title) if getattr(row, "title", "") else "")
    return SelectChoice(str(row.id), said, optgroup=getattr(row, "department", None))


class IntakeForm(Form):
    """CMP-1: in under a minute. What can be worked out is not asked for."""

    form_key = HiddenField()  # a form sent twice is one opinion
    customer_name = StringField(_l("客户"), [MUST, longest(120)], filters=[plain])
    customer_id = HiddenField()  # radios of the look-up, or from the customer's page
    unknown = BooleanField(_l("未建档客户，只记名称和电话"))
    contact_name = StringField(_l("联系人"), [MUST, longest(60)], filters=[plain])
    contact_phone = StringField(_l("电话"), [longest(40)], filters=[stripped])
    channel = SelectField(_l("来源方式"), [CHOOSE], choices=choices(CHANNELS), default="phone")
    received_at = MomentField(_l("收到时间"), [CHOOSE])
    kind = RadioField(_l("类型"), [CHOOSE], choices=choices(KIND_NAMES), default=Kind.COMPLAINT)
    what_happened = TextAreaField(_l("客户说了什么"), [MUST, longest(4000)], filters=[trimmed])
    severity = RadioField(_l("情节"), [CHOOSE], choices=choices(SEVERITY_NAMES))
    words_seen = HiddenField()  # the words the person was shown before choosing
    wanted = TextAreaField(_l("客户要求"), [longest(2000)], filters=[trimmed])
    product = StringField(_l("产品或服务"), [longest(120)], filters=[plain])
    title = StringField(_l("标题"), [longest(60)], filters=[plain])
    technician = PersonField(_l("技术员"))
    score = IntegerField(
        _l("评分"), [Optional(), NumberRange(1, 5, _l("请填 1 到 5。"))], description=_l("1 很差，5 很好")
    )
    files = MultipleFileField(_l("附件"))

    def validate_contact_phone(self, field: Any) -> None:
        if self.unknown.data and not field.data:
            raise ValidationError(_("未建档的客户请留下电话。"))

    def validate_received_at(self, field: Any) -> None:
        _not_ahead(field)

    def validate_technician(self, field: Any) -> None:
        if self.kind.data == Kind.JUDGEMENT and not field.data:
            raise ValidationError(_("请选择被品评的技术员。"))

    def validate(self, extra_validators: Any = None) -> bool:
        fine: bool = super().validate(extra_validators=extra_validators)
        if self.kind.data == Kind.JUDGEMENT and self.score.data is None and not self.score.errors:
            self.score.errors = [_("请填 1 到 5。")]
            return False
        return fine


def _not_ahead(field: Any) -> None:
    from crm.kernel import clock

    if field.data is not None and field.data > clock.now():
        raise ValidationError(_("不能晚于现在。"))


class ReasonForm(Form):
    reason = TextAreaField(_l("原因"), [MUST, longest(500)], filters=[trimmed])


class FilesForm(Form):
    files = MultipleFileField(_l("附件"), [CHOOSE])


class HandlerForm(Form):
    handler = PersonField(_l("处理人"), [CHOOSE])


class InstructionForm(Form):
    way = RadioField(_l("办理方式"), [CHOOSE], choices=choices(WAY_NAMES))
    text = TextAreaField(_l("批示"), [longest(1000)], filters=[trimmed])
    handler = PersonField(_l("批转给"))
    due_on = DateField(_l("要求完成日期"), [Optional()])


class FindingForm(Form):
    kind = SelectField(
        _l("内容"), [CHOOSE], choices=[SelectChoice(k, name) for k, (name, _icon) in FINDINGS.items()]
    )
    text = TextAreaField(_l("做了什么，查明了什么"), [MUST, longest(4000)], filters=[trimmed])
    happened_at = MomentField(_l("时间"), [CHOOSE])

    def validate_happened_at(self, field: Any) -> None:
        _not_ahead(field)


class CallForm(Form):
    answers = IntegerField(widget=HiddenInput(), validators=[Optional()], default=0)  # seen by the writer
    whom = StringField(_l("接听人"), [MUST, longest(60)], filters=[plain])
    told_at = MomentField(_l("通话时间"), [CHOOSE])
    said = TextAreaField(_l("告知内容"), [MUST, longest(4000)], filters=[trimmed])
    reaction = TextAreaField(_l("客户反应"), [longest(1000)], filters=[trimmed])

    def validate_told_at(self, field: Any) -> None:
        _not_ahead(field)


class LetterForm(Form):
    """A draft may be as empty as it likes; what a letter needs is asked when it goes out."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()], default=0)
    answers = IntegerField(widget=HiddenInput(), validators=[Optional()], default=0)  # seen by the writer
    title = StringField(_l("函件标题"), [longest(80)], filters=[plain])
    addressee = StringField(_l("主送"), [longest(120)], filters=[plain])
    body = TextAreaField(_l("正文"), [longest(8000)], filters=[trimmed])
    signer = PersonField(_l("签发人"))
    delivered = SelectField(
        _l("送达方式"), choices=[SelectChoice("", _l("请选择")), *choices(DELIVERIES)], default=""
    )
