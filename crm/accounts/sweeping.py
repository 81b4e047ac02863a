"""Forgetting sign-ins that are over, in sessions and in the throttle. Nothing depends on when it happens."""

from datetime import datetime, timedelta

from crm.kernel.jobs import job
from crm.kernel.languages import lazy_gettext as _l

from . import sessions, throttle


@job("accounts:sweep", every=timedelta(hours=1), label=_l("清理过期的登录和密码错误次数"))
def sweep(at: datetime) -> None:
    sessions.sweep(at)
    throttle.sweep(at)
