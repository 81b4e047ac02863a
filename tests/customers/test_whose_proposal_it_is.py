"""Whose a proposal is: after a hand-over, after the customer went elsewhere, and what it gives away."""

import pytest
from sqlalchemy import select

from crm.accounts.handing_over import hand_over, held_by
from crm.customers.changes.applying import apply
from crm.customers.models import ChangeRequest, FieldChange
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.seams import holdings

from .changing import decide, opened, request_of, review_of, send
from .entries import archive, the
from .entries import review_of as entry_review

KNOWN, NEW = "付款常拖两周", "已列入失信名单"


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


def leaves(cast, person, *successors, **named):
    """All goes to the first of these who may take it; `named` kinds to these."""
    kinds = {kind.key: kind for kind in holdings()}
    to = {key: next(p for p in successors if kinds[key].may_take(p)) for key in held_by(person)}
    to |= {f"approvals:{key}": who for key, who in named.items()}
    hand_over(person, to, by=cast.administrator, at=clock.now(), reason="离职")
    db.session.commit()
    db.session.expire_all()


@pytest.mark.rule("OWN-4")
def test_a_review_goes_where_its_proposal_goes_and_is_not_decided_by_its_author(as_, cast):
    customer = archive(cast, "filed")
    send(as_("salesperson"), customer, staff="400", reason="年报")
    leaves(cast, cast.salesperson, cast.sales_manager, cast.salesperson3, submitted=cast.salesperson3)
    change = request_of(customer)
    assert change.author_id == review_of(change).author_id == cast.sales_manager.id
    assert decide(as_("sales_manager"), change).status_code in (403, 404, 409)
    assert request_of(customer).state == "pending"
    assert decide(as_("branch_manager"), change).status_code == 303


@pytest.mark.rule("OWN-4")
def test_the_review_of_an_entry_goes_with_the_entry(as_, cast):
    customer = archive(cast, "in_review")
    leaves(cast, cast.salesperson, cast.sales_manager, cast.salesperson3, submitted=cast.salesperson3)
    review = entry_review(the())
    assert the().author_id == review.author_id == cast.sales_manager.id
    assert cast.sales_manager.id not in [row.user_id for row in review.current.asked if row.open]
    assert customer.id == review.thing_id


@pytest.mark.rule("CUS-2")
def test_a_right_guess_of_a_masked_value_is_answered_as_a_wrong_one(as_, cast):
    customer = archive(cast, "filed", credit_problems=KNOWN)
    client = as_("salesperson")
    answers = [send(client, customer, credit_problems=guess) for guess in ("猜错", KNOWN)]
    assert [a.status_code for a in answers] == [422, 422]
    assert all("请写明变更原因" in a.text and "没有改动" not in a.text for a in answers)


@pytest.mark.rule("CUS-2")
def test_a_masked_value_proposed_as_it_is_changes_nothing_when_it_is_accepted(as_, cast):
    customer = archive(cast, "filed", credit_problems=KNOWN)
    assert send(as_("salesperson"), customer, credit_problems=KNOWN, reason="核对").status_code == 303
    change = request_of(customer)
    decide(as_("sales_manager"), change)
    decide(as_(customer.custodian), change)
    db.session.expire_all()
    assert request_of(customer).state == "applied"
    assert the().value("credit_problems") == KNOWN
    assert db.session.scalars(select(FieldChange)).all() == []


@pytest.mark.rule("CUS-2")
def test_what_a_masked_value_was_is_not_told_by_the_form_of_who_came_too_late(as_, cast, office):
    customer = archive(cast, "filed", credit_problems=KNOWN)
    client = as_("salesperson")
    form = opened(client, customer)
    office("2026-01-09 10:05")
    who = {"author_id": customer.custodian_id, "reason": "核对", "at": clock.now()}
    apply(customer, {"credit_problems": NEW}, **who)
    db.session.commit()
    for guess in ("猜错", KNOWN):
        answer = send(client, customer, form, credit_problems=guess, staff="400", reason="年报")
        assert answer.status_code == 409
        assert guess in answer.text
        assert NEW not in answer.text


@pytest.mark.rule("CUS-2")
def test_who_takes_a_proposal_over_does_not_read_what_its_author_sealed(as_, cast):
    customer = archive(cast, "filed", credit_problems=KNOWN)
    writer = as_("salesperson")
    send(writer, customer, credit_problems=NEW, staff="400", reason="核对")
    change = request_of(customer)
    own = writer.get(f"/customers/{customer.id}/changes/{change.id}").text
    assert NEW in own
    assert KNOWN not in own
    decide(as_("sales_manager"), change, "return", "写明依据", credit_problems="不要写欠款两个字")
    leaves(cast, cast.salesperson, cast.salesperson3, cast.sales_manager)
    successor, change = as_("salesperson3"), request_of(customer)
    assert change.author_id == cast.salesperson3.id
    pages = (
        f"/reviews/{review_of(change).id}",
        f"/customers/{customer.id}/changes/{change.id}",
        f"/customers/{customer.id}/changes/{change.id}/revision",
    )
    for page in pages:
        answer = successor.get(page)
        assert answer.status_code == 200, page
        for secret in (KNOWN, NEW, "欠款"):
            assert secret not in answer.text, page
    assert 'value="400"' in answer.text


