"""Whatever the clicks, one decision; who comes second learns what happened."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.accounts import Role, User, UserRole
from crm.approvals import Decision, Mode, Review, StepRule, Verdict, Who, publish
from crm.audit import AuditEntry
from crm.kernel.database import begin_mode, db
from crm.kernel.errors import Refused
from crm.kernel.scope import EVERYONE, set_viewer
from crm.notifications import Message

from .papers import NOW, PAPERS, submit


def test_eight_at_once_leave_one_decision_and_seven_refusals(
    app: Any, cast: Any, session: Any, as_: Any
) -> None:
    review = submit(cast.salesperson)
    session.commit()
    address, step = f"/reviews/{review.id}/decisions", review.current.id
    clients = [as_("sales_manager") for _ in range(8)]
    session.remove()
    ready, answers = threading.Barrier(8), []

    def click(client: Any) -> None:
        ready.wait()
        answers.append(client.post(address, data={"step_id": step, "decision": "approve"}).status_code)

    threads = [threading.Thread(target=click, args=(c,)) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303] + [409] * 7
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 1
    assert PAPERS[1].state == "approved"


def test_who_read_it_before_is_refused_by_the_claim_itself(app: Any, cast: Any, session: Any) -> None:
    review = submit(cast.salesperson)
    session.commit()
    stale = review.current  # as a second reviewer had read it

    def elsewhere() -> None:
        with app.app_context():
            begin_mode(writes=True)
            manager = db.session.scalars(select(User).where(User.username == "sales_manager")).one()
            set_viewer(db.session, manager)
            db.session.get_one(Review, review.id).decide(Verdict.APPROVE, by=manager, at=NOW)
            db.session.commit()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    with pytest.raises(Refused, match="先一步"):
        stale.claim()


def test_a_stale_page_is_told_who_decided_what(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson, "papers:two")
    first = review.current.id
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    session.commit()
    answer = as_("sales_manager").post(
        f"/reviews/{review.id}/decisions", data={"step_id": first, "decision": "reject", "opinion": "不"}
    )
    assert answer.status_code == 409
    assert "林晚舟 已在“部门经理审核”同意" in answer.text
    assert review.state == "pending"


def test_after_a_withdrawal_the_reviewer_is_told(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson)
    step = review.current.id
    review.withdraw(by=cast.salesperson, at=NOW)
    session.commit()
    data = {"step_id": step, "decision": "approve"}
    answer = as_("sales_manager").post(f"/reviews/{review.id}/decisions", data=data)
    assert answer.status_code == 409
    assert "陈知远 已撤回这张审批单" in answer.text


REVIEWERS = tuple(f"reviewer{n}" for n in range(8))


def test_eight_reviewers_at_once_on_several_items_leave_one_of_everything_each(
    app: Any, cast: Any, session: Any, as_: Any
) -> None:
    """Each item asks all eight, any of whom answers: one decision, one entry, one message to the author."""
    author = cast.salesperson
    for name in REVIEWERS:
        session.add(_reviewer(name, cast.sales_manager))
    session.flush()
    publish("papers:one", (_anybody(session),), note="", by=cast.administrator, at=NOW)
    reviews = [submit(author, number=n) for n in range(1, 7)]
    session.commit()
    # what hearers and outcomes do happens in these very transactions
    said = [(r.id, r.current.id) for r in reviews]
    clients, author_id = [as_(cast[name]) for name in REVIEWERS], author.id
    session.remove()
    answers = _all_at_once(clients, said)
    set_viewer(db.session, EVERYONE("test"))
    for id, _step in said:
        assert sorted(status for of, status in answers if of == id) == [303] + [409] * 7
    for id, step in said:
        assert db.session.scalar(select(func.count()).where(Decision.step_id == step)) == 1
        decided = select(func.count()).where(AuditEntry.tag == "review:approve", AuditEntry.thing_id == id)
        assert db.session.scalar(decided) == 1
        told = Message.link == f"/reviews/{id}", Message.recipient_id == author_id
        assert db.session.scalar(select(func.count(Message.id)).where(*told)) == 1


def test_eight_answers_at_once_where_all_must_answer_are_all_kept_and_end_it_once(
    app: Any, cast: Any, session: Any, as_: Any
) -> None:
    author = cast.salesperson
    for name in REVIEWERS:
        session.add(_reviewer(name, cast.sales_manager))
    session.flush()
    publish("papers:one", (replace(_anybody(session), mode=Mode.ALL),), note="", by=author, at=NOW)
    review = submit(author)
    session.commit()
    id, step, clients = review.id, review.current.id, [as_(cast[name]) for name in REVIEWERS]
    session.remove()
    answers = _all_at_once(clients, [(id, step)])
    assert [status for _id, status in answers] == [303] * 8
    assert db.session.scalar(select(func.count()).where(Decision.step_id == step)) == 8
    ended = select(func.count()).where(AuditEntry.tag == "review:approve", AuditEntry.thing_id == id)
    assert db.session.scalar(ended) == 1
    assert PAPERS[1].state == "approved"


def _reviewer(name: str, like: User) -> User:
    """One more manager, who signs in as everybody in the cast does."""
    person = User(
        username=name,
        name=name,
        department=like.department,
        password_hash=like.password_hash,
        created_at=NOW,
    )
    person.role_rows = [UserRole(role=Role.SALES_MANAGER)]
    return person


def _anybody(session: Any) -> StepRule:
    ids = session.scalars(select(User.id).where(User.username.in_(REVIEWERS)).order_by(User.id))
    return StepRule("any", "审核", Who("chosen", choices=tuple(ids)))


def _all_at_once(clients: list[Any], said: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Every client approves every item at the same moment: (id, status) of each answer."""
    ready, answers = threading.Barrier(len(clients)), []

    def click(client: Any) -> None:
        for id, step in said:
            ready.wait()
            data = {"step_id": step, "decision": "approve"}
            answers.append((id, client.post(f"/reviews/{id}/decisions", data=data).status_code))

    threads = [threading.Thread(target=click, args=(c,)) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
