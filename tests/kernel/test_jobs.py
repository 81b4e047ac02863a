"""Jobs run by the clock: once a slot whoever leads, each for itself, caught up after a stop."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.audit import AuditEntry, record
from crm.customers import Customer
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Unscoped
from crm.kernel.jobs import JOBS, Clockwork, JobRun, Lease, job, run_due
from crm.kernel.jobs.due import AGAIN
from crm.kernel.jobs.lease import LENGTH, give_back, take
from crm.kernel.jobs.runner import inside
from crm.kernel.jobs.sweeping import sweep
from crm.kernel.jobs.tables import INTERRUPTED
from crm.kernel.numbers import Counter
from crm.kernel.numbers import take as number

from .conftest import customer
from .ticking import only, runs

Travel = Callable[..., None]
TEN = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _no_other_jobs() -> Iterator[None]:
    with only():
        yield


def seen_moments(name: str, **when: Any) -> list[datetime]:
    """Register a job that notes with which moments it is called."""
    moments: list[datetime] = []

    @job(name, **when)
    def work(at: datetime) -> None:
        moments.append(clock.local(at).replace(tzinfo=None))

    return moments


def test_an_interval_runs_once_per_slot(app: Flask, office: Travel) -> None:
    moments = seen_moments("test:often", every=TEN)
    for time in ("10:00", "10:03", "10:09:59", "10:10", "10:19"):
        office(f"2026-01-09 {time}")
        run_due(app=app)
    assert [f"{m:%H:%M}" for m in moments] == ["10:00", "10:10"]
    assert [f"{clock.local(run.slot):%H:%M}" for run in runs(app, "test:often")] == ["10:00", "10:10"]


def test_a_daily_job_runs_at_its_hour_on_the_offices_clock(app: Flask, office: Travel) -> None:
    moments = seen_moments("test:daily", at="08:30")
    office("2026-01-08 20:00")
    assert run_due(app=app) == ["test:daily"]  # never ran: the newest slot, and no older one
    office("2026-01-09 08:29")
    assert run_due(app=app) == []
    office("2026-01-09 08:31")
    assert run_due(app=app) == ["test:daily"]
    assert run_due(app=app) == []
    assert moments == [datetime(2026, 1, 8, 8, 30), datetime(2026, 1, 9, 8, 30)]


def test_a_weekly_job_runs_on_its_day(app: Flask, office: Travel) -> None:
    moments = seen_moments("test:weekly", at="09:00", weekly=0)
    for day in range(1, 31):
        office(datetime(2026, 1, day, 12))
        run_due(app=app)
    assert [m.day for m in moments] == [29, 5, 12, 19, 26]  # of 29 December the newest, then each Monday


def test_a_stop_is_caught_up_a_week_back_and_an_interval_once(app: Flask, office: Travel) -> None:
    daily, often = seen_moments("test:daily", at="08:30"), seen_moments("test:often", every=TEN)
    office("2026-01-01 12:00")
    run_due(app=app)
    office("2026-01-13 12:04")  # closed for twelve days
    run_due(app=app)
    assert [m.day for m in daily] == [1, 7, 8, 9, 10, 11, 12, 13]
    assert [f"{m:%d %H:%M}" for m in often] == ["01 12:00", "13 12:04"]
    run_due(app=app)
    assert len(daily) == 8


def test_a_slot_of_a_clock_that_was_wrong_does_not_stop_the_job(app: Flask, office: Travel) -> None:
    moments = seen_moments("test:daily", at="08:30"), seen_moments("test:often", every=TEN)
    office("2027-01-09 12:00")
    run_due(app=app)
    office("2026-01-09 12:00")
    run_due(app=app)
    office("2026-01-10 12:00")
    run_due(app=app)
    assert [[m.year for m in each] for each in moments] == [[2027, 2026, 2026]] * 2


def test_the_session_of_a_job_sees_every_row_and_its_verbs_work(
    app: Flask, session: Any, two: Any, office: Travel
) -> None:
    seen: list[int] = []

    @job("test:verb", every=TEN)
    def work(at: datetime) -> None:
        rows = db.session.scalars(select(Customer)).all()
        seen.extend(row.id for row in rows)
        record("test:touch", rows[0], by=None, at=at)

    assert run_due() == ["test:verb"]
    assert set(two) <= set(seen)
    assert session.scalar(select(AuditEntry.tag).order_by(AuditEntry.seq.desc()).limit(1)) == "test:touch"


def test_a_job_leaves_the_callers_rights_alone(app: Flask, cast: Any, two: Any) -> None:
    seen_moments("test:often", every=TEN)
    run_due()
    with app.app_context(), pytest.raises(Unscoped):
        db.session.scalars(select(Customer)).all()


@pytest.mark.rule("CUS-7")
def test_one_that_fails_is_noted_undone_and_stops_no_other(app: Flask, office: Travel, caplog: Any) -> None:
    office("2026-01-09 10:00")
    reached = seen_moments("test:second", every=TEN)

    @job("test:first", every=TEN)
    def fails(at: datetime) -> None:
        number("test")
        raise ValueError("手机 13812345678")

    assert run_due(app=app) == ["test:first", "test:second"]
    assert len(reached) == 1
    [run] = runs(app, "test:first")
    assert run.fault.startswith("ValueError · ")
    assert "138" not in run.fault  # what a message may quote stays out of the table
    with app.app_context():
        assert db.session.get(Counter, "test") is None
    assert run_due(app=app) == []  # not again in this slot
    office("2026-01-09 10:10")
    assert run_due(app=app) == ["test:first", "test:second"]


def test_a_failed_daily_job_is_tried_again_after_an_hour(app: Flask, office: Travel) -> None:
    tried: list[datetime] = []

    @job("test:daily", at="08:30")
    def fails_once(at: datetime) -> None:
        tried.append(at)
        if len(tried) == 1:
            raise OSError

    for time in ("08:31", "09:00", "09:32", "10:40", "23:00"):
        office(f"2026-01-09 {time}")
        run_due(app=app)
    assert len(tried) == 2
    assert timedelta(hours=1) == AGAIN
    assert [run.fault for run in runs(app, "test:daily")] == [""]


def test_what_a_job_sends_by_itself_is_committed_with_its_run(app: Flask, office: Travel) -> None:
    office("2026-01-09 10:00")

    @job("test:number", every=TEN)
    def work(at: datetime) -> None:
        number("test")

    run_due(app=app)
    with app.app_context():
        assert db.session.get(Counter, "test") is not None
    [run] = runs(app, "test:number")
    assert run.ended_at == clock.now()


def test_killed_in_the_middle_nothing_is_half_done_and_it_runs_anew(app: Flask, office: Travel) -> None:
    """SystemExit goes past every `except Exception`, as the end of a process does."""
    office("2026-01-09 10:00")
    kills = [True]

    @job("test:killed", every=TEN)
    def work(at: datetime) -> None:
        number("test")
        if kills:
            kills.pop()
            raise SystemExit

    with pytest.raises(SystemExit):
        run_due(app=app)
    assert runs(app, "test:killed") == []
    with app.app_context():
        assert db.session.get(Counter, "test") is None
    assert run_due(app=app) == ["test:killed"]


def test_in_pieces_an_interrupted_run_begins_anew_after_its_time(app: Flask, office: Travel) -> None:
    office("2026-01-09 10:00")
    kills = [True]

    @job("test:pieces", at="08:30", in_pieces=True)
    def work(at: datetime) -> None:
        number("test")
        db.session.commit()
        if kills:
            kills.pop()
            raise SystemExit

    with pytest.raises(SystemExit):
        run_due(app=app)
    assert [run.ended_at for run in runs(app, "test:pieces")] == [None]
    office("2026-01-09 10:09")
    assert run_due(app=app) == []  # it may still be running elsewhere
    office(clock.local(datetime(2026, 1, 9, 2, tzinfo=UTC) + INTERRUPTED))
    assert run_due(app=app) == ["test:pieces"]
    assert [run.fault for run in runs(app, "test:pieces")] == [""]


def test_in_pieces_the_writers_queue_is_free_meanwhile(app: Flask) -> None:
    @job("test:pieces", every=TEN, in_pieces=True)
    def work(at: datetime) -> None:
        with ThreadPoolExecutor(1) as pool:  # a request that writes meanwhile
            pool.submit(inside, app, _count).result(timeout=5)

    assert run_due(app=app) == ["test:pieces"]
    assert runs(app, "test:pieces")[0].fault == ""


def _count() -> None:
    number("test")
    db.session.commit()


def test_two_processes_run_a_slot_once(app: Flask) -> None:
    """Threads with names of their own are processes to the lease; here even the lease is everybody's."""
    done: list[str] = []
    start = threading.Barrier(4)

    @job("test:once", every=timedelta(days=1))
    def work(at: datetime) -> None:
        done.append(threading.current_thread().name)
        number("test")

    def process(holder: str) -> list[str]:
        start.wait()
        return run_due(app=app, holder=holder)

    for _slot in range(3):
        with ThreadPoolExecutor(4) as pool:
            ran = [name for names in pool.map(process, "abcd") for name in names]
        assert ran in ([], ["test:once"])
    assert len(done) == 1


