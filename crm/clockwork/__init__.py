"""What runs by itself, as the administrator sees it: the jobs, the outbox, and their commands.

The clockwork itself is the kernel's (crm/kernel/jobs); its page has a lock, so it stands above accounts.
"""

from typing import Any

from flask import Blueprint

from crm.accounts import Perm
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import panel

bp = Blueprint("clockwork", __name__, url_prefix="/settings/jobs")

from . import views

__all__ = ["bp"]

panel(
    "settings",
    "jobs",
    _l("定时任务"),
    "clockwork.index",
    perm=Perm.SETTINGS_EDIT,
    icon="rotate-clockwise",
    note=_l("系统按时自动做的事、待发和没有发出的消息"),
)


def init_app(app: Any) -> None:
    from .cli import cli

    app.cli.add_command(cli)
