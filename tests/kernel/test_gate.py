"""Many writers at once: each waits its turn, no write is lost, a reader never stands in the queue."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from flask import Flask

from crm.kernel.database import db, reading
from crm.kernel.gate import Gate
from crm.kernel.numbers import Counter, take

WRITERS = 8
EACH = 15


def test_eight_writers_lose_no_write(app: Flask) -> None:
    start = threading.Barrier(WRITERS)

    def write(_number: int) -> list[int]:
        start.wait()
        taken = []
        for _turn in range(EACH):
            with app.app_context():
                taken.append(take("gate"))
                db.session.commit()
        return taken

    with ThreadPoolExecutor(WRITERS) as pool:
        numbers = [n for taken in pool.map(write, range(WRITERS)) for n in taken]
    assert sorted(numbers) == list(range(1, WRITERS * EACH + 1))


def test_who_fails_lets_the_next_one_in(app: Flask) -> None:
    with app.app_context():
        take("gate")
        db.session.rollback()
    with app.app_context():
        assert take("gate") == 1
        db.session.commit()


def test_a_reader_does_not_wait_for_a_writer(app: Flask) -> None:
    with app.app_context():
        take("gate")  # holds the writers' turn until the end of this block
        seen: list[Any] = []

        def read() -> None:
            with app.app_context(), reading():
                seen.append(db.session.get(Counter, "gate"))

        reader = threading.Thread(target=read)
        reader.start()
        reader.join(timeout=5)
        assert seen == [None]
        db.session.rollback()


def test_another_process_in_the_gate_is_waited_for_no_longer_than_patience(tmp_path: Path) -> None:
    path = tmp_path / "gate"
    elsewhere = Gate(path)
    ticket = elsewhere.enter()
    gate = Gate(path)
    assert gate.enter(timeout=0.05) is None
    elsewhere.leave(ticket)
    mine = gate.enter(timeout=5)
    assert mine is not None
    gate.leave(mine)
