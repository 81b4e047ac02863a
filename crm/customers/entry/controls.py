"""Controls of the entry form: they show what typed.py reads, and say what is wrong."""

from typing import Any

from wtforms import DateField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, ValidationError
from wtforms.widgets import TextInput

from crm.customers.archive.fields import CHOICES, ArchiveField
from crm.customers.archive.shown import in_wan
from crm.customers.archive.typed import DAY_FORMATS, line, read_count, read_day, read_wan, too_long
from crm.kernel.forms import trimmed
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l


class CountField(IntegerField):
    """A whole number."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = read_count(valuelist[0])


class WanField(Field):
    """An amount typed in 万元, kept in 分."""

    widget = TextInput()
    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = read_wan(valuelist[0])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else in_wan(self.data)


class DayField(DateField):
    """A date."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, format=list(DAY_FORMATS), **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = read_day(valuelist[0])


class ChoiceField(SelectField):
    """One of several, or none."""

    def pre_validate(self, form: Any) -> None:
        offered: Any = self.choices or ()
        if self.data and self.data not in [choice.value for choice in offered]:
            raise ValidationError(_("请从列表中选择"))


class LongEnough(Length):
    """A length limit that says both figures."""

    def __call__(self, form: Any, field: Any) -> None:
        length = len(field.data or "")
        if length > self.max:
            raise ValidationError(too_long(length, self.max))


def control_for(field: ArchiveField) -> Any:
    """The unbound WTForms field that asks for an archive field; complete.py asks whether it is filled."""
    said: dict[str, Any] = {"description": field.hint or ""}
    kind = field.kind
    if kind == "choice":
        options = [SelectChoice("", _l("请选择"))]
        options += [SelectChoice(value, label) for value, label in CHOICES.get(field.choices, {}).items()]
        return ChoiceField(field.label, choices=options, **said)
    if kind == "int":
        return CountField(field.label, render_kw={"inputmode": "numeric"}, **said)
    if kind == "money":
        return WanField(field.label, render_kw={"inputmode": "decimal"}, **said)
    if kind == "date":
        return DayField(field.label, **said)
    longest = [LongEnough(max=field.longest)]
    if kind == "area":
        return TextAreaField(field.label, longest, filters=[trimmed], render_kw={"rows": 2}, **said)
    mode = {"tel": {"inputmode": "tel"}, "url": {"inputmode": "url"}}.get(kind)
    return StringField(field.label, longest, filters=[line], render_kw=mode, **said)
