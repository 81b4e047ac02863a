"""Demand grades: the owner proposes with a reason, the sales manager decides or sets it (GRD-1)."""

import pytest
from sqlalchemy import select

from crm.approvals import Review, Verdict
from crm.approvals.outcomes import outcome_of
from crm.audit import AuditEntry
from crm.customers.models import ChangeRequest, FieldChange, GradeChange
from crm.customers.queries import waiting
from crm.kernel import clock
from crm.kernel.database import db

from .entries import archive

REASON = "二期产线 3 月开工，急需 24 台"


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


def propose(client, customer, grade="A", reason=REASON):
    return client.post(f"/customers/{customer.id}/grade-proposal", data={"grade": grade, "reason": reason})


def newest():
    return db.session.scalars(
        select(Review).where(Review.flow == "customers:grade").order_by(Review.id.desc())
    ).first()


def decide(client, review, verdict, **said):
    """As the page posts it."""
    data = {"step_id": review.current.id, "decision": verdict, "stamp": review.outcome.stamp(review)} | said
    return client.post(f"/reviews/{review.id}/decisions", data=data)


def kinds(person):
    return [row.kind for lines in waiting(person) for row in db.session.execute(lines)]


@pytest.mark.rule("GRD-1")
def test_what_the_owner_proposes_takes_effect_when_the_manager_agrees(as_, cast, office):
    customer = archive(cast, "filed")
    assert propose(as_(cast.salesperson), customer).status_code == 303
    review = newest()
    assert customer.grade is None
    assert review.current.asks(cast.sales_manager)
    assert review.proposal["after"] == "A"
    page = as_(cast.sales_manager).get(f"/reviews/{review.id}").text
    assert REASON in page
    assert "需求等级" in page
    office("2026-01-12 09:30")
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=clock.now(), comment="同意")
    db.session.commit()
    assert customer.grade == "A"
    change = db.session.scalars(select(GradeChange)).one()
    assert (change.before, change.after, change.reason, change.by_id) == (
        None,
        "A",
        REASON,
        cast.sales_manager.id,
    )
    assert f"{clock.local(change.at):%Y-%m-%d}" == "2026-01-12"
    row = db.session.scalars(select(FieldChange)).one()
    assert (row.field, row.values) == ("grade", {"old": None, "new": "A"})
    assert (row.by_id, row.approved_by_id) == (cast.salesperson.id, cast.sales_manager.id)
    request = db.session.scalars(select(ChangeRequest)).one()
    assert (request.state, request.items[0].verdict, row.request_id) == ("applied", "accepted", request.id)


@pytest.mark.rule("GRD-1")
def test_the_managers_own_grading_stays_direct(as_, cast):
    customer = archive(cast, "filed")
    path = f"/customers/{customer.id}/grade"
    assert as_(cast.sales_manager).post(path, data={"grade": "B", "reason": "走访"}).status_code == 303
    assert customer.grade == "B"
    assert newest() is None
    row = db.session.scalars(select(FieldChange)).one()
    assert (row.by_id, row.approved_by_id, row.reason) == (cast.sales_manager.id, None, "走访")
    assert propose(as_(cast.sales_manager), customer).status_code == 403  # is not its owner
    assert as_(cast.salesperson).post(path, data={"grade": "A", "reason": "x"}).status_code == 403


@pytest.mark.rule("GRD-1")
def test_a_rejected_proposal_changes_nothing(as_, cast):
    customer = archive(cast, "filed")
    propose(as_(cast.salesperson), customer)
    newest().decide(Verdict.REJECT, by=cast.sales_manager, at=clock.now(), comment="没有订单支持")
    db.session.commit()
    assert customer.grade is None
    assert db.session.scalars(select(ChangeRequest)).one().state == "refused"
    assert db.session.scalars(select(GradeChange)).all() == []
    assert propose(as_(cast.salesperson), customer, "B", "重新评").status_code == 303  # another proposal


