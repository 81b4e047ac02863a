"""The inbox: unread first; opening a message marks it read and leads on."""

from typing import Any

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import case, select

from crm.kernel.database import db
from crm.kernel.paging import Key, paged
from crm.kernel.web import go, page, safe_next, signed_in

from . import bp
from .models import Message, read_all


@bp.get("")
@signed_in
def inbox() -> ResponseReturnValue:
    # the general manager sees every row of every room, but this is one's own inbox
    seen = case((Message.read_at.is_(None), 0), else_=1).label("seen")
    columns: list[Any] = [Message.id, Message.text, Message.at, seen]
    rows = select(*columns).where(Message.recipient_id == g.user.id)
    messages = paged(rows, [Key(seen), Key(Message.id, descending=True)])
    unread = any(not row.seen for row in messages.rows)
    return page("notifications/inbox.html", messages=messages, unread_here=unread)


@bp.post("/readings")
@signed_in
def read_everything() -> ResponseReturnValue:
    read_all(g.user, at=g.now)
    return go("notifications.inbox")


@bp.post("/<int:id>/reading")
@signed_in
def open_message(id: int) -> ResponseReturnValue:
    message = db.first_or_404(select(Message).where(Message.id == id, Message.recipient_id == g.user.id))
    message.read(at=g.now)
    return redirect(safe_next(message.link) or url_for("notifications.inbox"), 303)
