"""What is due: slots that have passed and have no run. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from crm.kernel.database import db

from .registry import Job
from .schedule import Every
from .tables import INTERRUPTED, JobRun

#: a failed slot of a daily or weekly job is tried again so often, until its next slot comes
AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Due:
    """A slot to run. `began_at`: of the run that failed or was interrupted, which this one replaces."""

    job: Job
    slot: datetime
    began_at: datetime | None = None


def due(jobs: Iterable[Job], now: datetime) -> list[Due]:
    """The slots to run now, the oldest first."""
    jobs = list(jobs)
    runs = _runs(jobs, now)
    found = [slot for job in jobs for slot in _due(job, runs[job.name], now)]
    return sorted(found, key=lambda one: (one.slot, one.job.name))


def _due(job: Job, runs: list[Any], now: datetime) -> list[Due]:
    by_slot = {run.slot: run for run in runs}
    if any(_running(run, now) for run in runs):
        return []
    # a run of a day to come is of a clock that was wrong: it must not stop the job until then
    first = min((slot for slot in by_slot if slot <= now), default=None)
    missed = job.schedule.missed(first, now)
    return [
        Due(job, slot, run.began_at if run else None)
        for slot in missed
        if (run := by_slot.get(slot)) is None or _again(job, run, now, slot == missed[-1])
    ]


def _running(run: Any, now: datetime) -> bool:
    return run.ended_at is None and now - run.began_at < INTERRUPTED


def _again(job: Job, run: Any, now: datetime, newest: bool) -> bool:
    """Whether a slot is run once more: it was interrupted, or failed and the next is far."""
    if run.ended_at is None:
        return True
    if not run.fault or not newest or isinstance(job.schedule, Every):
        return False
    return bool(now - run.ended_at >= AGAIN)


def _runs(jobs: list[Job], now: datetime) -> dict[str, list[Any]]:
    """The runs that matter: of intervals the last ones, of hours all that are kept (they are few)."""
    wanted: list[ColumnElement[bool]] = [false()]
    for job in jobs:
        mine = [JobRun.name == job.name]
        if isinstance(job.schedule, Every):
            newest = job.schedule.newest(now)
            mine.append(JobRun.slot >= min(newest - job.schedule.interval, now - INTERRUPTED))
        wanted.append(and_(*mine))
    columns = select(JobRun.name, JobRun.slot, JobRun.began_at, JobRun.ended_at, JobRun.fault)
    found: dict[str, list[Any]] = defaultdict(list)
    with db.engine.connect() as connection:
        for run in connection.execute(columns.where(or_(*wanted))):
            found[run.name].append(run)
    return found