@pytest.mark.rule("GRD-1")
def test_what_came_back_is_proposed_again_as_the_next_round_or_given_up(as_, cast):
    customer = archive(cast, "filed")
    client = as_(cast.salesperson)
    propose(client, customer)
    first = newest()
    first.decide(Verdict.RETURN, by=cast.sales_manager, at=clock.now(), reasons={"reason": "写明金额"})
    db.session.commit()
    assert "customers:grade" in kinds(cast.salesperson)
    page = client.get(f"/customers/{customer.id}").text
    assert "经理退回了等级提议 A" in page
    assert REASON in page
    assert propose(client, customer, "B", "金额约 200 万").status_code == 303
    assert (newest().number, newest().round) == (first.number, 2)
    assert "customers:grade" not in kinds(cast.salesperson)
    drop = f"/customers/{customer.id}/grade-proposal/withdrawal"
    assert client.post(drop).status_code == 409  # waits for the manager
    newest().decide(Verdict.RETURN, by=cast.sales_manager, at=clock.now(), comment="不够")
    db.session.commit()
    assert client.post(drop).status_code == 303
    assert db.session.scalars(select(ChangeRequest)).one().state == "withdrawn"
    assert "customers:grade" not in kinds(cast.salesperson)


@pytest.mark.rule("GRD-1")
def test_the_author_may_take_it_back_while_it_waits(as_, cast):
    customer = archive(cast, "filed")
    propose(as_(cast.salesperson), customer)
    newest().withdraw(by=cast.salesperson, at=clock.now())
    db.session.commit()
    assert db.session.scalars(select(ChangeRequest)).one().state == "withdrawn"
    assert propose(as_(cast.salesperson), customer).status_code == 303


@pytest.mark.rule("GRD-1")
def test_the_ladder_of_a_proposal(as_, cast):
    customer = archive(cast, "filed")
    client = as_(cast.salesperson)
    assert client.put(f"/customers/{customer.id}/grade-proposal").status_code == 405
    assert propose(client, customer, reason=" ").status_code == 422
    assert propose(client, customer, "D").status_code == 422
    assert propose(as_(cast.salesperson2), customer).status_code == 404
    assert propose(as_(cast.salesperson3), customer).status_code == 404
    assert propose(as_(cast.custodian), customer).status_code == 403
    assert propose(client, customer).status_code == 303
    assert propose(client, customer, "B").status_code == 409  # one waits
    assert client.post(f"/customers/{customer.id}/grade-proposal/withdrawal").status_code == 409


@pytest.mark.rule("GRD-1")
def test_the_same_grade_is_no_proposal(as_, cast):
    customer = archive(cast, "filed")
    as_(cast.sales_manager).post(f"/customers/{customer.id}/grade", data={"grade": "A", "reason": "走访"})
    page = propose(as_(cast.salesperson), customer)
    assert page.status_code == 422
    assert "现在就是这个等级" in page.text


@pytest.mark.rule("GRD-1")
def test_a_retired_customer_is_graded_no_more(as_, cast):
    customer = archive(cast, "filed")
    propose(as_(cast.salesperson), customer)
    customer.retire(reason="注销", by=cast.sales_manager, at=clock.now())
    review = newest()
    assert decide(as_(cast.sales_manager), review, "approve").status_code == 409
    assert customer.grade is None
    assert review.pending
    assert decide(as_(cast.sales_manager), review, "reject", opinion="已停用").status_code == 303


@pytest.mark.rule("GRD-1")
def test_it_may_be_approved_in_a_batch_and_is_on_record(as_, cast):
    customer = archive(cast, "filed")
    assert outcome_of("customers:grade").batch
    propose(as_(cast.salesperson), customer)
    newest().decide(Verdict.APPROVE, by=cast.sales_manager, at=clock.now())
    db.session.commit()
    told = select(AuditEntry.tag).where(AuditEntry.thing_type == "customer").order_by(AuditEntry.seq)
    tags = list(db.session.scalars(told))
    assert tags[-2:] == ["customer:propose_grade", "customer:grade"]
    history = as_(cast.salesperson).get(f"/customers/{customer.id}?tab=timeline").text
    assert "提议需求等级" in history
    assert "— → A" in history
