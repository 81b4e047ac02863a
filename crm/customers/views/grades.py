"""A grade proposed by the owner, for the manager to decide (GRD-1)."""

from flask import flash, g
from flask.typing import ResponseReturnValue

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.models import Grade
from crm.customers.steps import grading
from crm.customers.steps.forms import GradeForm
from crm.kernel.languages import gettext as _
from crm.kernel.web import form_at, go, requires

from .dialogs import in_dialog
from .loading import load


@bp.post("/<int:id>/grade-proposal")
@form_at("customers.show")
@requires(Perm.CUSTOMER_ENTER)
def propose_grade(id: int) -> ResponseReturnValue:
    customer, form = load(id, lock=True), GradeForm()
    return in_dialog(
        customer,
        form,
        "grade-proposal",
        lambda: grading.propose(
            customer, Grade(form.grade.data), reason=form.reason.data or "", by=g.user, at=g.now
        ),
    )


@bp.post("/<int:id>/grade-proposal/withdrawal")
@requires(Perm.CUSTOMER_ENTER)
def drop_grade(id: int) -> ResponseReturnValue:
    """What came back is not asked again."""
    grading.give_up(load(id, lock=True), by=g.user, at=g.now)
    flash(_("已放弃等级提议。"), "ok")
    return go("customers.show", id=id)
