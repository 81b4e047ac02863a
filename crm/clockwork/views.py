"""The settings page of what runs by itself."""

from typing import Any

from flask import g

from crm.accounts import Perm
from crm.kernel.database import db
from crm.kernel.jobs import Outgoing
from crm.kernel.jobs.outbox import label_of
from crm.kernel.web import form_at, go, page, requires

from . import bp, queries, words
from .deliveries import resend as again


@bp.get("")
@requires(Perm.SETTINGS_EDIT)
def index() -> Any:
    return page(
        "clockwork/index.html",
        lines=queries.lines(g.now),
        when=words.when,
        stopped=queries.stopped(g.now),
        leader=queries.leader(g.now),
        counts=queries.counts(g.now),
        troubled=queries.troubled(),
        label_of=label_of,
        now=g.now,
    )


@bp.post("/deliveries/<int:id>/resending")
@form_at("clockwork.index")
@requires(Perm.SETTINGS_EDIT)
def resend(id: int) -> Any:
    again(db.get_or_404(Outgoing, id), by=g.user, at=g.now)
    return go("clockwork.index")
