"""Whether a change may be sent: puts what is wrong beside the fields that changed (ARC-7, ARC-14)."""

from collections.abc import Mapping
from typing import Any

from crm.customers.alike.similar import Likenesses, find
from crm.customers.archive.fields import BY_KEY, NEED
from crm.customers.archive.rules import licence_fault, phone_fault
from crm.customers.entry.complete import NOT_IN_FUTURE, blame
from crm.customers.models import Customer
from crm.customers.need.assessing import assess
from crm.kernel import clock
from crm.kernel.languages import gettext as _

from .fields import contact_key, is_new_contact
from .forms import ChangeForm


def check(
    form: ChangeForm, customer: Customer, changed: Mapping[str, Any], alike: Likenesses, *, asks: bool
) -> bool:
    """Add to the form all that keeps it from being sent; what did not change is not judged again.

    `asks`: something in it needs a review, and so a reason.
    """
    for key, value in changed.items():
        wrong = _fault(key, value)
        if wrong and (control := form.control(key)) is not None and not control.errors:
            blame(control, wrong)
    _need(form, changed)
    _contacts(form, customer, changed)
    low, high = form["need_budget_low_fen"].data, form["need_budget_high_fen"].data
    if {"need_budget_low_fen", "need_budget_high_fen"} & set(changed) and low and high and low > high:
        blame(form["need_budget_high_fen"], _("上限低于下限"))
    if alike.likely and not form["distinct_reason"].data:
        blame(form["distinct_reason"], _("很可能已有这家客户，请写明为什么不是同一家"))
    if asks and not form["reason"].data:
        blame(form["reason"], _("请写明变更原因。"))
    return not form.wrong() and not form.form_errors


def _fault(key: str, value: Any) -> str:
    """What is wrong with one new value."""
    if found := contact_key(key):
        if found[1] == "name" and value is None:
            return _("必填")
        return (phone_fault(value) or "") if found[1] == "phone" and value else ""
    if is_new_contact(key):
        return "" if value["name"] else _("必填")
    if value is None:
        return _("必填") if BY_KEY[key].must else ""
    if key in NOT_IN_FUTURE and value > clock.today().isoformat():
        return _("日期不能在将来")
    if key == "uscc":
        return licence_fault(value) or ""
    return (phone_fault(value) or "") if key == "phone" else ""


def _need(form: ChangeForm, changed: Mapping[str, Any]) -> None:
    """A need that changes stays concrete (ARC-7)."""
    if not {f.key for f in NEED} & set(changed):
        return
    control, text = form["need_text"], form["need_text"].data
    if not text:
        if not control.errors:
            blame(control, _("必填"))
    elif {"need_text", "need_target_on"} & set(changed):
        missing = assess(text, form["need_target_on"].data, today=clock.today()).gaps
        if missing:
            blame(control, _("还不够具体：") + " ".join(part.question for part in missing))


def _contacts(form: ChangeForm, customer: Customer, changed: Mapping[str, Any]) -> None:
    gone = {c.id for c in customer.contacts if c.retired_at is not None}
    if any((found := contact_key(key)) and found[0] in gone for key in changed):
        form.form_errors.append(_("其中一位联系人刚刚停用，请刷新后再改。"))
    for key, value in changed.items():
        if is_new_contact(key) and value["phone"] and (fault := phone_fault(value["phone"])):
            row = form.control(key)
            blame(row, _("联系人电话") + _("：") + fault)


def alike_to(customer: Customer, changed: Mapping[str, Any]) -> Likenesses:
    """Whom the customer becomes alike by a new name, licence or telephone (ARC-14)."""
    phones = [value for key, value in changed.items() if value and _is_phone(key)]
    phones += [value["phone"] for key, value in changed.items() if is_new_contact(key)]
    return find(changed.get("name") or "", changed.get("uscc") or "", phones, besides=customer.id)


def _is_phone(key: str) -> bool:
    found = contact_key(key)
    return key == "phone" or (found is not None and found[1] == "phone")
