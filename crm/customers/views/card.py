"""The printable card 客户资料卡 (ARC-16). What is printed is written down; a look at it is not."""

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.accounts import Perm
from crm.audit import record
from crm.customers import bp
from crm.customers.models import Customer
from crm.customers.record.card import card_of
from crm.kernel.database import db
from crm.kernel.web import page, requires, whole_numbers

from .loading import load

MOST_CARDS = 50


@bp.get("/<int:id>/card")
@requires(Perm.CUSTOMER_PRINT)
def card(id: int) -> ResponseReturnValue:
    return _cards([load(id)], printed=False)


@bp.post("/<int:id>/prints")
@requires(Perm.CUSTOMER_PRINT)
def print_card(id: int) -> ResponseReturnValue:
    return _printed([load(id)])


@bp.post("/prints")
@requires(Perm.CUSTOMER_PRINT)
def print_cards() -> ResponseReturnValue:
    """Several cards of the register at once."""
    ids = whole_numbers(request.form.getlist("id"))[:MOST_CARDS]
    found = db.session.scalars(select(Customer).where(Customer.id.in_(ids)).order_by(Customer.name)).all()
    if not found:
        abort(404)
    return _printed(list(found))


def _printed(customers: list[Customer]) -> ResponseReturnValue:
    for customer in customers:
        if not customer.can_print(g.user):
            abort(403)
        record("customer:print", customer, by=g.user, at=g.now)
    return _cards(customers, printed=True)


def _cards(customers: list[Customer], *, printed: bool) -> ResponseReturnValue:
    return page("customers/card.html", cards=[card_of(c, g.user) for c in customers], printed=printed)
