"""The review page, whole: for those who read it, and again where a decision was refused."""

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from crm.accounts import User
from crm.kernel.database import db
from crm.kernel.prepared import found
from crm.kernel.web import page
from crm.workdays import clock

from .forms import DecisionForm
from .knots import course
from .lineup import place_of
from .models import Asked, Review
from .outcomes import Sheet
from .reading import changed_since, past_rounds, read_as, rows_of, state_of


def review_of(id: int) -> Review:
    """The review; 404 where there is none for this reader."""
    return found(Review, id)


def review_page(
    review: Review, form: DecisionForm | None = None, status: int = 200, **more: Any
) -> ResponseReturnValue:
    """`form`: a decision that was refused, with what was typed."""
    rounds = review.rounds()
    readable = any(r.shows_proposal_to(g.user) for r in rounds)
    sheet: Sheet = (form and form.sheet) or (review.outcome.sheet(review) if readable else Sheet([]))
    step, deciding = review.current, review.can_decide(g.user)
    context: dict[str, Any] = {
        "review": review,
        "sheet": sheet,
        "rows": rows_of(sheet.lines),
        "readable": readable,
        "state": state_of(review),
        "deciding": deciding,
        "partial": deciding and review.outcome.partial,
        "earlier": review.earlier_steps if deciding else [],
        "acting_for": step.row_of(g.user) if step and deciding else None,
        "due": step and clock(step.due_at, start=step.opened_at, now=g.now),
        "knots": course(review, g.user, g.now),
        "past": past_rounds(review, rounds) if readable else [],
        "newest": rounds[-1],
        "place": place_of(review, g.user),
        "copy": next((c for c in review.copies if c.user_id == g.user.id), None),
        "form": form,
        "seen": read_as(sheet.lines) if deciding else "",
        "stamp": review.stamp if deciding else "",
        "changed": set(),
        "comment": None,
    }
    context["principal"] = _principal(context["acting_for"])
    return page("approvals/show.html", status, **context | more)


def stale_page(review: Review, form: DecisionForm) -> ResponseReturnValue:
    """The form again under the new version of the thing, what changed marked, nothing typed lost."""
    changed = changed_since(form.seen.data or "", form.sheet.lines)
    form.stamp.data, form.seen.data = review.stamp, read_as(form.sheet.lines)
    return review_page(review, form, status=409, stale=True, changed=changed)


def _principal(row: Asked | None) -> str:
    """The name of whom the reader stands in for."""
    person = db.session.get(User, row.for_id) if row is not None and row.for_id else None
    return person.name if person is not None and row is not None and person.id != row.user_id else ""