def test_the_key_of_the_run_holds_where_the_lease_fails(app: Flask, monkeypatch: Any) -> None:
    monkeypatch.setattr("crm.kernel.jobs.lease.take", lambda *_: True)
    start = threading.Barrier(6)

    @job("test:once", every=timedelta(days=1))
    def work(at: datetime) -> None:
        number("test")

    def process(_n: int) -> list[str]:
        start.wait()
        return run_due(app=app)

    with ThreadPoolExecutor(6) as pool:
        ran = [name for names in pool.map(process, range(6)) for name in names]
    assert ran == ["test:once"]
    with app.app_context():
        assert db.session.get_one(Counter, "test").value == 1


def test_another_process_takes_over_when_the_lease_ends(app: Flask, office: Travel) -> None:
    seen_moments("test:often", every=timedelta(seconds=10))
    office("2026-01-09 10:00")
    assert run_due(app=app, holder="first") == ["test:often"]
    office("2026-01-09 10:00:30")
    assert run_due(app=app, holder="second") == []
    assert run_due(app=app, holder="first") == ["test:often"]  # renews
    office("2026-01-09 10:01:10")
    assert run_due(app=app, holder="second") == []
    office("2026-01-09 10:01:30")
    assert run_due(app=app, holder="second") == ["test:often"]
    office("2026-01-09 10:01:40")
    assert run_due(app=app, holder="first") == []


