"""Every change of state is an entry; nobody changes the chain unseen (CUS-5)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from crm.audit import AuditEntry, head, history, record, verify
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.seams import hears

pytestmark = pytest.mark.rule("CUS-5")


@pytest.fixture
def five(session: Any, cast: Any) -> list[int]:
    """Five entries, 1 to 5."""
    for number in range(1, 6):
        record(
            "test:write",
            cast.salesperson,
            by=cast.salesperson,
            at=clock.now(),
            reason=f"第 {number} 条",
            n=number,
        )
        session.commit()
    return [1, 2, 3, 4, 5]


@pytest.fixture
def tamper(session: Any) -> Callable[[str], None]:
    """Somebody with the database's own password, past the triggers."""

    def run(change: str) -> None:
        if db.engine.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(change))
        session.commit()
        session.expire_all()

    return run


def test_a_whole_chain_is_whole(five: list[int]) -> None:
    assert verify() is None
    assert verify(head()) is None


def test_an_empty_chain_is_whole(session: Any) -> None:
    assert verify() is None
    assert verify(head()) is None


def test_entries_say_what_who_when_and_why(session: Any, five: list[int], cast: Any) -> None:
    newest = history("user", cast.salesperson.id)[0]
    assert (newest.seq, newest.tag, newest.actor_name, newest.reason) == (
        5,
        "test:write",
        "陈知远",
        "第 5 条",
    )
    assert newest.facts == {"n": 5}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET reason = '' WHERE seq = 3",
        "UPDATE audit_entry SET actor_name = '赵明朗' WHERE seq = 3",
        "UPDATE audit_entry SET facts = '{}' WHERE seq = 3",
        "UPDATE audit_entry SET thing_id = thing_id + 1 WHERE seq = 3",
        "UPDATE audit_entry SET tag = 'test:read' WHERE seq = 3",
    ],
)
def test_an_edited_entry_is_found(five: list[int], tamper: Any, change: str) -> None:
    tamper(change)
    broken = verify()
    assert broken is not None
    assert broken.seq == 3
    assert "edited" in broken.why


def test_an_edited_time_is_found(five: list[int], tamper: Any) -> None:
    tamper("UPDATE audit_entry SET at = (SELECT at FROM audit_entry WHERE seq = 1) WHERE seq = 3")
    assert verify().seq == 3  # type: ignore[union-attr]


@pytest.mark.parametrize("gone", [1, 3])
def test_a_deleted_entry_is_found(five: list[int], tamper: Any, gone: int) -> None:
    tamper(f"DELETE FROM audit_entry WHERE seq = {gone}")
    broken = verify()
    assert broken is not None
    assert (broken.seq, "missing" in broken.why) == (gone, True)


def test_an_inserted_entry_is_found(five: list[int], tamper: Any) -> None:
    columns = "at, tag, thing_type, thing_id, actor_id, actor_name, facts, reason, previous, digest"
    tamper(f"INSERT INTO audit_entry (seq, {columns}) SELECT 6, {columns} FROM audit_entry WHERE seq = 5")
    assert verify().seq == 6  # type: ignore[union-attr]


def test_a_cut_off_end_is_found(five: list[int], tamper: Any) -> None:
    tamper("DELETE FROM audit_entry WHERE seq = 5")
    assert verify().seq == 5  # type: ignore[union-attr]


def test_an_end_cut_off_together_with_its_record_is_found_by_a_kept_head(
    session: Any, five: list[int], tamper: Any
) -> None:
    kept = head()
    tamper("DELETE FROM audit_entry WHERE seq = 5")
    tamper("UPDATE audit_head SET seq = 4, digest = (SELECT digest FROM audit_entry WHERE seq = 4)")
    assert verify() is None
    assert verify(kept).seq == 5  # type: ignore[union-attr]


def test_a_chain_made_anew_is_found_by_a_kept_head(five: list[int], tamper: Any) -> None:
    seq, digest = head().split(":")
    broken = verify(f"{seq}:{'0' * len(digest)}")
    assert broken is not None
    assert "kept head" in broken.why


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_to_change_an_entry(session: Any, five: list[int], change: str) -> None:
    with pytest.raises(DBAPIError, match="append only"):
        session.execute(text(change))


def test_what_is_rolled_back_is_not_recorded(session: Any, cast: Any) -> None:
    record("test:write", None, by=cast.salesperson, at=clock.now())
    session.rollback()
    session.commit()
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_hearers_are_told_inside_the_transaction(session: Any) -> None:
    heard: list[Any] = []
    hears("test:heard")(heard.append)
    record("test:heard", None, by=None, at=clock.now(), reason="听见")
    assert [event.reason for event in heard] == ["听见"]


def test_eight_writers_make_one_chain(app: Flask) -> None:
    start = threading.Barrier(8)

    def write(number: int) -> None:
        start.wait()
        for _turn in range(5):
            with app.app_context():
                record("test:write", None, by=None, at=clock.now(), n=number)
                db.session.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    with app.app_context():
        assert verify() is None
        assert head().startswith("40:")


def test_the_command_says_whether_it_is_whole(app: Flask, five: list[int], tamper: Any) -> None:
    run = app.test_cli_runner().invoke
    whole = run(args=["audit", "verify"])
    assert whole.exit_code == 0, whole.output
    kept = whole.output.split()[-1]
    assert run(args=["audit", "verify", "--head", kept]).exit_code == 0
    assert run(args=["audit", "verify", "--head", "nonsense"]).exit_code == 2
    tamper("UPDATE audit_entry SET reason = '' WHERE seq = 2")
    broken = run(args=["audit", "verify"])
    assert (broken.exit_code, "2" in broken.output) == (1, True)


def test_a_savepoint_taken_back_takes_back_only_what_was_recorded_since(session: Any, cast: Any) -> None:
    record("test:before", cast.salesperson, by=cast.salesperson, at=clock.now())
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        record("test:inside", cast.salesperson, by=cast.salesperson, at=clock.now())
        1 / 0  # noqa: B018
    record("test:after", cast.salesperson, by=cast.salesperson, at=clock.now())
    session.commit()
    tags = [row.tag for row in history("user", cast.salesperson.id)]
    assert tags[:2] == ["test:after", "test:before"]
    assert "test:inside" not in tags
