"""When the sample is drawn, and when one looks what is late."""

from datetime import datetime, timedelta

from crm.kernel.clock import local
from crm.kernel.jobs import job
from crm.kernel.languages import lazy_gettext as _l

from . import reminding
from .drawing import draw
from .rules import monday_of


@job("customers:spot_check", weekly=0, at="08:00", label=_l("每周抽查档案"))
def spot_check(at: datetime) -> None:
    """Monday morning: this week's sample."""
    draw(monday_of(local(at).date()), at=at)


@job("customers:spot_check_remind", every=timedelta(hours=1), label=_l("提醒未处理的抽查退回"))
def remind(at: datetime) -> None:
    reminding.remind(at)
