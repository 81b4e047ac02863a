"""The outbox: stands or falls with its transaction, is delivered at least once and by one at a time."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from crm.customers import Customer
from crm.kernel import clock, seams
from crm.kernel.database import db
from crm.kernel.jobs import Clockwork, Outgoing, carries, run_due, send
from crm.kernel.jobs.outbox import TAKEN, deliver_now, nudge
from crm.kernel.jobs.runner import inside
from crm.kernel.jobs.sweeping import KEPT, sweep
from crm.kernel.jobs.tables import PAUSES, TRIES
from crm.kernel.numbers import Counter, take

from .ticking import only, runs

Travel = Callable[..., None]


@pytest.fixture(autouse=True)
def _only_the_outbox() -> Iterator[None]:
    nudge.clear()
    with only("outbox:deliver"):
        yield


@pytest.fixture
def carried() -> list[Any]:
    """What was delivered of the topic "test"."""
    found: list[Any] = []
    carries("test")(found.append)
    return found


def rows(app: Flask) -> list[Outgoing]:
    with app.app_context():
        return list(db.session.scalars(select(Outgoing).order_by(Outgoing.id)))


def put(app: Flask, **payload: Any) -> None:
    """As a request that commits."""
    with app.app_context():
        send("test", **payload)
        db.session.commit()


def test_what_was_sent_is_delivered_once(app: Flask, carried: list[Any], office: Travel) -> None:
    office("2026-01-09 10:00")
    put(app, n=1)
    put(app, n=2)
    assert run_due(app=app) == ["outbox:deliver"]
    assert carried == [{"n": 1}, {"n": 2}]
    assert [row.sent_at for row in rows(app)] == [clock.now()] * 2
    office("2026-01-09 11:00")
    assert run_due(app=app) == []
    assert len(carried) == 2


def test_it_falls_with_its_transaction(app: Flask, carried: list[Any]) -> None:
    with app.app_context():
        send("test", n=1)
        db.session.rollback()
        db.session.commit()
    assert rows(app) == []
    assert not nudge.is_set()
    assert run_due(app=app) == []
    assert carried == []


def test_a_commit_nudges_who_waits_for_work(app: Flask, carried: list[Any]) -> None:
    put(app, n=1)
    assert nudge.is_set()
    with app.app_context():
        take("test")
        nudge.clear()
        db.session.commit()
    assert not nudge.is_set()


def test_a_savepoint_nudges_nobody_and_forgets_nothing(app: Flask) -> None:
    with app.app_context():
        send("test", n=1)
        with db.session.begin_nested():
            take("test")
        with pytest.raises(ValueError, match="x"), db.session.begin_nested():
            raise ValueError("x")
        assert not nudge.is_set()
        db.session.commit()
    assert nudge.is_set()


def test_the_thread_delivers_after_a_nudge_without_waiting_for_a_slot(app: Flask) -> None:
    arrived = threading.Event()
    carries("test")(lambda _payload: arrived.set())
    clockwork = Clockwork(app, tick=60)
    clockwork.start()
    put(app, n=1)
    assert arrived.wait(10)
    clockwork.stop()
    assert rows(app)[0].sent_at is not None
    assert runs(app, "outbox:deliver") == []


@pytest.mark.rule("CUS-7")
def test_what_fails_is_tried_again_with_growing_pauses_and_given_up(
    app: Flask, office: Travel, monkeypatch: Any
) -> None:
    office("2026-01-09 10:00")
    tried, told = [], []
    monkeypatch.setattr(seams, "_hearers", {"outbox:give_up": [told.append]})

    @carries("test")
    def unreachable(payload: dict[str, Any]) -> None:
        tried.append(clock.now())
        raise ConnectionRefusedError("the address of 陈知远")

    put(app, n=1)
    begun = clock.now()
    for minute in range(24 * 60 * 2):
        moment = begun + timedelta(minutes=minute)
        if minute < 60 or minute % 30 == 0:
            office(clock.local(moment))
            run_due(app=app)
    pauses = [later - before for before, later in pairwise(tried)]
    assert len(tried) == TRIES == len(PAUSES) + 1
    assert all(
        pause <= waited <= pause + timedelta(minutes=30) for pause, waited in zip(PAUSES, pauses, strict=True)
    )
    [row] = rows(app)
    assert row.sent_at is None
    assert row.given_up(clock.now())
    assert row.fault.startswith("ConnectionRefusedError · ")
    assert "陈" not in row.fault
    assert [told_of.id for told_of in told] == [row.id]


def test_one_that_fails_keeps_no_other_waiting(app: Flask, office: Travel, carried: list[Any]) -> None:
    office("2026-01-09 10:00")
    with app.app_context():
        send("nobody carries this", n=0)
        send("test", n=1)
        db.session.commit()
    assert run_due(app=app) == ["outbox:deliver"]
    assert carried == [{"n": 1}]
    first, second = rows(app)
    assert (first.sent_at, first.fault.partition(" ")[0], first.tries) == (None, "KeyError", 1)
    assert second.sent_at is not None
    assert runs(app, "outbox:deliver")[0].fault == ""


def test_what_was_given_up_can_be_sent_again(app: Flask, office: Travel, carried: list[Any]) -> None:
    office("2026-01-09 10:00")
    put(app, n=1)
    with app.app_context():
        row = db.session.scalars(select(Outgoing)).one()
        row.tries, row.fault = TRIES, "OSError"
        db.session.commit()
    assert run_due(app=app) == []
    with app.app_context():
        db.session.scalars(select(Outgoing)).one().again(at=clock.now())
        db.session.commit()
    run_due(app=app)
    assert carried == [{"n": 1}]
    assert (rows(app)[0].tries, rows(app)[0].fault) == (1, "")


def test_several_at_once_deliver_each_once(app: Flask) -> None:
    seen: list[int] = []
    start = threading.Barrier(4)
    carries("test")(lambda payload: seen.append(payload["n"]))
    with app.app_context():
        for n in range(12):
            send("test", n=n)
        db.session.commit()

    def process(_n: int) -> None:
        start.wait()
        inside(app, deliver_now, clock.now())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(process, range(4)))
    assert sorted(seen) == list(range(12))


def test_killed_in_the_middle_of_a_delivery_it_is_delivered_again(app: Flask, office: Travel) -> None:
    office("2026-01-09 10:00")
    reached: list[Any] = []

    @carries("test")
    def deliver(payload: dict[str, Any]) -> None:
        reached.append(payload)
        if len(reached) == 1:
            raise SystemExit

    put(app, n=1)
    with pytest.raises(SystemExit):
        inside(app, deliver_now, clock.now())
    inside(app, deliver_now, clock.now())
    assert len(reached) == 1  # the other process may still be at it
    office(clock.local(clock.now() + TAKEN))
    inside(app, deliver_now, clock.now())
    assert len(reached) == 2
    assert rows(app)[0].sent_at == clock.now()


def test_a_delivery_reads_every_row_and_holds_up_no_writer(app: Flask, session: Any, two: Any) -> None:
    seen: list[str] = []

    @carries("test")
    def deliver(payload: dict[str, Any]) -> None:
        seen.extend(db.session.scalars(select(Customer.name)))
        with ThreadPoolExecutor(1) as pool:
            pool.submit(inside, app, _count).result(timeout=5)

    send("test", n=1)
    run_due()
    assert set(seen) == {"云州恒拓", "青岚远航"}
    assert rows(app)[0].fault == ""


def _count() -> None:
    take("test")
    db.session.commit()


def test_what_a_delivery_writes_is_rolled_back(app: Flask) -> None:
    @carries("test")
    def deliver(payload: dict[str, Any]) -> None:
        take("test")

    put(app, n=1)
    run_due(app=app)
    with app.app_context():
        assert db.session.get(Counter, "test") is None


def test_what_was_sent_is_forgotten_after_a_month_what_was_not_is_kept(
    app: Flask, session: Any, office: Travel, carried: list[Any]
) -> None:
    office("2026-01-09 10:00")
    send("test", n=1)
    send("nobody carries this", n=2)
    run_due()
    office(clock.local(clock.now() + KEPT + timedelta(days=1)))
    sweep(clock.now())
    session.commit()
    assert [row.payload for row in rows(app)] == [{"n": 2}]
