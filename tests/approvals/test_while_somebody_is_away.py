"""代理审批, reminders and escalations: nothing lies because somebody is not there."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crm.accounts import Delegation
from crm.approvals import Mode, Verdict
from crm.approvals.jobs import delegates, escalate, remind
from crm.audit import AuditEntry
from crm.kernel.errors import Forbidden, Refused
from crm.notifications import Message

from .flows import asks, names, put
from .papers import NOW, PAPERS, submit

TODAY, NEXT_WEEK = date(2026, 1, 9), date(2026, 1, 16)


def away(
    cast: Any, principal: str, delegate: str, begins: date = TODAY, ends: date = NEXT_WEEK
) -> Delegation:
    who = cast[principal]
    return Delegation.appoint(who, cast[delegate], begins, ends, "年假", by=who, at=NOW)


def tags(session: Any, tag: str) -> list[Any]:
    session.commit()
    return list(session.scalars(select(AuditEntry).where(AuditEntry.tag == tag)))


def test_the_delegate_answers_and_it_counts_as_the_others_answer(cast: Any, session: Any) -> None:
    away(cast, "sales_manager", "custodian")
    review = submit(cast.salesperson)
    assert set(names(review.steps[0].asked)) == {"sales_manager", "custodian"}
    decision = review.decide(Verdict.APPROVE, by=cast.custodian, at=NOW)
    assert (decision.by, decision.principal) == (cast.custodian, cast.sales_manager)
    assert decision.acted_for == cast.sales_manager
    assert tags(session, "review:approve")[0].facts["for"] == cast.sales_manager.id


def test_what_waits_already_is_the_delegates_from_the_appointment_to_its_end(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson)
    session.commit()
    delegation = away(cast, "sales_manager", "custodian")
    session.refresh(review.steps[0])
    assert set(names(review.steps[0].asked)) == {"sales_manager", "custodian"}
    assert [e.facts["people"] for e in tags(session, "review:delegate")] == [[cast.custodian.id]]
    delegation.end(by=cast.sales_manager, at=NOW)
    session.refresh(review.steps[0])
    assert names(review.steps[0].asked) == ["sales_manager"]
    with pytest.raises(Forbidden):
        review.decide(Verdict.APPROVE, by=cast.custodian, at=NOW)


def test_a_delegation_begins_and_ends_with_its_days(cast: Any, session: Any, office: Any) -> None:
    away(cast, "sales_manager", "custodian", begins=date(2026, 1, 12), ends=date(2026, 1, 12))
    review = submit(cast.salesperson)
    session.commit()
    for days, expected in ((0, False), (3, True), (4, False)):
        office(NOW + timedelta(days=days))
        delegates(NOW)  # a slot that is made up for: it is today that counts
        session.refresh(review.steps[0])
        assert ("custodian" in names(review.steps[0].asked)) == expected


def test_after_its_last_day_a_delegation_gives_no_answer_whether_the_job_ran_or_not(
    cast: Any, session: Any
) -> None:
    away(cast, "sales_manager", "custodian", ends=TODAY)
    review = submit(cast.salesperson)
    session.commit()
    later = NOW + timedelta(days=1)
    verbs = (
        lambda: review.decide(Verdict.APPROVE, by=cast.custodian, at=later),
        lambda: review.hand_on(cast.branch_manager, "忙", by=cast.custodian, at=later),
        lambda: review.add_signer(cast.branch_manager, True, "忙", by=cast.custodian, at=later),
    )
    for verb in verbs:
        with pytest.raises(Forbidden):
            verb()
        session.rollback()
    assert set(names(review.steps[0].asked)) == {"sales_manager", "custodian"}  # nothing ran
    review.decide(Verdict.APPROVE, by=cast.custodian, at=NOW)
    assert PAPERS[1].state == "approved"


def test_a_delegate_never_decides_their_own(cast: Any) -> None:
    away(cast, "sales_manager", "salesperson")
    review = submit(cast.salesperson)
    assert names(review.steps[0].asked) == ["sales_manager"]


def test_where_all_must_answer_a_delegate_with_a_seat_answers_twice(cast: Any) -> None:
    away(cast, "branch_manager", "sales_manager")
    review = put(cast, asks(cast, "sales_manager", "branch_manager", mode=Mode.ALL))
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    assert review.pending
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    assert PAPERS[1].state == "approved"
    assert [d.for_id for d in review.decisions] == [cast.sales_manager.id, cast.branch_manager.id]


def test_in_turn_a_delegate_who_comes_later_answers_at_both_places(cast: Any) -> None:
    away(cast, "sales_manager", "branch_manager")
    review = put(cast, asks(cast, "sales_manager", "branch_manager", mode=Mode.TURN))
    for principal in (cast.sales_manager, cast.branch_manager):
        assert review.decide(Verdict.APPROVE, by=cast.branch_manager, at=NOW).principal == principal
    assert PAPERS[1].state == "approved"


def test_only_one_of_two_answers_for_the_same_seat_counts(cast: Any) -> None:
    away(cast, "sales_manager", "custodian")
    review = put(cast, asks(cast, "sales_manager", "branch_manager", mode=Mode.ALL))
    review.decide(Verdict.APPROVE, by=cast.custodian, at=NOW)
    with pytest.raises(Refused, match="已在"):
        review.decide(Verdict.REJECT, by=cast.sales_manager, at=NOW, comment="不")
    assert review.pending


FAULTS = """
sales_manager  sales_manager  2026-01-09 2026-01-10  代理人不能是自己
sales_manager  administrator  2026-01-09 2026-01-10  不看业务资料
sales_manager  custodian      2026-01-10 2026-01-09  不能早于
sales_manager  custodian      2026-01-01 2026-01-08  已经过去
sales_manager  custodian      2026-01-09 2028-01-09  最长一年
"""


@pytest.mark.parametrize("line", FAULTS.strip().splitlines())
def test_an_appointment_makes_sense(line: str, cast: Any) -> None:
    principal, delegate, begins, ends, text = line.split()
    with pytest.raises(Refused, match=text):
        away(cast, principal, delegate, date.fromisoformat(begins), date.fromisoformat(ends))


def test_there_is_one_delegate_at_a_time_and_only_for_oneself(cast: Any) -> None:
    away(cast, "sales_manager", "custodian")
    with pytest.raises(Refused, match="代理，先结束"):
        away(cast, "sales_manager", "branch_manager")
    with pytest.raises(Forbidden):
        Delegation.appoint(
            cast.sales_manager, cast.custodian, TODAY, NEXT_WEEK, "", by=cast.branch_manager, at=NOW
        )


def test_a_reminder_comes_so_many_hours_before_and_once(cast: Any, session: Any) -> None:
    review = put(cast, asks(cast, "sales_manager", hours=8, remind_hours=2))  # due at 18:00 that day
    session.commit()
    for hours in (0, 5.9, 6, 6.1, 9):
        remind(NOW + timedelta(hours=hours))
        assert len(tags(session, "review:remind")) == (hours >= 6)
    told = select(Message).where(Message.text.contains("快到期了"))
    assert [m.recipient_id for m in session.scalars(told)] == [cast.sales_manager.id]
    assert review.steps[0].reminded_at == NOW + timedelta(hours=6)


@pytest.mark.parametrize("mode", [Mode.ANY, Mode.ALL])
def test_who_is_late_is_joined_by_who_stands_above(mode: Mode, cast: Any, session: Any) -> None:
    review = put(cast, asks(cast, "sales_manager", hours=8, escalates=True, mode=mode))
    session.commit()
    for hours in (7, 9, 10):
        escalate(NOW + timedelta(hours=hours))
        assert len(tags(session, "review:escalate")) == (hours > 8)
    session.refresh(review.steps[0])
    assert set(names(review.steps[0].asked)) == {"sales_manager", "branch_manager"}
    review.decide(Verdict.APPROVE, by=cast.branch_manager, at=NOW)
    assert PAPERS[1].state == "approved"


def test_above_the_general_manager_nobody_is_asked_and_it_is_on_record(cast: Any, session: Any) -> None:
    put(cast, asks(cast, "general_manager", hours=1, escalates=True))
    session.commit()
    escalate(NOW + timedelta(hours=2))
    assert [e.facts["people"] for e in tags(session, "review:escalate")] == [[]]