@pytest.mark.rule("ARC-9")
def test_an_author_takes_back_what_they_asked_after_the_customer_went_elsewhere(as_, cast):
    customer, change = gone_elsewhere(as_, cast)
    author = as_("salesperson3")
    assert author.get(f"/customers/{customer.id}").status_code == 404
    for page in (f"/reviews/{review_of(change).id}", f"/customers/{customer.id}/changes/{change.id}"):
        assert author.get(page).status_code == 200, page
    assert author.post(f"/reviews/{review_of(change).id}/withdrawal").status_code == 303
    db.session.expire_all()
    assert request_of(customer).state == "withdrawn"


@pytest.mark.rule("ARC-9")
def test_an_author_gives_up_what_came_back_after_the_customer_went_elsewhere(as_, cast):
    customer, change = gone_elsewhere(as_, cast)
    decide(as_("sales_manager"), change, "return", "写明依据")
    author, door = as_("salesperson3"), f"/customers/{customer.id}/changes/{change.id}"
    assert "修改变更申请" in author.get("/todo").text
    assert author.get(f"/customers/changes/{change.id}", follow_redirects=True).status_code == 200
    assert as_("salesperson2").post(f"{door}/withdrawal").status_code == 404
    assert author.post(f"{door}/withdrawal", follow_redirects=True).status_code == 200
    db.session.expire_all()
    assert request_of(customer).state == "withdrawn"


@pytest.mark.rule("GRD-1")
def test_a_grade_that_came_back_is_given_up_after_the_customer_went_elsewhere(as_, cast):
    customer = given(cast, cast.salesperson3)
    author = as_("salesperson3")
    author.post(f"/customers/{customer.id}/grade-proposal", data={"grade": "A", "reason": "追加订单"})
    change = request_of(customer)
    given(cast, cast.salesperson, customer)
    decide(as_("sales_manager"), change, "return", "写明依据")
    review = review_of(change)
    door = f"/customers/{customer.id}/changes/{change.id}"
    assert door in author.get(f"/reviews/{review.id}").text
    assert author.post(f"{door}/withdrawal", follow_redirects=True).status_code == 200
    db.session.expire_all()
    assert request_of(customer).state == "withdrawn"


@pytest.mark.rule("OWN-1")
def test_a_retired_customer_is_not_transferred_and_the_ruling_stays(as_, cast):
    customer, review = claimed(as_, cast)
    customer.retire(by=cast.sales_manager, at=clock.now(), reason="已注销")
    db.session.commit()
    manager, said = as_("sales_manager"), {"step_id": review.current.id, "decision": "approve"}
    door = f"/reviews/{review.id}/decisions"
    assert manager.post(door, data=said).status_code == 422
    ruling = {"tick-ruling": "y", "detail-ruling": "展会上是他接待的"}
    assert manager.post(door, data=said | ruling).status_code == 409
    db.session.expire_all()
    assert (the().state, the().owner_id) == ("retired", cast.salesperson.id)


@pytest.mark.rule("OWN-1")
def test_a_transfer_is_refused_where_the_customer_was_given_away_since(as_, cast):
    customer, review = claimed(as_, cast)
    customer.transfer(cast.sales_manager, reason="调岗", by=cast.branch_manager, at=clock.now())
    db.session.commit()
    ruling = {"tick-ruling": "y", "detail-ruling": "展会上是他接待的"}
    said = {"step_id": review.current.id, "decision": "approve"} | ruling
    assert as_("sales_manager").post(f"/reviews/{review.id}/decisions", data=said).status_code == 409
    db.session.expire_all()
    assert the().owner_id == cast.sales_manager.id
    assert db.session.get(ChangeRequest, review.thing_id).state == "pending"


def given(cast, person, customer=None):
    customer = customer or archive(cast, "filed")
    customer.transfer(person, reason="调岗", by=cast.branch_manager, at=clock.now())
    db.session.commit()
    return customer


def gone_elsewhere(as_, cast):
    """何青山 proposed something, then the customer was given to 陈知远."""
    customer = given(cast, cast.salesperson3)
    assert send(as_("salesperson3"), customer, staff="400", reason="年报").status_code == 303
    given(cast, cast.salesperson, customer)
    return customer, request_of(customer)


def claimed(as_, cast):
    customer = archive(cast, "filed")
    as_("salesperson3").post(f"/customers/{customer.id}/transfer", data={"reason": "我接待的"})
    return customer, review_of(request_of(customer))
