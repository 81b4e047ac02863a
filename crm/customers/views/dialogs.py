"""Verbs whose short question stands in a dialog of the record."""

from collections.abc import Callable
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue

from crm.customers.models import Customer
from crm.kernel.errors import Refused
from crm.kernel.forms import Form
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.web import go

from .record import record_page

#: what was done, by dialog
_TOLD = {
    "archivist": _l("已指定归档人：%(name)s"),
    "filing": _l("已归档：%(name)s"),
    "first-contact": _l("已记录首次联系：%(name)s"),
    "grade": _l("已评定需求等级：%(name)s"),
    "grade-proposal": _l("已提交等级建议，等经理审批：%(name)s"),
    "owner": _l("已分配负责人：%(name)s"),
    "pool": _l("已放入公海：%(name)s"),
    "retirement": _l("档案已停用。"),
    "reinstatement": _l("档案已恢复使用。"),
}


def in_dialog(
    customer: Customer, form: Form, dialog: str, verb: Callable[[], Any], *, tab: str = "overview"
) -> ResponseReturnValue:
    """Run a verb whose form stands in a dialog of the record; what is wrong opens the dialog again."""
    if not form.validate_on_submit():
        return record_page(customer, tab, 422, dialog=dialog, form=form)
    try:
        verb()
    except Refused as refusal:
        if not refusal.fields:
            raise
        form.accept(refusal)
        return record_page(customer, tab, 422, dialog=dialog, form=form)
    told = _TOLD.get(dialog)
    flash(str(told) % {"name": customer.name} if told else _("已保存。"), "ok")
    return go("customers.show", id=customer.id, tab=tab)
