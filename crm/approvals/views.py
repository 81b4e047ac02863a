"""The review page: read, decide, take back."""

from typing import Any

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from crm.accounts import Perm
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.prepared import found
from crm.kernel.web import go, page, requires, signed_in
from crm.workdays import clock

from . import bp
from .forms import DecisionForm, form_for
from .models import Review, Verdict
from .outcomes import Sheet
from .queries import lineup, place_of
from .reading import course, past_rounds, rows_of, state_of


@bp.get("/<int:id>")
@signed_in
def show(id: int) -> ResponseReturnValue:
    return _page(_review(id))


@bp.post("/<int:id>/decisions")
@requires(Perm.REVIEW_DECIDE)
def decide(id: int) -> ResponseReturnValue:
    review = _review(id)
    review.open_for(g.user, request.form.get("step_id", type=int))
    form = form_for(review.outcome.sheet(review))
    if not form.validate_on_submit():
        return _page(review, form, status=422)
    place = place_of(review.id, lineup(g.user))
    try:
        review.decide(
            form.verdict,
            by=g.user,
            at=g.now,
            step_id=form.step_id.data,
            comment=form.opinion.data or "",
            reasons=form.reasons,
            ticks=form.ticks,
        )
    except Refused as refusal:
        if not refusal.fields:
            raise
        form.accept(refusal)
        return _page(review, form, status=422)
    flash(_told(review, form.verdict), "ok")
    following = place and (place.next_id or place.first_id)
    return go("approvals.show", id=following) if following else go("home.todo")


@bp.post("/<int:id>/withdrawal")
@signed_in
def withdraw(id: int) -> ResponseReturnValue:
    review = _review(id)
    review.withdraw(by=g.user, at=g.now)
    flash(_("已撤回“%(what)s”，修改后可以重新提交。", what=review.object_name), "ok")
    return go("approvals.show", id=review.id)


def _review(id: int) -> Review:
    return found(Review, id)


def _told(review: Review, verdict: Verdict) -> Any:
    pattern = {
        Verdict.APPROVE: _("已同意：%(title)s · %(object)s"),
        Verdict.RETURN: _("已退回修改：%(title)s · %(object)s"),
        Verdict.REJECT: _("已驳回：%(title)s · %(object)s"),
    }[verdict]
    return pattern % {"title": _(review.title), "object": review.object_name}


def _page(review: Review, form: DecisionForm | None = None, status: int = 200) -> ResponseReturnValue:
    rounds = review.rounds()
    readable = any(r.shows_proposal_to(g.user) for r in rounds)
    sheet: Sheet = (form and form.sheet) or (review.outcome.sheet(review) if readable else Sheet([]))
    step = review.current
    context: dict[str, Any] = {
        "review": review,
        "sheet": sheet,
        "rows": rows_of(sheet.lines),
        "readable": readable,
        "state": state_of(review),
        "deciding": review.can_decide(g.user),
        "due": step and clock(step.due_at, start=step.opened_at, now=g.now),
        "knots": course(review, g.user, g.now),
        "past": past_rounds(review, rounds) if readable else [],
        "newest": rounds[-1],
        "place": place_of(review.id, lineup(g.user)),
        "form": form,
    }
    return page("approvals/show.html", status, **context)
