"""When a job runs, in words."""

from datetime import timedelta

from crm.kernel.jobs.schedule import Every, Schedule
from crm.kernel.languages import gettext as _


def when(schedule: Schedule) -> str:
    """每 10 分钟, 每天 08:30, 每周一 09:00."""
    if isinstance(schedule, Every):
        return _every(schedule.interval)
    time = f"{schedule.hour:02d}:{schedule.minute:02d}"
    if schedule.weekday is None:
        return _("每天 %(time)s", time=time)
    days = [_("每周一"), _("每周二"), _("每周三"), _("每周四"), _("每周五"), _("每周六"), _("每周日")]
    return f"{days[schedule.weekday]} {time}"


def _every(interval: timedelta) -> str:
    seconds = int(interval.total_seconds())
    if seconds % 3600 == 0:
        return _("每小时") if seconds == 3600 else _("每 %(n)s 小时", n=seconds // 3600)
    if seconds % 60 == 0:
        return _("每分钟") if seconds == 60 else _("每 %(n)s 分钟", n=seconds // 60)
    return _("每 %(n)s 秒", n=seconds)
