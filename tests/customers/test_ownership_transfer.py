"""Whose customer it is: asked for, decided by the manager, the earlier record first (OWN-1)."""

import pytest
from sqlalchemy import select

from crm.approvals import Review, Verdict
from crm.audit import AuditEntry
from crm.customers.models import ChangeRequest
from crm.kernel import clock
from crm.kernel.database import db

from .entries import archive, the


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


def request_of(customer):
    return db.session.scalars(
        select(ChangeRequest)
        .where(ChangeRequest.customer_id == customer.id)
        .order_by(ChangeRequest.id.desc())
    ).first()


def review_of(request):
    mine = select(Review).where(Review.thing_type == "change_request", Review.thing_id == request.id)
    return db.session.scalars(mine.order_by(Review.id.desc())).first()


@pytest.mark.rule("OWN-1")
def test_a_colleague_claims_and_reads_who_recorded_it_first(as_, cast):
    customer = archive(cast, "filed")
    colleague = as_("salesperson3")
    assert colleague.get(f"/customers/{customer.id}").status_code == 404
    page = colleague.get(f"/customers/{customer.id}/transfer").text
    for said in (customer.name, "最先登记", "陈知远", "2026-01-09", "申请归我负责"):
        assert said in page
    assert "许望舒" not in page
    assert "13800001057" not in page
    door = f"/customers/{customer.id}/transfer"
    assert colleague.post(door, data={"reason": ""}).status_code == 422
    assert colleague.post(door, data={"reason": "展会上是我接待的"}).status_code == 303
    assert request_of(customer).state == "pending"
    assert the().owner_id == cast.salesperson.id
    assert "等业务经理裁定" in colleague.get(door).text


@pytest.mark.rule("OWN-1")
def test_of_two_who_ask_the_second_is_told_of_the_first(as_, cast):
    customer = archive(cast, "filed")
    door = f"/customers/{customer.id}/transfer"
    as_("salesperson3").post(door, data={"reason": "我接待的"})
    answer = as_("salesperson").post(door, data={"owner": cast.salesperson3.id, "reason": "调岗"})
    assert answer.status_code == 409
    assert "何青山" in answer.text
    assert len(db.session.scalars(select(ChangeRequest)).all()) == 1


@pytest.mark.rule("OWN-1")
def test_against_the_earlier_record_the_manager_rules_with_a_reason(as_, cast):
    customer = archive(cast, "filed")
    as_("salesperson3").post(f"/customers/{customer.id}/transfer", data={"reason": "我接待的"})
    review = review_of(request_of(customer))
    manager = as_("sales_manager")
    page = manager.get(f"/reviews/{review.id}").text
    assert "陈知远 登记在先" in page
    step, door = review.current.id, f"/reviews/{review.id}/decisions"
    said = {"step_id": step, "decision": "approve", "stamp": review.outcome.stamp(review)}
    assert manager.post(door, data=said).status_code == 422
    assert manager.post(door, data=said | {"tick-ruling": "y"}).status_code == 422
    ruled = said | {"tick-ruling": "y", "detail-ruling": "陈知远七天内没有联系客户"}
    answer = manager.post(door, data=ruled)
    assert answer.status_code == 303, answer.text
    assert the().owner_id == cast.salesperson3.id
    assert request_of(customer).state == "applied"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "customer:transfer")).one()
    assert entry.reason == "陈知远七天内没有联系客户"
    assert as_("salesperson3").get(f"/customers/{customer.id}").status_code == 200


@pytest.mark.rule("OWN-1")
def test_the_owner_gives_away_and_the_manager_may_refuse(as_, cast):
    customer = archive(cast, "filed")
    owner, door = as_("salesperson"), f"/customers/{customer.id}/transfer"
    for wrong in ({"owner": cast.salesperson2.id, "reason": "x"}, {"owner": "²", "reason": "x"}, {}):
        assert owner.post(door, data=wrong).status_code == 422
    assert owner.post(door, data={"owner": cast.salesperson3.id, "reason": "调岗"}).status_code == 303
    request = request_of(customer)
    review = review_of(request)
    review.decide(Verdict.REJECT, by=cast.sales_manager, at=clock.now(), comment="请继续跟进")
    db.session.commit()
    assert (request.state, the().owner_id) == ("refused", cast.salesperson.id)


