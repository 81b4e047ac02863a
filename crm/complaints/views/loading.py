"""What several doors share: a scoped load, and the page that asks for one act."""

from collections.abc import Callable
from typing import Any

from flask import flash, url_for

from crm.complaints.models import Opinion, Overtaken
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.prepared import found
from crm.kernel.web import go, page


def loaded(id: int) -> Opinion:
    """The opinion, or 404 where this viewer does not see it."""
    return found(Opinion, id)


def ask(
    name: str, opinion: Opinion, form: Any, *, allowed: bool = True, status: int = 200, **more: Any
) -> Any:
    """The page that asks what one act needs; 409 where the state forbids the act."""
    if not allowed:
        raise Refused(_("这件意见现在不能这样做：它的状态已经变了，请刷新后再看。"))
    back = url_for("complaints.show", id=opinion.id)
    return page(f"complaints/ask/{name}.html", status, opinion=opinion, form=form, back=back, **more)


def done(opinion: Opinion, form: Any, verb: Callable[[], Any], again: Callable[[int], Any], told: str) -> Any:
    """Run the verb; what it refuses about a field stands beside the field (422)."""
    try:
        verb()
    except Overtaken as refusal:
        # what was typed is kept; who sends it again has read what was told meanwhile
        form.answers.data, form.answers.raw_data = opinion.answers, None
        form.accept(refusal)
        return again(refusal.status)
    except Refused as refusal:
        if not any(name in form for name in refusal.fields):
            raise
        form.accept(refusal)
        return again(422)
    flash(told, "ok")
    return go("complaints.show", id=opinion.id)
