"""What happens to one archive after its entry: each door is one verb."""

from datetime import date
from typing import Any

from flask import flash, g
from flask.typing import ResponseReturnValue

from crm.accounts import Perm, User
from crm.customers import bp
from crm.customers.models import Grade
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
from crm.kernel.errors import Forbidden
from crm.kernel.languages import gettext as _
from crm.kernel.web import form_at, go, requires

from .dialogs import in_dialog
from .loading import load

Answer = ResponseReturnValue


@bp.post("/<int:id>/dispatch")
@requires(Perm.CUSTOMER_DISPATCH)
def dispatch(id: int) -> Answer:
    customer = load(id, lock=True)
    customer.dispatch(by=g.user, at=g.now)
    flash(_("已传送：%(name)s", name=customer.name), "ok")
    return go("customers.dispatch_desk")


@bp.post("/<int:id>/archivist")
@form_at("customers.show")
@requires(Perm.CUSTOMER_ASSIGN_FILING)
def name_archivist(id: int) -> Answer:
    customer, form = load(id, lock=True), ArchivistForm()
    offer_people(form.archivist, archivists())
    who = _person
    return in_dialog(
        customer, form, "archivist", lambda: customer.name_archivist(who(form.archivist), by=g.user, at=g.now)
    )


@bp.post("/<int:id>/filing")
@form_at("customers.show")
@requires(Perm.CUSTOMER_FILE)
def file(id: int) -> Answer:
    customer, form = load(id, lock=True), FilingForm()
    offer_people(form.custodian, custodians())
    place = form.place
    return in_dialog(
        customer,
        form,
        "filing",
        lambda: customer.file(place=place.data or "", custodian=_person(form.custodian), by=g.user, at=g.now),
    )


@bp.post("/<int:id>/first-contact")
@form_at("customers.show")
@requires(Perm.CUSTOMER_ENTER)
def first_contact(id: int) -> Answer:
    customer, form = load(id, lock=True), FirstContactForm()
    return in_dialog(
        customer,
        form,
        "first-contact",
        lambda: customer.note_first_contact(_day(form), how=form.how.data, by=g.user, at=g.now),
    )


@bp.post("/<int:id>/grade")
@form_at("customers.show")
@requires(Perm.CUSTOMER_GRADE)
def grade(id: int) -> Answer:
    customer, form = load(id, lock=True), GradeForm()
    return in_dialog(
        customer,
        form,
        "grade",
        lambda: regrade(customer, Grade(form.grade.data), reason=form.reason.data or "", by=g.user, at=g.now),
    )


@bp.post("/<int:id>/owner")
@form_at("customers.show")
@requires(Perm.CUSTOMER_ASSIGN)
def transfer(id: int) -> Answer:
    customer, form = load(id, lock=True), OwnerForm()
    offer_people(form.owner, salespeople(g.user))
    return in_dialog(
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
@form_at("customers.show")
@requires(Perm.CUSTOMER_ENTER)
def retire(id: int) -> Answer:
    """An author what came back from review, a manager what is in the register."""
    customer, form = load(id, lock=True), ReasonForm()
    if not (g.user.may(Perm.CUSTOMER_RETIRE) or customer.can_retire(g.user)):
        raise Forbidden(_("在册的档案由经理停用。"))
    return in_dialog(
        customer,
        form,
        "retirement",
        lambda: customer.retire(reason=form.reason.data or "", by=g.user, at=g.now),
    )


@bp.post("/<int:id>/reinstatement")
@form_at("customers.show")
@requires(Perm.CUSTOMER_RETIRE)
def reinstate(id: int) -> Answer:
    customer, form = load(id, lock=True), ReasonForm()
    return in_dialog(
        customer,
        form,
        "reinstatement",
        lambda: customer.reinstate(reason=form.reason.data or "", by=g.user, at=g.now),
    )


def _person(field: Any) -> User:
    person = db.session.get(User, int(field.data))
    assert person is not None, "one of the choices"
    return person


def _day(form: FirstContactForm) -> date:
    assert form.on.data is not None, "the form asks for it"
    day: date = form.on.data
    return day
