"""Whatever the clicks, one decision; who comes second learns what happened."""

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.accounts import User
from crm.approvals import Decision, Review, Verdict
from crm.kernel.database import begin_mode, db
from crm.kernel.errors import Refused
from crm.kernel.scope import set_viewer

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
