"""Working days: the Chinese calendar with its make-up days (调休), and the clocks that count by it.

Stands just above accounts: its settings page has a lock and its changes are in the audit chain.
"""

from typing import Any

from flask import Blueprint

from crm.accounts import Perm
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import panel

bp = Blueprint("workdays", __name__, url_prefix="/settings/workdays")

from . import views
from .calendar import Calendar
from .clocks import Clock, clock, days_clock, deadline, deadline_hours, working_minutes
from .current import calendar, forget, proposed

__all__ = [
    "Calendar",
    "Clock",
    "bp",
    "calendar",
    "clock",
    "days_clock",
    "deadline",
    "deadline_hours",
    "forget",
    "proposed",
    "working_minutes",
]

panel(
    "settings",
    "workdays",
    _l("工作日历"),
    "workdays.this_year",
    perm=Perm.SETTINGS_EDIT,
    icon="calendar",
    note=_l("节假日、调休和本公司的调整"),
)


def init_app(app: Any) -> None:
    from .cli import cli

    app.cli.add_command(cli)
