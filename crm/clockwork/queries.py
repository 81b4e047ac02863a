"""Reads about jobs and deliveries: what ran last, what comes next, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, select, tuple_

from crm.kernel.database import db
from crm.kernel.jobs import JOBS, Job, JobRun, Lease, Outgoing
from crm.kernel.jobs.due import due
from crm.kernel.jobs.tables import INTERRUPTED, TRIES

#: so late, a slot says that no process runs the jobs
STOPPED = timedelta(minutes=15)
#: deliveries the page shows
SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A job and its last run. `state`: done, fault, running, interrupted or never."""

    job: Job
    next: datetime
    state: str
    at: datetime | None = None
    fault: str = ""


@dataclass(frozen=True)
class Counts:
    """Of the outbox: waiting for their time or their next try, and given up."""

    waiting: int
    given_up: int


def lines(now: datetime) -> list[Line]:
    """Every job, those in trouble first."""
    newest = select(JobRun.name, func.max(JobRun.slot)).where(JobRun.slot <= now).group_by(JobRun.name)
    query = select(JobRun.name, JobRun.began_at, JobRun.ended_at, JobRun.fault)
    runs = {
        run.name: run for run in db.session.execute(query.where(tuple_(JobRun.name, JobRun.slot).in_(newest)))
    }
    found = [_line(job, runs.get(job.name), now) for job in JOBS.values()]
    return sorted(found, key=lambda line: (line.state not in ("fault", "interrupted"), line.job.name))


def _line(job: Job, run: Any, now: datetime) -> Line:
    coming = job.schedule.next(now)
    if run is None:
        return Line(job, coming, "never")
    if run.ended_at is None:
        state = "running" if now - run.began_at < INTERRUPTED else "interrupted"
        return Line(job, coming, state, run.began_at)
    return Line(job, coming, "fault" if run.fault else "done", run.ended_at, run.fault)


def stopped(now: datetime) -> bool:
    """Whether slots pass and no process runs them."""
    always = [job for job in JOBS.values() if job.only_if is None]
    return any(one.began_at is None and now - one.slot > STOPPED for one in due(always, now))


def leader(now: datetime) -> Lease | None:
    """The process that leads, if one does."""
    return db.session.scalar(select(Lease).where(Lease.until > now))


def counts(now: datetime) -> Counts:
    lost = func.sum(case((and_(Outgoing.tries >= TRIES, Outgoing.due_at <= now), 1), else_=0))
    query = select(func.count(Outgoing.id), func.coalesce(lost, 0)).where(Outgoing.sent_at.is_(None))
    total, given_up = db.session.execute(query).one()
    return Counts(total - given_up, given_up)


def troubled() -> Sequence[Outgoing]:
    """Deliveries that failed at least once and are not out yet, the newest first."""
    query = select(Outgoing).where(Outgoing.sent_at.is_(None), Outgoing.fault != "")
    return db.session.scalars(query.order_by(Outgoing.id.desc()).limit(SHOWN)).all()
