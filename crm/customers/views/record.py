"""One customer's page."""

from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.models import Customer
from crm.customers.record.page import TABS, context
from crm.kernel.seams import panels
from crm.kernel.web import page, requires

from .loading import load


@bp.get("/<int:id>")
@requires(Perm.CUSTOMER_READ)
def show(id: int) -> ResponseReturnValue:
    """`?tab=` chooses the tab; a panel of another room is a tab by its key."""
    return record_page(load(id), request.args.get("tab", "overview"))


def record_page(
    customer: Customer, tab: str, status: int = 200, *, dialog: str = "", form: Any = None
) -> ResponseReturnValue:
    """The record with one tab; `dialog` stands open with `form`, where a verb was refused."""
    others = {p.key: p for p in panels("customer", g.user)}
    if tab not in TABS and tab not in others:
        abort(404)
    if customer.can_give_up(g.user) and tab == "overview":
        tab = "chapters"
    return page(
        "customers/show.html",
        status,
        customer=customer,
        tab=tab,
        others=others,
        dialog=dialog,
        failed=form,
        **context(customer, tab, g.user, g.now),
    )
