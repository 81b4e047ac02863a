"""Jobs for a test, and an office of two processes on one database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import select

from crm.kernel.database import db
from crm.kernel.jobs import JOBS, JobRun
from crm.kernel.jobs.outbox import _carriers


@contextmanager
def only(*names: str) -> Iterator[None]:
    """Inside, no jobs are registered but those of these names and what the test adds."""
    before, carried = dict(JOBS), dict(_carriers)
    for name in set(JOBS) - set(names):
        del JOBS[name]
    try:
        yield
    finally:
        JOBS.clear()
        JOBS.update(before)
        _carriers.clear()
        _carriers.update(carried)


def runs(app: Flask, name: str) -> list[Any]:
    """The runs of a job, the oldest slot first."""
    with app.app_context():
        query = select(JobRun.slot, JobRun.ended_at, JobRun.fault).where(JobRun.name == name)
        return list(db.session.execute(query.order_by(JobRun.slot)).all())
