"""What happens to one archive after its entry: each door is one verb."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, g
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.accounts import Perm, User
from crm.customers import bp
from crm.customers.models import Contact, Customer, Grade
from crm.customers.steps import contacts
from crm.customers.steps.forms import (
    ArchivistForm,
    FilingForm,
    FirstContactForm,
    GradeForm,
    KeyForm,
    OwnerForm,
    ReasonForm,
    offer_people,
)
from crm.customers.steps.grading import regrade
from crm.customers.steps.people import archivists, custodians, salespeople
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.forms import Form
from crm.kernel.languages import gettext as _
from crm.kernel.web import go, requires

from .loading import load
from .record import record_page

Answer = ResponseReturnValue


@bp.post("/<int:id>/dispatch")
@requires(Perm.CUSTOMER_DISPATCH)
def dispatch(id: int) -> Answer:
    customer = load(id, lock=True)
    customer.dispatch(by=g.user, at=g.now)
    flash(_("已传送：%(name)s", name=customer.name), "ok")
    return go("customers.dispatch_desk")


@bp.post("/<int:id>/archivist")
@requires(Perm.CUSTOMER_ASSIGN_FILING)
def name_archivist(id: int) -> Answer:
    customer, form = load(id, lock=True), ArchivistForm()
    offer_people(form.archivist, archivists())
    who = _person
    return _do(
        customer, form, "archivist", lambda: customer.name_archivist(who(form.archivist), by=g.user, at=g.now)
    )


@bp.post("/<int:id>/filing")
@requires(Perm.CUSTOMER_FILE)
def file(id: int) -> Answer:
    customer, form = load(id, lock=True), FilingForm()
    offer_people(form.custodian, custodians())
    place = form.place
    return _do(
        customer,
        form,
        "filing",
        lambda: customer.file(place=place.data or "", custodian=_person(form.custodian), by=g.user, at=g.now),
    )


@bp.post("/<int:id>/first-contact")
@requires(Perm.CUSTOMER_ENTER)
def first_contact(id: int) -> Answer:
    customer, form = load(id, lock=True), FirstContactForm()
    return _do(
        customer,
        form,
        "first-contact",
        lambda: customer.note_first_contact(_day(form), how=form.how.data, by=g.user, at=g.now),
    )


@bp.post("/<int:id>/grade")
@requires(Perm.CUSTOMER_GRADE)
def grade(id: int) -> Answer:
    customer, form = load(id, lock=True), GradeForm()
    return _do(
        customer,
        form,
        "grade",
        lambda: regrade(customer, Grade(form.grade.data), reason=form.reason.data or "", by=g.user, at=g.now),
    )


@bp.post("/<int:id>/owner")
@requires(Perm.CUSTOMER_GRADE)
def transfer(id: int) -> Answer:
    customer, form = load(id, lock=True), OwnerForm()
    offer_people(form.owner, salespeople(g.user))
    return _do(
        customer,
        form,
        "owner",
        lambda: customer.transfer(_person(form.owner), reason=form.reason.data or "", by=g.user, at=g.now),
    )


@bp.post("/<int:id>/key-mark")
@requires(Perm.CUSTOMER_GRADE)
def mark_key(id: int) -> Answer:
    customer, form = load(id, lock=True), KeyForm()
    customer.mark_key(bool(form.key.data), by=g.user, at=g.now)
    return go("customers.show", id=id)


@bp.post("/<int:id>/retirement")
@requires(Perm.CUSTOMER_ENTER)
def retire(id: int) -> Answer:
    """An author what came back from review, a manager what is in the register."""
    customer, form = load(id, lock=True), ReasonForm()
    if not (g.user.may(Perm.CUSTOMER_RETIRE) or customer.can_retire(g.user)):
        raise Forbidden(_("在册的档案由经理停用。"))
    return _do(
        customer,
        form,
        "retirement",
        lambda: customer.retire(reason=form.reason.data or "", by=g.user, at=g.now),
    )


@bp.post("/<int:id>/reinstatement")
@requires(Perm.CUSTOMER_RETIRE)
def reinstate(id: int) -> Answer:
    customer, form = load(id, lock=True), ReasonForm()
    return _do(
        customer,
        form,
        "reinstatement",
        lambda: customer.reinstate(reason=form.reason.data or "", by=g.user, at=g.now),
    )


@bp.post("/<int:id>/contacts/<int:contact_id>/retirement")
@requires(Perm.CUSTOMER_ENTER)
def retire_contact(id: int, contact_id: int) -> Answer:
    customer, form = load(id, lock=True), ReasonForm()
    mine = select(Contact).where(Contact.id == contact_id, Contact.customer_id == id)
    contact: Contact = db.first_or_404(mine)
    return _do(
        customer,
        form,
        f"contact-{contact_id}",
        lambda: contacts.retire(contact, reason=form.reason.data or "", by=g.user, at=g.now),
        tab="contacts",
    )


def _do(
    customer: Customer, form: Form, dialog: str, verb: Callable[[], Any], *, tab: str = "overview"
) -> Answer:
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


def _person(field: Any) -> User:
    person = db.session.get(User, int(field.data))
    assert person is not None, "one of the choices"
    return person


def _day(form: FirstContactForm) -> date:
    assert form.on.data is not None, "the form asks for it"
    day: date = form.on.data
    return day
