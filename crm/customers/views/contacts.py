"""Contacts and telephones that are retired and come back (ARC-12)."""

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.models import Contact, Customer
from crm.customers.steps import contacts
from crm.customers.steps.forms import ReasonForm
from crm.kernel.database import db
from crm.kernel.web import form_at, requires

from .dialogs import in_dialog
from .loading import load

Answer = ResponseReturnValue


@bp.post("/<int:id>/contacts/<int:contact_id>/retirement")
@form_at("customers.show", tab="contacts")
@requires(Perm.CUSTOMER_ENTER)
def retire_contact(id: int, contact_id: int) -> Answer:
    customer, contact = _contact(id, contact_id)
    return _with_reason(customer, f"contact-{contact_id}-out", contacts.retire, contact)


@bp.post("/<int:id>/contacts/<int:contact_id>/reinstatement")
@form_at("customers.show", tab="contacts")
@requires(Perm.CUSTOMER_ENTER)
def reinstate_contact(id: int, contact_id: int) -> Answer:
    customer, contact = _contact(id, contact_id)
    return _with_reason(customer, f"contact-{contact_id}-in", contacts.reinstate, contact)


@bp.post("/<int:id>/contacts/<int:contact_id>/phone-retirement")
@form_at("customers.show", tab="contacts")
@requires(Perm.CUSTOMER_ENTER)
def retire_contact_phone(id: int, contact_id: int) -> Answer:
    customer, contact = _contact(id, contact_id)
    return _with_reason(customer, f"contact-{contact_id}-phone-out", contacts.retire_phone, contact)


@bp.post("/<int:id>/contacts/<int:contact_id>/phone-reinstatement")
@form_at("customers.show", tab="contacts")
@requires(Perm.CUSTOMER_ENTER)
def reinstate_contact_phone(id: int, contact_id: int) -> Answer:
    customer, contact = _contact(id, contact_id)
    return _with_reason(customer, f"contact-{contact_id}-phone-in", contacts.reinstate_phone, contact)


@bp.post("/<int:id>/phone-retirement")
@form_at("customers.show", tab="contacts")
@requires(Perm.CUSTOMER_ENTER)
def retire_phone(id: int) -> Answer:
    customer = load(id, lock=True)
    return _with_reason(customer, "phone-out", contacts.retire_phone, customer)


@bp.post("/<int:id>/phone-reinstatement")
@form_at("customers.show", tab="contacts")
@requires(Perm.CUSTOMER_ENTER)
def reinstate_phone(id: int) -> Answer:
    customer = load(id, lock=True)
    return _with_reason(customer, "phone-in", contacts.reinstate_phone, customer)


def _contact(id: int, contact_id: int) -> tuple[Customer, Contact]:
    customer = load(id, lock=True)
    mine = select(Contact).where(Contact.id == contact_id, Contact.customer_id == id)
    contact: Contact = db.first_or_404(mine)
    return customer, contact


def _with_reason(customer: Customer, dialog: str, verb: Any, thing: Any) -> Answer:
    form = ReasonForm()
    return in_dialog(
        customer,
        form,
        dialog,
        lambda: verb(thing, reason=form.reason.data or "", by=g.user, at=g.now),
        tab="contacts",
    )
