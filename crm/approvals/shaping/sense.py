"""Whether what stands in the editor makes sense, and the rules it says: beside each control what is wrong."""

from collections.abc import Mapping
from typing import Any

from crm.approvals.models import Mode
from crm.approvals.outcomes import Fact
from crm.approvals.rules import WITH_ROLE, Condition, Row, StepRule, Who
from crm.kernel.languages import gettext as _

from .forms import MOST_DAYS, MOST_HOURS, FlowForm
from .words import OPS_OF, WITHOUT_VALUE

Facts = Mapping[str, Fact]


def rules_of(form: FlowForm, facts: Facts) -> tuple[StepRule, ...]:
    """The steps in the form as rules, whether or not they make sense."""
    return tuple(_rule(entry.form, facts) for entry in form.steps)


def _rule(form: Any, facts: Facts) -> StepRule:
    kind, people, hours = form.kind.data, form.people.data, form.unit.data == "hours"
    amount = form.amount.data or 0
    instead = form.instead.data if form.empty.data == "person" else []
    return StepRule(
        key=form.key.data or "",
        name=form.name.data or "",
        who=Who(
            kind,
            role=form.role.data if kind in WITH_ROLE else "",
            user_id=people[0] if kind == "person" and people else None,
            choices=tuple(people) if kind == "chosen" else (),
        ),
        mode=Mode(form.mode.data) if form.mode.data in list(Mode) else Mode.ANY,
        when=Condition(tuple(_row(entry.form, facts) for entry in form.rows), form.join.data),
        days=0 if hours else amount,
        hours=amount if hours else 0,
        remind_hours=form.remind_hours.data or 0,
        escalates=form.escalates.data,
        empty=form.empty.data,
        empty_user_id=next(iter(instead), None),
        once=form.once.data,
    )


def _row(form: Any, facts: Facts) -> Row:
    fact, op = facts.get(form.field.data or ""), form.op.data
    kind = fact.kind if fact else "text"
    if op in WITHOUT_VALUE:
        return Row(form.field.data or "", op, None)
    values = [plain(kind, text) for text in form.value.data]
    return Row(form.field.data or "", op, values if op == "in" else next(iter(values), None))


def plain(kind: str, text: str) -> Any:
    """The value a fact of this kind is compared with."""
    if kind == "flag":
        return text == "1"
    return _number(text) if kind == "number" else text


def _number(text: str) -> int | float | None:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return None
    if not abs(number) < 1e15:  # neither endless nor no number
        return None
    return int(number) if number.is_integer() else number


# --- what is wrong ---------------------------------------------------------------------------------


def makes_sense(form: FlowForm, facts: Facts, known: Mapping[int, str]) -> bool:
    """Whether everything is said that has to be; puts beside the controls what is not."""
    fine = bool(form.validate())
    if not form.steps.entries:
        form.form_errors.append(_("流程至少要有一个步骤。"))
        return False
    for entry in form.steps:
        for control, text in _faults(entry.form, facts, known):
            control.errors = [*control.errors, text]
            fine = False
    return fine


def _faults(form: Any, facts: Facts, known: Mapping[int, str]) -> list[tuple[Any, str]]:
    faults = []
    if not form.name.data:
        faults.append((form.name, _("请给这一步起个名称。")))
    if form.kind.data in WITH_ROLE and not form.role.data:
        faults.append((form.role, _("请选择角色。")))
    people = [n for n in form.people.data if n in known]
    if form.kind.data == "person" and len(people) != 1:
        faults.append((form.people, _("请指定一个人。")))
    if form.kind.data == "chosen" and not people:
        faults.append((form.people, _("请至少放进一个人。")))
    if form.empty.data == "person" and not [n for n in form.instead.data if n in known]:
        faults.append((form.instead, _("请指定没有合适的人时由谁审批。")))
    most = MOST_HOURS if form.unit.data == "hours" else MOST_DAYS
    if not form.amount.errors and not 1 <= (form.amount.data or 0) <= most:
        faults.append((form.amount, _("请填 1 到 %(most)s 的整数。", most=most)))
    for entry in form.rows:
        faults += _row_faults(entry.form, facts)
    return faults


def _row_faults(form: Any, facts: Facts) -> list[tuple[Any, str]]:
    fact = facts.get(form.field.data or "")
    if fact is None:
        return [(form.field, _("请选择字段，或去掉这条条件。"))]
    if form.op.data not in OPS_OF.get(fact.kind, ()):
        return [(form.op, _("这个字段不能这样比较，请重新选择。"))]
    if form.op.data in WITHOUT_VALUE:
        return []
    if not form.value.data:
        return [(form.value, _("请填写要比较的值。"))]
    if fact.kind == "number" and None in [_number(text) for text in form.value.data]:
        return [(form.value, _("请填写数字。"))]
    if fact.choices and not set(form.value.data) <= {str(key) for key, _label in fact.choices}:
        return [(form.value, _("请从列表中选择"))]
    return []