@pytest.mark.rule("OWN-1")
def test_a_record_with_a_transfer_that_waits_opens_on_every_tab(as_, cast):
    customer = archive(cast, "filed")
    as_("salesperson3").post(f"/customers/{customer.id}/transfer", data={"reason": "我接待的"})
    for person in ("salesperson", "sales_manager"):
        for tab in ("overview", "history", "timeline"):
            assert as_(person).get(f"/customers/{customer.id}?tab={tab}").status_code == 200


@pytest.mark.rule("OWN-1")
def test_a_returned_request_is_corrected_and_asked_again(as_, cast):
    customer = archive(cast, "filed")
    owner, door = as_("salesperson"), f"/customers/{customer.id}/transfer"
    owner.post(door, data={"owner": cast.salesperson3.id, "reason": "调岗"})
    request = request_of(customer)
    review_of(request).decide(Verdict.RETURN, by=cast.sales_manager, at=clock.now(), comment="写清楚")
    db.session.commit()
    assert request.state == "returned"
    assert f'href="{door}"' in as_("salesperson").get("/todo").text
    assert "裁定客户移交" in as_("sales_manager").get("/todo?tab=done").text
    assert "调岗" in owner.get(door).text
    again = {"owner": cast.salesperson3.id, "reason": "我二月起调岗到售前"}
    assert owner.post(door, data=again).status_code == 303
    assert (request_of(customer).id, request.state) == (request.id, "pending")
    assert review_of(request).round == 2


@pytest.mark.rule("OWN-1")
def test_what_its_author_takes_back_changes_nothing(as_, cast):
    customer = archive(cast, "filed")
    as_("salesperson3").post(f"/customers/{customer.id}/transfer", data={"reason": "我接待的"})
    request = request_of(customer)
    review_of(request).withdraw(by=cast.salesperson3, at=clock.now())
    db.session.commit()
    assert (request.state, the().owner_id) == ("withdrawn", cast.salesperson.id)


@pytest.mark.rule("OWN-1", "CUS-3")
def test_nobody_claims_a_customer_of_another_branch(as_, cast):
    customer = archive(cast, "filed")
    for person in ("salesperson2", "sales_manager2"):
        client = as_(person)
        assert client.get(f"/customers/{customer.id}/transfer").status_code == 404
        assert client.post(f"/customers/{customer.id}/transfer", data={"reason": "x"}).status_code == 404
    assert as_("custodian").get(f"/customers/{customer.id}/transfer").status_code == 403
    draft = archive(cast, "draft", "云州新芽阀门有限公司", contact_phone="13900001111")
    assert as_("salesperson3").get(f"/customers/{draft.id}/transfer").status_code == 404


@pytest.mark.rule("OWN-1")
def test_who_does_not_sell_cannot_claim(as_, cast):
    customer = archive(cast, "filed")
    door = f"/customers/{customer.id}/transfer"
    assert as_("branch_manager").post(door, data={"reason": "给我"}).status_code == 409
    assert (
        as_("salesperson").post(door, data={"owner": cast.salesperson.id, "reason": "x"}).status_code == 422
    )


@pytest.mark.rule("OWN-1")
def test_a_decision_on_what_changed_hands_meanwhile_is_stale(as_, cast):
    customer = archive(cast, "filed")
    as_("salesperson3").post(f"/customers/{customer.id}/transfer", data={"reason": "我接待的"})
    review = review_of(request_of(customer))
    stamp = review.outcome.stamp(review)
    the().send_to_pool(reason="先放一放", by=cast.sales_manager, at=clock.now())
    db.session.commit()
    assert review.outcome.stamp(review) != stamp
