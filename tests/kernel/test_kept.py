"""Answers are shown again until somebody writes, and not for long."""

from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.accounts import Company
from crm.kernel import kept as kept_answers
from crm.kernel.database import db, reading


def kept(key: str, ask: Callable[[], Any]) -> Any:
    """As a page asks that only reads."""
    with reading():
        return kept_answers.kept(key, ask)


def test_an_answer_is_kept_while_nobody_writes(session: Any) -> None:
    asked = count(1)
    assert [kept("x", lambda: next(asked)) for _ in range(3)] == [1, 1, 1]
    assert kept("y", lambda: "another") == "another"


def test_a_commit_makes_it_be_asked_again(session: Any) -> None:
    asked = count(1)
    kept("x", lambda: next(asked))
    company = session.scalar(select(Company))
    company.phone = "0900-8800 0000"
    db.session.commit()
    assert kept("x", lambda: next(asked)) == 2


def test_a_refused_change_leaves_it(session: Any) -> None:
    asked = count(1)
    kept("x", lambda: next(asked))
    db.session.rollback()
    assert kept("x", lambda: next(asked)) == 1


def test_it_is_not_older_than_twenty_seconds(session: Any, office: Callable[..., None]) -> None:
    asked = count(1)
    office("2026-01-09 15:00:00")
    kept("x", lambda: next(asked))
    office("2026-01-09 15:00:19")
    assert kept("x", lambda: next(asked)) == 1
    office("2026-01-09 15:00:20")
    assert kept("x", lambda: next(asked)) == 2


def test_a_request_that_writes_keeps_nothing(session: Any) -> None:
    asked = count(1)
    assert [kept_answers.kept("x", lambda: next(asked)) for _ in range(2)] == [1, 2]
