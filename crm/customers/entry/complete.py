"""Whether an entry may be submitted (ARC-2, ARC-7, ARC-14): puts what is missing beside the fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.approvals import manager_of
from crm.customers.alike.similar import Likenesses
from crm.customers.archive.fields import ASKED, Chapter
from crm.customers.archive.rules import licence_fault, phone_fault
from crm.customers.archive.typed import Values
from crm.customers.need.assessing import assess
from crm.kernel import clock
from crm.kernel.languages import gettext as _

from .forms import EntryForm

NOT_IN_FUTURE = ("collected_on", "first_contact_on", "founded_on", "trading_since")


def check(form: EntryForm, alike: Likenesses, *, by: Any) -> bool:
    """Add to the form all that keeps it from review; True where nothing does. Its shape was validated."""
    values = form.values()
    _fields(form, values)
    _need(form, values)
    _contacts(form, values)
    _channel(form)
    if alike.likely and not form["distinct_reason"].data:
        blame(form["distinct_reason"], _("很可能已有这家客户，请写明为什么不是同一家"))
    if not manager_of(by):
        form.form_errors.append(_("没有人可以审核：请系统管理员为上级部门指定经理。"))
    return not form.wrong() and not form.form_errors


def blame(control: Any, text: str) -> None:
    """Put a sentence beside a field."""
    control.errors = [*control.errors, text]


def _fields(form: EntryForm, values: Values) -> None:
    for f in ASKED:
        if f.must and values[f.key] is None and not form[f.key].errors:
            blame(form[f.key], _("必填"))
    today = clock.today()
    for key in NOT_IN_FUTURE:
        if values[key] is not None and values[key] > today:
            blame(form[key], _("日期不能在将来"))
    if values["uscc"] and (fault := licence_fault(values["uscc"])) and not form["uscc"].errors:
        blame(form["uscc"], fault)
    if values["phone"] and (fault := phone_fault(values["phone"])):
        blame(form["phone"], fault)
    low, high = values["need_budget_low_fen"], values["need_budget_high_fen"]
    if low is not None and high is not None and low > high:
        blame(form["need_budget_high_fen"], _("上限低于下限"))


def _need(form: EntryForm, values: Values) -> None:
    """A vague need is refused by the form itself: what, how much, by when (ARC-7)."""
    if values["need_text"] and not form["need_text"].errors:
        missing = assess(values["need_text"], values["need_target_on"], today=clock.today()).gaps
        if missing:
            blame(form["need_text"], _("还不够具体：") + " ".join(part.question for part in missing))


def _contacts(form: EntryForm, values: Values) -> None:
    """One contact with name and title, to be reached by telephone or at the address."""
    contacts = form.contact_values()
    for entry in form["contacts"]:
        row = entry.form
        if not any(row[k].data for k in ("name", "title", "phone", "email")):
            continue
        if not row["name"].data:
            blame(row["name"], _("必填"))
        if row["phone"].data and (fault := phone_fault(row["phone"].data)):
            blame(row["phone"], fault)
    if reached(contacts, values):
        return
    first = form["contacts"][0].form
    named = any(c["name"] and c["title"] for c in contacts)
    for key in () if named else ("name", "title"):
        if not first[key].data and not first[key].errors:
            blame(first[key], _("必填"))
    if not first["phone"].errors and (named or not (first["phone"].data or values["address"])):
        blame(first["phone"], _("请填联系人电话，或客户地址"))


def _channel(form: EntryForm) -> None:
    """Spelled out: a switched-off channel of an old draft cannot be chosen again."""
    control = form["source_channel"]
    if control.data and control.data not in [choice.value for choice in control.choices]:
        blame(control, _("请选择"))


def reached(contacts: Sequence[Mapping[str, str]], values: Values) -> bool:
    """Whether some contact has name and title, and a working telephone or the customer an address (ARC-2)."""
    at_home = bool(values["address"])
    return any(c["name"] and c["title"] and (at_home or _works(c["phone"])) for c in contacts)


def _works(phone: str) -> bool:
    return bool(phone) and phone_fault(phone) is None


def musts(values: Values, contacts: Sequence[Mapping[str, str]]) -> tuple[int, int]:
    """(filled, all) of what must be there before submission."""
    done = [there for _chapter, _label, there in _musts(values, contacts)]
    return sum(done), len(done)


def lacking(values: Values, contacts: Sequence[Mapping[str, str]]) -> dict[Chapter, list[str]]:
    """What must be there before submission and is not, by chapter; all four are keys."""
    found: dict[Chapter, list[str]] = {chapter: [] for chapter in Chapter}
    for chapter, label, there in _musts(values, contacts):
        if not there:
            found[chapter].append(str(label))
    return found


def _musts(values: Values, contacts: Sequence[Mapping[str, str]]) -> list[tuple[Chapter, Any, bool]]:
    first = contacts[0] if contacts else {}
    return [
        *((f.chapter, f.label, values[f.key] is not None) for f in ASKED if f.must),
        (Chapter.BASICS, _("联系人姓名"), bool(first.get("name"))),
        (Chapter.BASICS, _("联系人职务"), bool(first.get("title"))),
        (Chapter.BASICS, _("联系人电话或地址"), bool(first.get("phone") or values["address"])),
    ]
