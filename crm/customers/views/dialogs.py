"""Verbs whose short question stands in a dialog of the record."""

from collections.abc import Callable
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue

from crm.customers.models import Customer
from crm.kernel.errors import Refused
from crm.kernel.forms import Form
from crm.kernel.languages import gettext as _
from crm.kernel.web import go

from .record import record_page


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
    flash(_("已保存。"), "ok")
    return go("customers.show", id=customer.id, tab=tab)
