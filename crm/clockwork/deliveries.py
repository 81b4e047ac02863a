"""What the administrator may do about a delivery that was given up."""

from datetime import datetime
from typing import Any

from crm.audit import record
from crm.kernel.errors import Refused
from crm.kernel.jobs import Outgoing
from crm.kernel.languages import gettext as _


def resend(row: Outgoing, *, by: Any, at: datetime) -> None:
    """Try it again from the beginning."""
    if row.sent_at is not None:
        raise Refused(_("这一条已经发出，不必重发。"))
    if not row.given_up(at):
        raise Refused(_("这一条还在自动重试，不必重发。"))
    row.again(at=at)
    record("outgoing:resend", row, by=by, at=at, topic=row.topic)
