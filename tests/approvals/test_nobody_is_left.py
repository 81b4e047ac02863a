"""Where those whose answers are still wanted go, the answers that are there settle the step."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from crm.accounts import Role, UserRole
from crm.approvals import Mode, ReviewStep, StepRule, StepState, Verdict, Who, jobs, publish, seating
from crm.audit import AuditEntry
from crm.kernel.errors import Refused
from tests.customers.changing import decide, request_of, review_of, send
from tests.customers.entries import archive, the

from .flows import asks, names, put
from .papers import NOW, PAPERS, One, submit

PAIR = ("marketing_manager", "branch_manager2")


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.TURN])
@pytest.mark.parametrize("more", [False, True])
def test_who_goes_leaves_the_yes_of_the_others(mode: Mode, more: bool, cast: Any, session: Any) -> None:
    last = [asks(cast, "sales_manager")] if more else []
    review = put(cast, asks(cast, *PAIR, mode=mode), *last)
    review.decide(Verdict.APPROVE, by=cast.marketing_manager, at=NOW)
    session.commit()
    cast.branch_manager2.disable(by=cast.administrator, at=NOW)
    session.commit()
    assert review.steps[0].state == StepState.DONE
    assert PAPERS[1].state == ("in_review" if more else "approved")
    if more:
        assert names(review.current.asked) == ["sales_manager"]
    entries = session.scalars(select(AuditEntry).where(AuditEntry.tag.startswith("review:"))).all()
    told = [e for e in entries if e.facts.get("nobody_left")]
    assert [e.tag for e in told] == ["review:pass" if more else "review:approve"]
    assert told[0].actor_id == cast.marketing_manager.id


def test_where_the_room_wants_more_than_a_yes_the_level_above_is_asked(
    cast: Any, session: Any, monkeypatch: Any
) -> None:
    def approved(*_args: Any, **_said: Any) -> None:
        raise Refused("还缺裁定。")

    review = put(cast, asks(cast, "sales_manager", "branch_manager2", mode=Mode.ALL))
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    session.commit()
    with monkeypatch.context() as patch:
        patch.setattr(One, "approved", approved)
        cast.branch_manager2.disable(by=cast.administrator, at=NOW)
        session.commit()
    assert review.pending
    assert names(review.current.asked) == ["branch_manager"]
    review.decide(Verdict.APPROVE, by=cast.branch_manager, at=NOW)
    assert PAPERS[1].state == "approved"


def test_it_takes_effect_though_the_administrator_sees_nothing_of_it(
    cast: Any, session: Any, as_: Any, office: Any
) -> None:
    office("2026-01-09 10:00")
    second = cast.branch_manager2
    second.role_rows.append(UserRole(role=Role.GENERAL_MANAGER))
    rule = StepRule("gm", "会签", Who("role_in_company", role=Role.GENERAL_MANAGER), mode=Mode.ALL)
    publish("customers:change", [rule], note="", by=cast.administrator, at=NOW)
    session.commit()
    customer = archive(cast, "filed")
    send(as_("salesperson"), customer, staff="400", reason="年报")
    change = request_of(customer)
    assert decide(as_("general_manager"), change).status_code == 303
    address = f"/people/{cast.branch_manager2.id}/suspension"
    answer = as_("administrator").post(address, data={"reason": "离职"})
    assert answer.status_code == 303
    session.expire_all()
    assert review_of(request_of(customer)).state == "approved"
    assert str(the().value("staff")) == "400"


def test_a_step_is_read_anew_before_its_seats_change(cast: Any, session: Any) -> None:
    step = submit(cast.salesperson).steps[0]
    session.commit()
    assert seating.held(step)
    answered = update(ReviewStep).where(ReviewStep.id == step.id).values(state=StepState.DONE)
    session.execute(answered.execution_options(synchronize_session=False))  # by somebody else
    assert step.state == StepState.OPEN
    assert not seating.held(step)
    assert step.state == StepState.DONE


def test_many_reviews_are_asked_for_by_their_ids(cast: Any, session: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(seating, "MANY", 2)
    ids = {submit(cast.salesperson, number=n).id for n in range(1, 6)}
    session.commit()
    assert set(seating.reviews_of(ids)) == ids
    assert set(seating.reviews_of({min(ids)})) == {min(ids)}


@pytest.mark.parametrize("job", ["remind", "escalate"])
def test_a_run_does_so_many_and_the_next_run_the_others(
    job: str, cast: Any, session: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(jobs, "MOST", 2)
    monkeypatch.setattr(jobs._open, "__defaults__", (2,))
    rule = asks(cast, "sales_manager", hours=8, remind_hours=2, escalates=True)
    for number in (1, 2, 3):
        put(cast, rule, number=number)
    session.commit()
    for done in (2, 3, 3):
        getattr(jobs, job)(NOW + timedelta(hours=6 if job == "remind" else 9))
        session.commit()
        entries = select(AuditEntry).where(AuditEntry.tag == f"review:{job}")
        assert len(session.scalars(entries).all()) == done
