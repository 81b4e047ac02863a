"""转交, 加签, 退回到前面: the people and the order of a running review change, on record."""

from typing import Any

import pytest
from sqlalchemy import select

from crm.accounts import Role
from crm.approvals import Mode, ReviewStep, StepState, Verdict
from crm.audit import AuditEntry
from crm.kernel.errors import Forbidden, Refused
from crm.notifications import Message

from .flows import asks, names, put
from .papers import NOW, PAPERS, submit


def yes(review: Any, who: Any) -> Any:
    return review.decide(Verdict.APPROVE, by=who, at=NOW)


def order(review: Any) -> list[str]:
    """Keys of the steps in their order, with how they stand."""
    steps = sorted(review.steps, key=lambda s: s.position)
    assert [s.position for s in steps] == list(range(len(steps)))
    return [f"{s.key} {s.state}" for s in steps]


def test_handed_on_somebody_else_answers_and_the_giver_no_more(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson)
    review.hand_on(cast.service_agent, "休假", by=cast.sales_manager, at=NOW)
    assert names(review.steps[0].asked) == ["service_agent"]
    assert not review.can_decide(cast.sales_manager)
    with pytest.raises(Forbidden):
        yes(review, cast.sales_manager)
    yes(review, cast.service_agent)
    session.commit()
    assert PAPERS[1].state == "approved"
    entry = session.scalars(select(AuditEntry).where(AuditEntry.tag == "review:hand_on")).one()
    assert (entry.reason, entry.facts["to"]) == ("休假", cast.service_agent.id)
    assert session.scalars(select(Message.recipient_id)).all().count(cast.service_agent.id) == 1


def test_handed_on_where_all_must_answer_the_seat_moves(cast: Any) -> None:
    review = put(cast, asks(cast, "sales_manager", "branch_manager", mode=Mode.ALL))
    review.hand_on(cast.custodian, "更了解", by=cast.branch_manager, at=NOW)
    yes(review, cast.sales_manager)
    assert review.pending
    yes(review, cast.custodian)
    assert PAPERS[1].state == "approved"


WRONG = """
salesperson         不能由发起人
sales_manager       自己以外
administrator       在职的业务同事
technician          在职的业务同事
"""


@pytest.mark.parametrize("line", WRONG.strip().splitlines())
def test_it_is_handed_on_only_to_who_may_take_part(line: str, cast: Any, session: Any) -> None:
    name, text = line.split()
    review = submit(cast.salesperson)
    gone = cast.technician
    gone.active = False
    session.flush()
    with pytest.raises(Refused, match=text) as refused:
        review.hand_on(cast[name], "休假", by=cast.sales_manager, at=NOW)
    assert set(refused.value.fields) == {"person"}
    for verb in (review.hand_on, review.add_signer):
        more = {} if verb == review.hand_on else {"before": True}
        with pytest.raises(Refused, match="请写明原因"):
            verb(cast.custodian, reason=" ", by=cast.sales_manager, at=NOW, **more)
        with pytest.raises(Forbidden):
            verb(cast.custodian, reason="x", by=cast.branch_manager, at=NOW, **more)


def test_a_signer_before_me_makes_my_step_wait_and_its_clock_begin_anew(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson, "papers:two")
    mine = review.current
    added = review.add_signer(cast.custodian, True, "先看信用", by=cast.sales_manager, at=NOW)
    assert order(review) == ["added1 open", "manager waiting", "top waiting"]
    assert (mine.due_at, added.added_by_id) == (None, cast.sales_manager.id)
    assert not review.can_decide(cast.sales_manager)
    yes(review, cast.custodian)
    assert order(review) == ["added1 done", "manager open", "top waiting"]
    assert mine.due_at is not None
    yes(review, cast.sales_manager)
    yes(review, cast.general_manager)
    assert PAPERS[1].state == "approved"


def test_a_signer_after_me_stands_right_behind(cast: Any) -> None:
    review = submit(cast.salesperson, "papers:two")
    review.add_signer(cast.custodian, False, "再看信用", by=cast.sales_manager, at=NOW)
    assert order(review) == ["manager open", "added1 waiting", "top waiting"]
    for name in ("sales_manager", "custodian", "general_manager"):
        yes(review, cast[name])
    assert PAPERS[1].state == "approved"


