"""The editor of a flow as a form: steps, their conditions, and the buttons that change their order.

Every button sends the whole form; what was typed comes back with it, and nothing is stored before 发布.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, NumberRange, ValidationError
from wtforms.validators import Optional as OrNothing

from crm.accounts import ROLE_NAMES, Role
from crm.approvals.models import Mode
from crm.approvals.rules import StepRule
from crm.kernel.forms import Form, stripped, trimmed
from crm.kernel.languages import gettext as _
from crm.kernel.languages import in_chinese
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.web import whole_numbers

from .words import EMPTY, KINDS, MODES, OPS

MOST_STEPS, MOST_ROWS, MOST_PEOPLE = 12, 8, 30
MOST_DAYS, MOST_HOURS = 60, 200


def choices_of(names: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(key), label) for key, label in names.items()]


class ListedField(SelectField):
    """A select whose refusal is in our words."""

    def pre_validate(self, form: Any) -> None:
        if self.data not in [choice.value for choice in self.choices or ()]:  # type: ignore[union-attr]
            raise ValidationError(_("请从列表中选择"))


class PeopleField(Field):
    """Ids of people, ticked among those that a search found."""

    data: list[int]

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(whole_numbers(valuelist)))[:MOST_PEOPLE]


class ValuesField(Field):
    """What a row compares with: one value, or for "in" several."""

    data: list[str]

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [text for text in map(stripped, valuelist) if text][:MOST_PEOPLE]


class RowForm(PlainForm):
    """One condition. Which operators and values fit is asked in flow_sense."""

    field = SelectField(_l("字段"), choices=[], validate_choice=False)
    op = ListedField(_l("怎样"), choices=choices_of(OPS), default="eq")
    value = ValuesField(_l("值"))


class StepForm(PlainForm):
    """One step. `key` stays, so that a new version can be compared with the old one."""

    key = HiddenField(filters=[stripped])
    name = StringField(_l("步骤名称"), [Length(max=40, message=_l("最多 40 个字。"))], filters=[stripped])
    kind = ListedField(_l("谁审批"), choices=choices_of(KINDS), default="manager")
    role = ListedField(
        _l("哪个角色"),
        choices=[SelectChoice("", _l("请选择")), *(SelectChoice(str(r), ROLE_NAMES[r]) for r in Role)],
        default="",
    )
    people = PeopleField(_l("人员"))
    people_q = StringField(_l("找人"), filters=[stripped])
    mode = ListedField(_l("几个人同意"), choices=choices_of(MODES), default=str(Mode.ANY))
    join = ListedField(
        _l("条件之间"),
        choices=[SelectChoice("and", _l("且：都要符合")), SelectChoice("or", _l("或：符合一条就行"))],
        default="and",
    )
    rows = FieldList(FormField(RowForm), max_entries=MOST_ROWS)
    amount = IntegerField(_l("办理时限"), default=1)
    unit = ListedField(
        _l("时限的单位"),
        choices=[SelectChoice("days", _l("个工作日")), SelectChoice("hours", _l("个工作小时"))],
        default="days",
    )
    remind_hours = IntegerField(
        _l("到期前几小时提醒"),
        [OrNothing(), NumberRange(0, MOST_HOURS, _l("请填 0 到 200 的整数，0 是不提醒。"))],
        default=0,
    )
    escalates = BooleanField(_l("逾期后请上一级一起审批"))
    once = BooleanField(_l("上一步刚同意过的人，这一步不用再审"), default=True)
    empty = ListedField(_l("没有合适的人时"), choices=choices_of(EMPTY), default="up")
    instead = PeopleField(_l("改请谁"))
    instead_q = StringField(_l("找人"), filters=[stripped])


class FlowForm(Form):
    """The whole editor. `base`: the version in force when it was opened."""

    base = IntegerField(_l("版本"), [NumberRange(0, 2**31 - 1)])
    steps = FieldList(FormField(StepForm), max_entries=MOST_STEPS)
    note = StringField(_l("发布说明"), [Length(max=200, message=_l("最多 200 个字。"))], filters=[trimmed])
    author = PeopleField(_l("提交人"))
    author_q = StringField(_l("找提交人"), filters=[stripped])


def form_of(steps: Sequence[StepRule], base: int, **more: Any) -> FlowForm:
    """The editor filled with these steps."""
    return FlowForm(formdata=None, data={"base": base, "steps": [_said(step) for step in steps], **more})


def _said(step: StepRule) -> dict[str, Any]:
    who = step.who
    rows = [{"field": r.field, "op": r.op, "value": _texts(r.value)} for r in step.when.rows]
    return {
        "key": step.key,
        "name": in_chinese(step.name),
        "kind": who.kind,
        "role": who.role,
        "people": who.choices or ([who.user_id] if who.user_id else []),
        "mode": str(step.mode),
        "join": step.when.join,
        "rows": rows,
        "amount": step.hours or step.days,
        "unit": "hours" if step.hours else "days",
        "remind_hours": step.remind_hours,
        "escalates": step.escalates,
        "empty": step.empty,
        "once": step.once,
        "instead": [step.empty_user_id] if step.empty_user_id else [],
    }


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    values = value if isinstance(value, (list, tuple)) else [value]
    return [{True: "1", False: "0"}[v] if isinstance(v, bool) else str(v) for v in values]


# --- the buttons -----------------------------------------------------------------------------------


def pressed(form: FlowForm, button: str, taken: Iterable[str] = ()) -> FlowForm:
    """The form after a button: "above:2", "below:2", "up:2", "down:2", "remove:2", "row:2", "unrow:2:0".

    Anything else changes nothing, so that a search or a refresh is a button like the others. `taken`: keys
    of steps that a new one must not have.
    """
    said = dict(form.data)
    said.pop("csrf_token", None)
    steps: list[dict[str, Any]] = said["steps"]
    verb, *places = button.split(":")
    numbers = whole_numbers(places)
    if len(numbers) != len(places) or not numbers or numbers[0] >= max(len(steps), 1):
        return form
    at = numbers[0]
    if verb in ("above", "below") and len(steps) < MOST_STEPS:
        steps.insert(
            at + (verb == "below" and bool(steps)), _new_step({*taken, *(step["key"] for step in steps)})
        )
    elif verb == "up" and at:
        steps[at - 1], steps[at] = steps[at], steps[at - 1]
    elif verb == "down" and at + 1 < len(steps):
        steps[at], steps[at + 1] = steps[at + 1], steps[at]
    elif verb == "remove" and steps:
        del steps[at]
    elif verb == "row" and steps and len(steps[at]["rows"]) < MOST_ROWS:
        steps[at]["rows"].append({"field": "", "op": "eq", "value": []})
    elif verb == "unrow" and len(numbers) == 2 and steps and numbers[1] < len(steps[at]["rows"]):
        del steps[at]["rows"][numbers[1]]
    else:
        return form
    return FlowForm(formdata=None, data=said)


def _new_step(taken: set[str]) -> dict[str, Any]:
    key = next(key for n in count(1) if (key := f"step{n}") not in taken)
    return {"key": key, "name": "", "kind": "role_in_company", "role": "", "amount": 1}
