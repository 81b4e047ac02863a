"""Controls of the entry form that read what people type: 1,200 · １２００ · 86 万元 · 2026/3/1."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, ValidationError
from wtforms.widgets import TextInput

from crm.kernel.forms import trimmed
from crm.kernel.text import tidy

from .fields import CHOICES, ArchiveField

FEN_PER_WAN = 1_000_000
MOST_WAN = 100_000_000  # 1 万亿元: beyond it is a typing error
MOST_STAFF = 10_000_000


#: full-width letters, digits and blank; Chinese punctuation is how a name stands on its licence
_HALF = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")


def line(value: Any) -> Any:
    """Filter of one-line fields: half-width letters and digits, single blanks, nothing invisible."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).translate(_HALF)
    return re.sub(r"\s+", " ", _INVISIBLE.sub("", text)).strip()


class CountField(IntegerField):
    """A whole number, with or without thousands separators."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        text = tidy(valuelist[0]).replace(",", "").replace(" ", "").removesuffix("人")
        if not (text.isascii() and text.isdigit()):
            raise ValueError(_("请填整数"))
        if int(text[:12]) > MOST_STAFF:
            raise ValueError(_("请核对数量"))
        self.data = int(text[:12])


class WanField(Field):
    """An amount typed in 万元, kept in 分."""

    widget = TextInput()
    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = (
            tidy(valuelist[0]).replace(",", "").replace(" ", "").removesuffix("元").removesuffix("万")
            if valuelist
            else ""
        )
        if not text:
            return
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise ValueError(_("请填数字，单位万元")) from None
        if not amount.is_finite() or not 0 <= amount <= MOST_WAN:
            raise ValueError(_("请核对金额，单位万元"))
        self.data = int(amount * FEN_PER_WAN)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else in_wan(self.data)


def in_wan(fen: int) -> str:
    """分 as 万元 without needless zeros: 2100000000 gives "2100"."""
    return f"{Decimal(fen) / FEN_PER_WAN:f}" if fen % FEN_PER_WAN else str(fen // FEN_PER_WAN)


class DayField(DateField):
    """A date, as the browser's picker writes it or typed with slashes."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            super().process_formdata([tidy(valuelist[0])])
        except ValueError:
            raise ValueError(_("请填日期，如 2026-03-31")) from None
        if self.data is not None and not 1800 <= self.data.year <= 2200:
            self.data = None
            raise ValueError(_("请核对年份"))


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
            raise ValidationError(_("最多 %(max)s 个字，现在 %(n)s 个", max=f"{self.max:,}", n=f"{length:,}"))


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
