"""Floor 2: what happened, who did it, when and why; append only, each entry sealed by the next."""

from typing import Any

from .chain import Broken, cli, head, verify
from .models import AuditEntry, Event, history, record

__all__ = ["AuditEntry", "Broken", "Event", "head", "history", "record", "verify"]


def init_app(app: Any) -> None:
    app.cli.add_command(cli)
