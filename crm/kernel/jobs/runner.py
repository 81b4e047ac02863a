"""Runs what is due: one leader, each slot once, every job for itself."""

import contextvars
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Flask, current_app, has_app_context
from sqlalchemy import update

from crm.kernel import clock
from crm.kernel.database import db, reading
from crm.kernel.logs import new_reference
from crm.kernel.scope import EVERYONE, set_viewer

from . import lease
from .due import Due, due
from .lease import HOLDER, inserting
from .registry import JOBS, Job
from .schedule import Daily
from .tables import JobRun


def run_due(now: datetime | None = None, *, app: Flask | None = None, holder: str = HOLDER) -> list[str]:
    """Run what is due at `now`; gives the names of what ran, in order. Inside an app context, or with `app`.

    The caller's own transaction ends first: SQLite has one writer at a time.
    """
    if has_app_context():
        app = app or current_app._get_current_object()  # type: ignore[attr-defined]
        db.session.commit()
        db.session.expire_all()
    assert app is not None, "say app="
    ran = []
    for one in inside(app, _waiting, now or clock.now(), JOBS.values()):
        # renewed before each, so a long row of jobs does not lose it
        if not inside(app, lease.take, holder, now or clock.now()):
            break
        if inside(app, _run, app, one, now or clock.now()):
            ran.append(one.job.name)
    return ran


def inside(app: Flask, function: Any, *args: Any) -> Any:
    """Call as on a server: an empty context, an app context of its own, and a session that ends with it."""

    def called() -> Any:
        with app.app_context():
            return function(*args)

    return contextvars.Context().run(called)


def _waiting(now: datetime, jobs: Iterable[Job]) -> list[Due]:
    """What is due and has work. Only reads, so that who is idle never stands in the writers' queue."""
    with reading():
        set_viewer(db.session, EVERYONE("whether jobs have work"))
        found = [one for one in due(jobs, now) if _has_work(one.job, now)]
        db.session.rollback()
    return found


def _has_work(job: Job, now: datetime) -> bool:
    try:
        return job.only_if is None or job.only_if(now)
    except Exception as error:  # the other jobs have nothing to do with it
        current_app.logger.error("job %s cannot say whether it has work", job.name, exc_info=error)
        db.session.rollback()
        return False


def _run(app: Flask, one: Due, now: datetime) -> bool:
    """Run one slot; False where another process was quicker."""
    set_viewer(db.session, EVERYONE(f"job {one.job.name}"))
    began_at = clock.now()
    try:
        if not _claim(one, began_at):
            db.session.rollback()
            return False
        if one.job.in_pieces:
            db.session.commit()
        one.job.work(one.slot if isinstance(one.job.schedule, Daily) else now)
        _note(one, began_at)
        db.session.commit()
    except Exception as error:
        _failed(app, one, began_at, error)
    return True


def _claim(one: Due, began_at: datetime) -> bool:
    """Note the run, by which it is ours: in the transaction of the work, where that is one."""
    values = {"began_at": began_at, "ended_at": None, "fault": ""}
    statement: Any
    if one.began_at is None:
        row = {"name": one.job.name, "slot": one.slot}
        statement = inserting(JobRun).values(**row, **values).on_conflict_do_nothing()
    else:
        before = (JobRun.name == one.job.name, JobRun.slot == one.slot, JobRun.began_at == one.began_at)
        statement = update(JobRun).where(*before).values(**values)
        statement = statement.execution_options(synchronize_session=False)
    return db.session.execute(statement.returning(JobRun.name)).first() is not None


def _note(one: Due, began_at: datetime, fault: str = "") -> None:
    """The run's end. Its row may be gone (rolled back with the work) and may be another's by now."""
    values = {"began_at": began_at, "ended_at": clock.now(), "fault": fault}
    keys = [JobRun.name, JobRun.slot]
    row = inserting(JobRun).values(name=one.job.name, slot=one.slot, **values)
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=keys,
            set_=values,
            where=JobRun.began_at.in_([began_at, one.began_at or began_at]),
        )
    )


def _failed(app: Flask, one: Due, began_at: datetime, error: Exception) -> None:
    """Undo the work and note the fault. Its text stays out of the table (CUS-7): the log has the trace."""
    reference = new_reference()
    app.logger.error("job %s failed", one.job.name, exc_info=error, extra={"reference": reference})
    try:
        db.session.rollback()
        _note(one, began_at, f"{type(error).__name__} · {reference}")
        db.session.commit()
    except Exception:  # the database itself is out of order: the slot stays without a run, and is due
        app.logger.exception("the fault of job %s could not be noted", one.job.name)
        db.session.rollback()
