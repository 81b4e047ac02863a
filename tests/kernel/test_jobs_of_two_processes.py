"""Two processes on one database: a slot runs once, and one that is killed leaves nothing half done."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.jobs import Lease, job, run_due
from crm.kernel.jobs.lease import LENGTH
from crm.kernel.numbers import Counter, take
from crm.kernel.settings import ROOT

from .ticking import only, runs


@contextmanager
def process(app: Flask, holder: str, how: str = "run") -> Iterator[Any]:
    settings = app.config["SETTINGS"]
    started = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.kernel.process", str(settings.instance), settings.database),
            *(clock.now().isoformat(), how, holder),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def counted(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(select(Counter.value).where(Counter.name.startswith("test"))))


def test_each_slot_is_run_by_one_of_them(app: Flask) -> None:
    with process(app, "first") as first, process(app, "second") as second:
        for each in (first, second):
            assert each.stdout.readline() == "ready\n"
        for each in (first, second):
            each.stdin.write("go\n")
            each.stdin.flush()
        said = first.stdout.readline() + second.stdout.readline()
    assert said.split() == ["test:process"]
    assert counted(app) == [1]


def test_one_that_is_killed_in_the_middle_leaves_nothing_and_the_other_takes_over(app: Flask) -> None:
    with process(app, "first", "hang") as first:
        assert first.stdout.readline() == "in the middle\n"
        first.kill()
        first.wait()
    assert runs(app, "test:process") == []
    assert counted(app) == []
    with only():

        @job("test:process", at="08:30")
        def work(at: Any) -> None:
            take(f"test {at:%d}")

        with app.app_context():
            until = db.session.get_one(Lease, "jobs").until
        assert run_due(until - timedelta(seconds=1), app=app, holder="second") == []
        assert run_due(until, app=app, holder="second") == ["test:process"]
        assert until < clock.now() + LENGTH
    assert counted(app) == [1]