def test_a_lease_is_given_back_and_a_wrong_clock_does_not_keep_it(app: Flask) -> None:
    now = clock.now()
    assert inside(app, take, "first", now)
    assert not inside(app, take, "second", now)
    inside(app, give_back, "first", now)
    assert inside(app, take, "second", now)
    assert inside(app, take, "second", now + timedelta(days=300))
    assert inside(app, take, "first", now + LENGTH)


def test_who_has_nothing_to_do_writes_nothing(app: Flask, office: Travel) -> None:
    office("2026-01-09 10:00")

    @job("test:idle", every=TEN, only_if=lambda now: False)
    def work(at: datetime) -> None:
        raise AssertionError

    assert run_due(app=app) == []
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Lease)) == 0
        assert db.session.scalar(select(func.count()).select_from(JobRun)) == 0


def test_one_that_cannot_say_whether_it_has_work_stops_no_other(app: Flask, office: Travel) -> None:
    office("2026-01-09 10:00")
    seen_moments("test:second", every=TEN)

    @job("test:first", every=TEN, only_if=lambda now: bool(1 // 0))
    def work(at: datetime) -> None:
        raise AssertionError

    assert run_due(app=app) == ["test:second"]


def test_the_thread_runs_what_is_due_survives_errors_and_ends(app: Flask, monkeypatch: Any) -> None:
    ran = threading.Event()
    faults = [OSError("no database")]
    look = run_due

    @job("test:thread", every=TEN)
    def work(at: datetime) -> None:
        ran.set()

    def looking(**how: Any) -> list[str]:
        if faults:
            raise faults.pop()
        return look(**how)

    monkeypatch.setattr("crm.kernel.jobs.loop.run_due", looking)
    clockwork = Clockwork(app, holder="thread", tick=0.02)
    clockwork.start()
    assert ran.wait(10)
    clockwork.stop()
    assert not clockwork._thread.is_alive()
    with app.app_context():
        assert db.session.get_one(Lease, "jobs").until <= clock.now()


def test_old_runs_are_swept_but_the_newest_of_each_job(app: Flask, session: Any, office: Travel) -> None:
    seen_moments("test:often", every=TEN)
    seen_moments("test:daily", at="08:30")
    office("2026-01-01 12:00")
    run_due()
    office("2026-01-09 12:00")
    run_due()
    assert (len(runs(app, "test:often")), len(runs(app, "test:daily"))) == (2, 8)
    sweep(clock.now())
    session.commit()
    assert (len(runs(app, "test:often")), len(runs(app, "test:daily"))) == (1, 8)
    office("2026-03-09 12:00")
    sweep(clock.now())
    session.commit()
    assert (len(runs(app, "test:often")), len(runs(app, "test:daily"))) == (1, 1)


@pytest.mark.parametrize(
    "when", [{}, {"every": TEN, "at": "08:30"}, {"weekly": 0}, {"at": "25:00"}, {"at": "08:30", "weekly": 7}]
)
def test_a_schedule_that_makes_no_sense_is_an_error_at_start(when: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        job("test:wrong", **when)


def test_two_jobs_cannot_have_one_name() -> None:
    seen_moments("test:often", every=TEN)

    def other(at: datetime) -> None: ...

    with pytest.raises(ValueError, match="test:often"):
        job("test:often", every=TEN)(other)
    assert len(JOBS) == 1


def test_a_customer_written_by_a_job_is_there(app: Flask, session: Any, cast: Any) -> None:
    """Rows of any scope may be written: a job is nobody's session."""
    ids = cast.salesperson.id

    @job("test:write", every=TEN)
    def work(at: datetime) -> None:
        from crm.accounts import User

        db.session.add(customer(db.session.get_one(User, ids), "云州恒拓"))

    run_due()
    assert session.scalar(select(func.count(Customer.id))) == 1
