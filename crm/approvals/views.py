"""The review page: read, decide, take back, press."""

from typing import Any

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import stored
from crm.kernel.web import form_at, go, signed_in

from . import bp
from .forms import DecisionForm, form_for
from .lineup import place_of
from .models import Review, Stale, Verdict
from .page import review_of, review_page, stale_page


@bp.get("/<int:id>")
@signed_in
def show(id: int) -> ResponseReturnValue:
    return review_page(review_of(id))


@bp.post("/<int:id>/decisions")
@form_at("approvals.show")
@signed_in
def decide(id: int) -> ResponseReturnValue:
    """Whoever is asked decides; nobody else, whatever their role."""
    review = review_of(id)
    try:
        review.open_for(g.user, request.form.get("step_id", type=int))
    except Refused as refusal:
        return _too_late(id, refusal)
    form = form_for(review.outcome.sheet(review))
    if not form.validate_on_submit():
        return review_page(review, form, status=422)
    place = place_of(review, g.user)
    try:
        review.decide(
            form.verdict,
            by=g.user,
            at=g.now,
            step_id=form.step_id.data,
            comment=form.opinion.data or "",
            reasons=form.reasons,
            ticks=form.ticks,
            stamp=form.stamp.data or "",
            back_to=form.back_to_id,
        )
    except Stale:
        db.session.rollback()
        return stale_page(review_of(id), form)
    except Refused as refusal:
        if not refusal.fields:
            return _too_late(id, refusal)
        db.session.rollback()  # the outcome may refuse what was half done: the page shows what holds
        form.accept(refusal)
        return review_page(review_of(id), form, status=422)
    flash(_told(review, form), "ok")
    following = place and (place.next_id or place.first_id)
    return go("approvals.show", id=following) if following else go("home.todo")


def _too_late(id: int, refusal: Refused) -> ResponseReturnValue:
    """Somebody was quicker: the sentence, the review as it now stands, and what was typed for nothing."""
    if refusal.status != 409:
        raise refusal
    db.session.rollback()
    typed = request.form.get("opinion", "")[:1000]
    return review_page(review_of(id), status=409, too_late=refusal.text, typed=typed)


@bp.post("/<int:id>/withdrawal")
@signed_in
def withdraw(id: int) -> ResponseReturnValue:
    review = review_of(id)
    review.withdraw(by=g.user, at=g.now)
    flash(_("已撤回“%(what)s”，修改后可以重新提交。", what=review.object_name), "ok")
    return go("approvals.show", id=review.id)


@bp.post("/<int:id>/presses")
@form_at("approvals.show")
@signed_in
def press(id: int) -> ResponseReturnValue:
    review = review_of(id)
    review.press(by=g.user, at=g.now)
    flash(_("已催办，审批人会收到提醒。"), "ok")
    return go("approvals.show", id=review.id)


def _told(review: Review, form: DecisionForm) -> Any:
    pattern = {
        Verdict.APPROVE: _("已同意：%(title)s · %(object)s"),
        Verdict.RETURN: _("已退回修改：%(title)s · %(object)s"),
        Verdict.REJECT: _("已驳回：%(title)s · %(object)s"),
        Verdict.BACK: _("已退回到前面的步骤：%(title)s · %(object)s"),
    }[form.verdict]
    if form.verdict is Verdict.APPROVE and form.reasons:
        n = len(form.reasons)
        said = _("同意 %(yes)s 项，拒绝 %(no)s 项", yes=len(form.sheet.lines) - n, no=n)
        pattern = said + _("：") + "%(title)s · %(object)s"
    return pattern % {"title": stored(review.title), "object": review.object_name}
