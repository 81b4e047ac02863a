"""Many approvals in one go, each decided by itself."""

from dataclasses import dataclass

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.web import form_at, go, page, signed_in, whole_numbers

from . import bp
from .models import Review, Verdict

#: of one batch; a page of the list has fifty
MOST = 200


@dataclass(frozen=True)
class Result:
    """What became of one of them; `why` it was not approved, in words."""

    review: Review
    why: str = ""
    taken: bool = False  # by somebody else


@bp.post("/approvals")
@form_at("home.todo")
@signed_in
def approve_batch() -> ResponseReturnValue:
    """Approve the ticked ones. What somebody else settled meanwhile, or wants to be read, is told."""
    ids = list(dict.fromkeys(whole_numbers(request.form.getlist("id"))))[:MOST]
    if not ids:
        flash(_("请先勾选要同意的审批。"), "warn")
        return go("home.todo")
    by_id = {r.id: r for r in db.session.scalars(select(Review).where(Review.id.in_(ids)))}
    results = [_approve(by_id[id]) for id in sorted(by_id)]
    yes = sum(not result.why for result in results)
    taken = sum(result.taken for result in results)
    return page(
        "approvals/batch.html", results=results, yes=yes, taken=taken, others=len(results) - yes - taken
    )


def _approve(review: Review) -> Result:
    """One of them, with a point in the transaction to go back to: a refusal takes nothing else along."""
    recorded = list(db.session.info.get("audit", ()))
    try:
        if not review.outcome.batch:
            raise Refused(_("这类审批要打开看过再决定。"))
        with db.session.begin_nested():
            review.decide(Verdict.APPROVE, by=g.user, at=g.now)
    except Refused as refusal:
        db.session.info["audit"] = recorded  # going back forgot what the others had put on record too
        return Result(review, refusal.text, taken=not review.can_decide(g.user))
    return Result(review)
