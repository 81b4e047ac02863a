"""Eight reviewers press at once on a hundred items, at two processes: one of everything each."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, inspect, select

from crm import audit
from crm.approvals import Asked, Decision, Mode, Review, ReviewStep, publish
from crm.audit import AuditEntry
from crm.kernel.settings import ROOT
from crm.notifications import Message

from .flows import asks
from .papers import NOW, submit

ITEMS = 100
HERE = ("sales_manager", "branch_manager", "dispatcher", "custodian")
THERE = ("sales_manager2", "branch_manager2", "dispatcher2", "custodian2")


def test_eight_at_two_processes_leave_one_decision_one_entry_and_one_message_on_each_of_a_hundred(
    app: Flask, cast: Any, session: Any
) -> None:
    step = asks(cast, *HERE, *THERE, mode=Mode.ANY)
    publish("papers:one", (step,), note="", by=cast.administrator, at=NOW)
    author = cast.salesperson
    review = submit(author)
    session.flush()
    ids, author_id = list(range(review.id, review.id + ITEMS)), author.id
    _lay_more_like(review, session)
    session.commit()
    items = [f"{id} {number}\n" for number, id in enumerate(ids, 1)]
    session.expunge_all()
    session.rollback()  # whoever reads here keeps nobody there waiting

    with process(app, HERE) as here, process(app, THERE) as there:
        for each in (here, there):
            assert each.stdout.readline() == "ready\n"
        answers = [_pressed(item, here, there) for item in items]

    assert {tuple(sorted(here + there)) for here, there in answers} == {("decided", *["refused"] * 7)}
    of_here = sum("decided" in here for here, _there in answers)
    assert 0 < of_here < ITEMS  # else they did not press at once
    once = dict.fromkeys(ids, 1)
    decisions = select(ReviewStep.review_id, func.count(Decision.id)).join(Decision.step)
    assert _counted(session, decisions.group_by(ReviewStep.review_id)) == once
    entries = select(AuditEntry.thing_id, func.count()).where(AuditEntry.tag == "review:approve")
    assert _counted(session, entries.group_by(AuditEntry.thing_id)) == once
    told = select(Message.link, func.count(Message.id)).where(Message.recipient_id == author_id)
    assert _counted(session, told.group_by(Message.link)) == {f"/reviews/{id}": 1 for id in ids}
    states = select(Review.state, func.count(Review.id)).group_by(Review.state)
    assert _counted(session, states) == {"approved": ITEMS}
    assert audit.verify() is None


def _lay_more_like(review: Review, session: Any) -> None:
    """As many as it takes to have all ITEMS, in three statements."""
    step, more = review.current, range(1, ITEMS)
    assert step is not None
    reviews = [{"id": review.id + n, "number": f"SP-{n}", "thing_id": review.thing_id + n} for n in more]
    steps = [{"id": step.id + n, "review_id": review.id + n} for n in more]
    asked = [(row, {"step_id": step.id + n}) for n in more for row in step.asked]
    session.execute(insert(Review), [_plain(review) | other for other in reviews])
    session.execute(insert(ReviewStep), [_plain(step) | other for other in steps])
    session.execute(insert(Asked), [_plain(row) | other for row, other in asked])


def _plain(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs}


def _counted(session: Any, query: Any) -> Counter[Any]:
    return Counter(dict(map(tuple, session.execute(query))))


def _pressed(item: str, *processes: Any) -> list[list[str]]:
    """All reviewers of all processes approve this one; the answers of each process."""
    for each in processes:
        each.stdin.write(item)
        each.stdin.flush()
    return [each.stdout.readline().split() for each in processes]


@contextmanager
def process(app: Flask, people: tuple[str, ...]) -> Iterator[Any]:
    settings = app.config["SETTINGS"]
    where = str(settings.instance), settings.database
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.approvals.reviewers", *where, *people],
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
