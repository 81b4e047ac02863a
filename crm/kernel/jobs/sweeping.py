"""What is kept of jobs and deliveries, and for how long."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased

from crm.kernel.database import db
from crm.kernel.languages import lazy_gettext as _l

from .registry import JOBS, job
from .schedule import Every
from .tables import JobRun, Outgoing

KEPT = timedelta(days=30)
#: intervals leave hundreds of runs a day, and nobody reads those of last week
KEPT_OF_INTERVALS = timedelta(days=2)


@job("jobs:sweep", at="04:10", label=_l("清理定时任务和已发消息的旧记录"))
def sweep(at: datetime) -> None:
    """Forget old runs, but the newest of each job, and what was sent long ago."""
    often = [job.name for job in JOBS.values() if isinstance(job.schedule, Every)]
    other = aliased(JobRun)
    newest = select(func.max(other.slot)).where(other.name == JobRun.name).scalar_subquery()
    unread = {"synchronize_session": False}
    for old in (
        (JobRun.slot < at - KEPT) & JobRun.name.not_in(often),
        (JobRun.slot < at - KEPT_OF_INTERVALS) & JobRun.name.in_(often),
    ):
        db.session.execute(delete(JobRun).where(old, JobRun.slot < newest), execution_options=unread)
    gone = Outgoing.sent_at < at - KEPT
    db.session.execute(delete(Outgoing).where(gone), execution_options=unread)
