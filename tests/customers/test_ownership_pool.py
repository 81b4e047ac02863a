"""Customers without an owner form a pool that the manager assigns from (OWN-4)."""

import pytest
from sqlalchemy import select

from crm.approvals import Review, Verdict
from crm.kernel import clock
from crm.kernel.database import db

from .entries import archive, the

OTHER = "云州锦程纺织有限公司"


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


def pooled(cast, name="云州恒拓精密机械有限公司", phone="13800001057", *, branch="", grade=None):
    customer = archive(cast, "filed", name, branch=branch, contact_phone=phone)
    customer.grade = grade
    customer.send_to_pool(reason="原负责人调岗", by=cast[f"sales_manager{branch}"], at=clock.now())
    db.session.commit()
    return customer


@pytest.mark.rule("OWN-4")
def test_a_manager_puts_a_customer_into_the_pool_with_a_reason(as_, cast):
    customer = archive(cast, "filed")
    client, door = as_("sales_manager"), f"/customers/{customer.id}/pool"
    assert client.post(door, data={"reason": ""}).status_code == 422
    assert as_("salesperson").post(door, data={"reason": "x"}).status_code == 403
    assert as_("sales_manager2").post(door, data={"reason": "x"}).status_code == 404
    assert client.post(door, data={"reason": "原负责人调岗"}).status_code == 303
    assert the().owner_id is None
    assert client.post(door, data={"reason": "再来"}).status_code == 409
    page = client.get(f"/customers/{customer.id}").text
    assert "公海" in page
    assert "原负责人调岗" in client.get(f"/customers/{customer.id}?tab=timeline").text
    assert "公海" in client.get("/customers").text


@pytest.mark.rule("OWN-4")
def test_the_manager_assigns_one_or_many_from_the_pool(as_, cast):
    customers = [pooled(cast), pooled(cast, OTHER, "13900001111")]
    client, ids = as_("sales_manager"), [c.id for c in customers]
    page = client.get("/customers/pool").text
    assert all(c.name in page for c in customers)
    assert client.post("/customers/pool", data={"id": ids, "owner": cast.salesperson3.id}).status_code == 422
    said = {"owner": cast.salesperson3.id, "reason": "均衡"}
    assert client.post("/customers/pool", data=said).status_code == 422
    assert client.post("/customers/pool", data=said | {"id": ["²", "99999999999999"]}).status_code == 422
    assert client.post("/customers/pool", data=said | {"id": [*ids, 999999]}).status_code == 404
    assert client.post("/customers/pool", data=said | {"id": ids}).status_code == 303
    assert {the(c.name).owner_id for c in customers} == {cast.salesperson3.id}
    assert "公海里现在没有客户" in client.get("/customers/pool").text


@pytest.mark.rule("OWN-4")
def test_of_two_managers_at_once_the_second_is_told(as_, cast):
    customer = pooled(cast)
    said = {"id": [customer.id], "reason": "均衡"}
    assert (
        as_("sales_manager").post("/customers/pool", data=said | {"owner": cast.salesperson3.id}).status_code
        == 303
    )
    answer = as_("branch_manager").post("/customers/pool", data=said | {"owner": cast.salesperson.id})
    assert answer.status_code == 409
    assert customer.name in answer.text
    assert the().owner_id == cast.salesperson3.id


@pytest.mark.rule("OWN-4", "CUS-3")
def test_a_salesperson_sees_name_grade_and_city_and_nothing_more(as_, cast):
    customer = pooled(cast, grade="B")
    elsewhere = pooled(cast, "青岚岩峰矿山机械制造有限公司", "13900002222", branch="2")
    client = as_("salesperson3")
    page = client.get("/customers/pool").text
    assert customer.name in page
    assert elsewhere.name not in page
    assert f'href="/customers/{customer.id}"' not in page
    assert client.get(f"/customers/{customer.id}").status_code == 404
    said = {"id": [customer.id], "owner": cast.salesperson3.id, "reason": "x"}
    assert client.post("/customers/pool", data=said).status_code == 403
    assert as_("service_agent").get("/customers/pool").status_code == 403
    assert customer.name in client.get("/customers/pool?q=恒拓&grade=B").text
    assert customer.name not in client.get("/customers/pool?grade=A").text


@pytest.mark.rule("OWN-4")
def test_a_salesperson_asks_for_one_of_the_pool(as_, cast):
    customer = pooled(cast)
    client = as_("salesperson3")
    assert client.post(f"/customers/{customer.id}/transfer", data={"reason": "我熟悉这家"}).status_code == 303
    review = db.session.scalars(select(Review).where(Review.flow == "customers:transfer")).one()
    assert as_("salesperson3").get(f"/reviews/{review.id}").status_code == 200
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=clock.now(), stamp=review.outcome.stamp(review))
    db.session.commit()
    assert the().owner_id == cast.salesperson3.id
    assert client.get(f"/customers/{customer.id}").status_code == 200


@pytest.mark.rule("OWN-4", "OWN-3")
def test_nobody_answers_for_a_customer_of_the_pool(as_, cast):
    customer = archive(cast, "approved")
    customer.send_to_pool(reason="原负责人调岗", by=cast.sales_manager, at=clock.now())
    db.session.commit()
    assert customer.answers_id is None
    door = f"/customers/{customer.id}/first-contact"
    assert as_("salesperson").post(door, data={"on": "2026-01-09", "how": "phone"}).status_code == 403


@pytest.mark.rule("OWN-4", "CUS-3")
def test_a_customer_goes_to_the_department_of_its_new_owner(as_, cast):
    customer = pooled(cast)
    cast.salesperson3.department = cast.department("综合部")
    cast.salesperson3.department_id = cast.department("综合部").id
    db.session.commit()
    said = {"id": [customer.id], "owner": cast.salesperson3.id, "reason": "均衡"}
    assert as_("sales_manager").post("/customers/pool", data=said).status_code == 422  # not of the line
    assert as_("branch_manager").post("/customers/pool", data=said).status_code == 303
    assert the().department_path == cast.department("综合部").path
    assert not the().can_assign(cast.sales_manager)


def test_the_pool_pages_by_key(as_, cast):
    for n in range(3):
        pooled(cast, f"云州第{n}阀门有限公司", f"1390000{n:04d}")
    client = as_("sales_manager")
    assert client.get("/customers/pool?after=nonsense").status_code == 200
