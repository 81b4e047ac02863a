"""Submit, decide, withdraw, submit again: whatever comes, no half state."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from crm.approvals import Decision, Review, ReviewState, ReviewStep, StepState, Verdict
from crm.audit import AuditEntry
from crm.kernel.errors import Forbidden, Refused
from crm.workdays.models import CalendarDay

from .papers import NOW, PAPERS, paper, submit

PEOPLE = ("salesperson", "sales_manager", "general_manager", "salesperson2")
VERBS = st.tuples(
    st.sampled_from(["submit", "approve", "return", "reject", "withdraw"]), st.sampled_from(PEOPLE)
)
MOVES = st.lists(VERBS, max_size=9)
WHAT = {"approved": "approved", "returned": "returned", "rejected": "rejected", "withdrawn": "withdrawn"}


def play(verb: str, by: Any, number: int, last: Review | None, flow: str) -> None:
    if verb == "submit":
        submit(by, flow, number)
    elif last is None:
        raise Refused("no review yet")
    elif verb == "withdraw":
        last.withdraw(by=by, at=NOW)
    else:
        last.decide(Verdict(verb), by=by, at=NOW, comment="看过了")


def whole(review: Review) -> None:
    """One review, looked at closely."""
    states = [s.state for s in review.steps]
    assert review.pending == (review.closed_at is None)
    assert states.count(StepState.OPEN) == (1 if review.pending else 0)
    for step in review.steps:
        assert len(step.decisions) == (1 if step.state == StepState.DONE else 0)
    if review.state == ReviewState.APPROVED:
        assert states == [StepState.DONE] * len(states)
        assert {d.verdict for d in review.decisions} == {"approve"}
    if review.state == ReviewState.WITHDRAWN:
        assert all(d.verdict == "approve" for d in review.decisions)
    if not review.pending:
        assert StepState.WAITING not in states
    assert review.author_id not in {d.by_id for d in review.decisions}


@pytest.mark.rule("ARC-8")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(flow=st.sampled_from(["papers:one", "papers:two"]), verbs=MOVES)
def test_random_verbs_never_leave_a_half_state(flow: str, verbs: Any, cast: Any, session: Any) -> None:
    number = len(PAPERS) + 1
    paper(number)
    mine = select(Review).where(Review.thing_id == number, Review.thing_type == "paper").order_by(Review.id)
    for verb, name in verbs:
        author = cast.salesperson
        by = author if verb == "submit" else cast[name]
        last = session.scalars(mine).all()[-1:]
        before = PAPERS[number].state
        try:
            play(verb, by, number, last[0] if last else None, flow)
            session.commit()
        except Refused:
            session.rollback()
            PAPERS[number].state = before
        reviews = session.scalars(mine).all()
        for review in reviews:
            whole(review)
        assert sum(r.pending for r in reviews) <= 1
        if reviews:
            assert PAPERS[number].state == WHAT.get(reviews[-1].state, "in_review")
        for earlier, later in pairwise(reviews):
            again = earlier.state in (ReviewState.RETURNED, ReviewState.WITHDRAWN)
            assert (later.number, later.round) == (earlier.number, earlier.round + 1) if again else True
            assert again or (later.number != earlier.number and later.round == 1)


def test_a_yes_at_the_first_of_two_steps_opens_the_second(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson, "papers:two")
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    assert (review.state, review.current and review.current.key) == ("pending", "top")
    assert PAPERS[1].state == "in_review"
    with pytest.raises(Forbidden):
        review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    review.decide(Verdict.APPROVE, by=cast.general_manager, at=NOW)
    assert (review.state, PAPERS[1].state) == ("approved", "approved")


def test_a_no_at_the_first_step_ends_it(cast: Any) -> None:
    review = submit(cast.salesperson, "papers:two")
    review.decide(Verdict.REJECT, by=cast.sales_manager, at=NOW, comment="不做这类客户")
    assert [s.state for s in review.steps] == [StepState.DONE, StepState.SKIPPED]
    assert PAPERS[1].state == "rejected"


@pytest.mark.rule("ARC-8")
def test_submitted_again_it_is_the_next_round_under_the_same_number(cast: Any, session: Any) -> None:
    first = submit(cast.salesperson)
    first.decide(Verdict.RETURN, by=cast.sales_manager, at=NOW, reasons={"staff": "请补依据"})
    second = submit(cast.salesperson, staff="410")
    session.flush()
    assert (second.number, second.round) == (first.number, 2)
    assert [r.round for r in second.rounds()] == [1, 2]
    assert second.rounds()[0].reasons == {"staff": "请补依据"}
    assert (first.proposal["staff"], second.proposal["staff"]) == ("320", "410")


def test_after_a_rejection_it_is_a_new_matter(cast: Any, session: Any) -> None:
    first = submit(cast.salesperson)
    first.decide(Verdict.REJECT, by=cast.sales_manager, at=NOW, comment="不做")
    assert submit(cast.salesperson).number != first.number


def test_what_is_in_review_is_not_submitted_twice(cast: Any) -> None:
    submit(cast.salesperson)
    with pytest.raises(Refused, match="已经在审核中"):
        submit(cast.salesperson)


def test_only_the_author_withdraws_and_only_before_the_last_decision(cast: Any) -> None:
    review = submit(cast.salesperson, "papers:two")
    with pytest.raises(Forbidden):
        review.withdraw(by=cast.sales_manager, at=NOW)
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    review.withdraw(by=cast.salesperson, at=NOW)
    assert (review.state, PAPERS[1].state) == ("withdrawn", "withdrawn")
    with pytest.raises(Refused, match="撤回"):
        review.decide(Verdict.APPROVE, by=cast.general_manager, at=NOW)
    with pytest.raises(Refused):
        review.withdraw(by=cast.salesperson, at=NOW)


def test_a_return_or_a_rejection_says_why(cast: Any) -> None:
    review = submit(cast.salesperson)
    for verdict, reasons in ((Verdict.RETURN, {}), (Verdict.REJECT, {}), (Verdict.REJECT, {"staff": "错"})):
        with pytest.raises(Refused) as refused:
            review.decide(verdict, by=cast.sales_manager, at=NOW, reasons=reasons)
        assert set(refused.value.fields) == {"opinion"}
    with pytest.raises(Refused) as refused:
        review.decide(Verdict.RETURN, by=cast.sales_manager, at=NOW, reasons={"staff": " "})
    assert set(refused.value.fields) == {"reason-staff"}
    assert review.pending


def test_there_is_no_yes_with_reasons_against(cast: Any) -> None:
    review = submit(cast.salesperson)
    with pytest.raises(Refused, match="有退回项时不能同意"):
        review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW, reasons={"staff": "错"})


@pytest.mark.rule("ARC-7")
def test_the_checklist_carries_the_yes_and_is_stored_with_it(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson, "papers:checked")
    for ticks, wrong in (
        ({}, {"tick-licence", "tick-contact"}),
        ({"licence": "", "contact": ""}, {"detail-contact"}),
        ({"contact": "01-08 电话"}, {"tick-licence"}),
    ):
        with pytest.raises(Refused) as refused:
            review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW, ticks=ticks)
        assert set(refused.value.fields) == wrong
    ticks = {"licence": "", "contact": "01-08 电话，梁伯言"}
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW, ticks=ticks)
    session.commit()
    assert session.scalar(select(Decision)).ticks == ticks


def test_without_the_checklist_it_may_still_go_back(cast: Any) -> None:
    review = submit(cast.salesperson, "papers:checked")
    review.decide(Verdict.RETURN, by=cast.sales_manager, at=NOW, comment="请补执照")
    assert PAPERS[1].state == "returned"


def test_a_step_is_due_at_the_end_of_its_last_working_day(cast: Any) -> None:
    step = submit(cast.salesperson).steps[0]
    assert f"{step.due_at:%Y-%m-%d %H}" == "2026-01-13 10"  # Friday + 2 working days, 18:00 in the office
    review = submit(cast.salesperson2, number=2)
    assert review.steps[0].opened_at == NOW


def test_its_working_days_may_be_counted_from_an_earlier_day(cast: Any) -> None:
    review = Review.submit(
        "papers:one",
        paper(3),
        object_name="x",
        proposal={},
        by=cast.salesperson,
        at=NOW,
        since=date(2026, 1, 7),
    )
    assert f"{review.steps[0].due_at:%Y-%m-%d %H}" == "2026-01-09 10"


def test_a_changed_calendar_moves_the_deadlines_of_open_steps(cast: Any, session: Any) -> None:
    step = submit(cast.salesperson).steps[0]
    day = CalendarDay.set(date(2026, 1, 12), False, "公司庆典", by=cast.administrator, at=NOW)
    session.refresh(step)
    assert f"{step.due_at:%Y-%m-%d}" == "2026-01-14"
    day.remove(by=cast.administrator, at=NOW)
    session.refresh(step)
    assert f"{step.due_at:%Y-%m-%d}" == "2026-01-13"


def test_everything_is_on_record(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson, "papers:two")
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    review.decide(Verdict.RETURN, by=cast.general_manager, at=NOW, comment="再核实", reasons={"staff": "错"})
    session.commit()
    entries = session.execute(select(AuditEntry.tag, AuditEntry.facts).order_by(AuditEntry.seq)).all()
    tags = [e.tag for e in entries if e.tag.startswith("review:")]
    assert tags == ["review:submit", "review:ask", "review:pass", "review:ask", "review:return"]
    assert "错" not in str(entries)  # what is wrong with a field may be as secret as the field
    assert session.scalar(select(func.count()).select_from(ReviewStep)) == 2