def test_an_added_signers_no_counts(cast: Any) -> None:
    review = submit(cast.salesperson)
    review.add_signer(cast.custodian, True, "先看信用", by=cast.sales_manager, at=NOW)
    review.decide(Verdict.REJECT, by=cast.custodian, at=NOW, comment="欠款")
    assert PAPERS[1].state == "rejected"


def test_a_later_step_sends_it_back_to_an_earlier_one(cast: Any, session: Any) -> None:
    steps = (asks(cast, "sales_manager"), asks(cast, "branch_manager"), asks(cast, "general_manager"))
    review = put(cast, *steps)
    yes(review, cast.sales_manager)
    assert [s.key for s in review.earlier_steps] == ["sales_manager"]
    first = review.steps[0].id
    with pytest.raises(Refused, match="写明原因"):
        review.decide(Verdict.BACK, by=cast.branch_manager, at=NOW, back_to=first)
    with pytest.raises(Refused, match="退回到哪一步"):
        review.decide(Verdict.BACK, by=cast.branch_manager, at=NOW, comment="x", back_to=review.current.id)
    review.decide(Verdict.BACK, by=cast.branch_manager, at=NOW, comment="数量不清", back_to=first)
    assert order(review) == [
        "sales_manager done",
        "branch_manager done",
        "sales_manager open",
        "branch_manager waiting",
        "general_manager waiting",
    ]
    for name in ("sales_manager", "branch_manager", "general_manager"):
        assert PAPERS[1].state == "in_review"
        yes(review, cast[name])
    assert PAPERS[1].state == "approved"
    session.commit()
    assert session.scalar(select(AuditEntry.facts).where(AuditEntry.tag == "review:back"))["to"]


def test_sent_back_twice_each_node_comes_once(cast: Any) -> None:
    review = put(cast, asks(cast, "sales_manager"), asks(cast, "branch_manager"))
    for _again in range(2):
        yes(review, cast.sales_manager)
        first = review.steps[0].id
        review.decide(Verdict.BACK, by=cast.branch_manager, at=NOW, comment="再看", back_to=first)
    assert [line.split()[1] for line in order(review)] == ["done"] * 4 + ["open", "waiting"]


def test_when_who_it_was_handed_on_to_leaves_it_goes_back_to_the_rule(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson)
    review.hand_on(cast.custodian, "休假", by=cast.sales_manager, at=NOW)
    session.commit()
    cast.custodian.disable(by=cast.administrator, at=NOW)
    assert names(session.get(ReviewStep, review.steps[0].id).asked) == ["sales_manager"]


def test_where_all_must_answer_an_answer_stays_and_counts_when_somebody_else_leaves(
    cast: Any, session: Any
) -> None:
    review = put(cast, asks(cast, "sales_manager", "branch_manager", mode=Mode.ALL))
    yes(review, cast.sales_manager)
    session.commit()
    cast.branch_manager.disable(by=cast.administrator, at=NOW)
    step = session.get(ReviewStep, review.steps[0].id)
    assert (len(step.decisions), PAPERS[1].state) == (1, "approved")


def test_who_lost_the_role_gives_it_to_who_has_it_now(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson)
    session.commit()
    cast.salesperson3.give_roles({Role.SALES_MANAGER}, by=cast.administrator, at=NOW)
    cast.sales_manager.give_roles({Role.SALESPERSON}, by=cast.administrator, at=NOW)
    step = session.get(ReviewStep, review.steps[0].id)
    assert names(step.asked) == ["salesperson3"]
    assert step.state == StepState.OPEN
    session.commit()
    moved = session.scalars(select(AuditEntry).where(AuditEntry.tag == "review:reassign")).one()
    assert moved.facts["people"] == [cast.salesperson3.id]


def test_sent_back_what_was_skipped_comes_again_and_is_skipped_only_by_the_same_yes(cast: Any) -> None:
    review = put(
        cast,
        asks(cast, "sales_manager", key="one"),
        asks(cast, "sales_manager", key="two"),
        asks(cast, "branch_manager", key="three"),
    )
    for laps in (1, 2):
        yes(review, cast.sales_manager)
        assert (review.current.key, review.current.position) == ("three", 3 * laps - 1)
        first = review.earlier_steps[0].id
        review.decide(Verdict.BACK, by=cast.branch_manager, at=NOW, comment="再看", back_to=first)
    review.hand_on(cast.marketing_manager, "不在", by=cast.sales_manager, at=NOW)
    yes(review, cast.marketing_manager)
    assert review.current.key == "two"
    assert names(review.current.asked) == ["sales_manager"]
