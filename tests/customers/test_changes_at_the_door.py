"""A filed archive changes by a proposal, or at once where a field is free (ARC-9, ARC-10)."""

import re

import pytest
from sqlalchemy import select

from crm.audit import AuditEntry
from crm.customers.changes.telling import subscriptions
from crm.customers.models import Customer, FieldChange
from crm.kernel import clock
from crm.kernel.database import db
from crm.notifications import Message

from .changing import decide, filled, opened, request_of, review_of, send
from .entries import archive, the


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


@pytest.mark.rule("ARC-9")
def test_a_proposal_changes_nothing_until_it_is_approved(as_, cast):
    customer = archive(cast, "filed")
    answer = send(as_("salesperson"), customer, industry="泵业", staff="400", reason="年报")
    assert answer.status_code == 303
    change = request_of(customer)
    assert answer.location == f"/customers/{customer.id}/changes/{change.id}"
    assert the().industry == "通用设备制造"
    page = as_("sales_manager").get(f"/reviews/{review_of(change).id}").text
    for text in ("通用设备制造", "泵业", "320", "400", "年报"):
        assert text in re.sub(r"</?(?:ins|del)>", "", page)
    assert decide(as_("sales_manager"), change).status_code == 303
    assert (the().industry, the().staff) == ("泵业", 400)
    db.session.refresh(change)
    assert (change.state, [i.verdict for i in change.items]) == ("applied", ["accepted", "accepted"])
    rows = db.session.scalars(select(FieldChange).order_by(FieldChange.id)).all()
    assert [(r.field, r.values) for r in rows if r.field == "staff"] == [("staff", {"old": 320, "new": 400})]
    assert {(r.by.name, r.approved_by.name, r.reason) for r in rows} == {("陈知远", "林晚舟", "年报")}


@pytest.mark.rule("ARC-9")
def test_a_free_field_applies_at_once_with_its_history(as_, cast):
    customer = archive(cast, "filed")
    (contact,) = customer.contacts
    answer = send(
        as_("salesperson"), customer, address="云州市滨江路 8 号", **{"contacts-0-phone": "13900001234"}
    )
    assert answer.status_code == 303
    assert the().address == "云州市滨江路 8 号"
    assert the().contacts[0].phone == "13900001234"
    assert request_of(customer) is None
    page = as_("salesperson").get(f"/customers/{customer.id}/fields/contact-{contact.id}.phone").text
    assert "138 0000 1057" in page
    assert "139 0000 1234" in page
    assert "直接生效" in page
    tags = db.session.scalars(select(AuditEntry.tag).order_by(AuditEntry.seq.desc())).first()
    assert tags == "customer:change_free"


@pytest.mark.rule("ARC-9")
def test_free_and_other_fields_in_one_form_part(as_, cast):
    customer = archive(cast, "filed")
    answer = send(as_("salesperson"), customer, address="滨江路 8 号", city="云州", reason="搬迁")
    assert answer.status_code == 303
    assert (the().address, the().city) == ("滨江路 8 号", None)
    assert [i.field for i in request_of(customer).items] == ["city"]


@pytest.mark.rule("ARC-9")
def test_what_is_no_change_or_has_no_reason_is_not_sent(as_, cast):
    customer = archive(cast, "filed")
    client = as_("salesperson")
    assert send(client, customer).status_code == 422
    answer = send(client, customer, industry="泵业")
    assert answer.status_code == 422
    assert "请写明变更原因" in answer.text
    assert 'value="泵业"' in answer.text
    wrong = send(client, customer, name="", staff="许多", reason="更名")
    assert wrong.status_code == 422
    assert "必填" in wrong.text or "请填整数" in wrong.text
    wrong = send(client, customer, name="", uscc="123", phone="12", need_text="要泵", reason="更名")
    for text in ("必填", "应为 18 位", "还不够具体"):
        assert text in wrong.text
    assert request_of(customer) is None


@pytest.mark.rule("ARC-9")
def test_only_who_answers_for_the_archive_and_only_while_it_is_filed(as_, cast):
    customer = archive(cast, "filed")
    url = f"/customers/{customer.id}/changes/new"
    for person in ("salesperson", "sales_manager", "branch_manager", "archivist", "custodian"):
        assert as_(person).get(url).status_code == 200, person
    assert as_("general_manager").get(url).status_code == 403
    assert as_("marketing_manager").get(url).status_code == 403
    assert as_("salesperson2").get(url).status_code == 404
    assert as_("administrator").get(url).status_code == 403
    said = opened(as_("salesperson"), customer)
    customer.retire(reason="已注销", by=cast.sales_manager, at=clock.now())
    db.session.commit()
    assert "已停用" in as_("salesperson").get(url).text
    assert send(as_("salesperson"), customer, said, address="别处").status_code == 409
    pending = archive(cast, "approved", "云州待归档阀门有限公司", contact_phone="13900003333")
    answer = as_("salesperson").get(f"/customers/{pending.id}/changes/new")
    assert answer.status_code == 409
    assert "还没有归档" in answer.text


@pytest.mark.rule("ARC-9", "ARC-8")
def test_a_return_gives_reasons_and_the_next_round_follows(as_, cast):
    customer = archive(cast, "filed")
    client = as_("salesperson")
    send(client, customer, industry="泵业", staff="400", reason="年报")
    change = request_of(customer)
    assert decide(as_("sales_manager"), change, "return", staff="以社保人数为准").status_code == 303
    db.session.refresh(change)
    assert change.state == "returned"
    page = client.get(f"/customers/{customer.id}/changes/{change.id}/revision").text
    assert "以社保人数为准" in page
    said = filled(page)
    assert (said["staff"], said["industry"], said["reason"]) == ("400", "泵业", "年报")
    url = f"/customers/{customer.id}/changes/{change.id}/revision"
    assert client.post(url, data=said | {"staff": "385"}).status_code == 303
    review = review_of(change)
    assert review.round == 2
    assert review.proposal["values"]["staff"] == {"old": 320, "new": 385}
    assert decide(as_("sales_manager"), change).status_code == 303
    assert the().staff == 385
    assert client.post(url, data=said).status_code == 409


@pytest.mark.rule("ARC-9")
def test_withdrawn_or_given_up_changes_nothing(as_, cast):
    customer = archive(cast, "filed")
    client = as_("salesperson")
    send(client, customer, industry="泵业", reason="年报")
    change = request_of(customer)
    assert client.post(f"/reviews/{review_of(change).id}/withdrawal").status_code == 303
    db.session.refresh(change)
    assert change.state == "withdrawn"
    send(client, customer, staff="400", reason="年报")
    second = request_of(customer)
    decide(as_("sales_manager"), second, "return", "不对")
    url = f"/customers/{customer.id}/changes/{second.id}/withdrawal"
    assert as_("sales_manager").post(url).status_code == 409
    assert client.post(url).status_code == 303
    db.session.refresh(second)
    assert second.state == "withdrawn"
    assert (the().industry, the().staff) == ("通用设备制造", 320)


@pytest.mark.rule("ARC-9")
def test_a_rejection_leaves_the_archive_as_it_was(as_, cast):
    customer = archive(cast, "filed")
    send(as_("salesperson"), customer, industry="泵业", reason="年报")
    change = request_of(customer)
    assert decide(as_("sales_manager"), change, "reject", "没有依据").status_code == 303
    db.session.refresh(change)
    assert change.state == "refused"
    assert the().industry == "通用设备制造"
    assert "没有依据" in as_("salesperson").get(f"/customers/{customer.id}/changes/{change.id}").text


@pytest.mark.rule("ARC-10")
def test_the_superior_and_the_subscribed_departments_are_told_without_values(as_, cast):
    customer = archive(cast, "filed")
    service = cast.department("客户服务部")
    url = f"/customers/{customer.id}/subscriptions"
    assert as_("salesperson").post(url, data={"department": service.id}).status_code == 403
    assert as_("marketing_manager").post(url, data={"department": service.id}).status_code == 409
    assert as_("sales_manager").post(url, data={"department": service.id}).status_code == 303
    send(as_("salesperson"), customer, address="滨江路 8 号")
    told = {m.recipient_id: m for m in db.session.scalars(select(Message)) if "资料有变更" in m.text}
    assert set(told) == {cast.sales_manager.id, cast.service_agent.id, cast.service_supervisor.id}
    assert not [m for m in told.values() if "滨江路" in m.text]
    page = as_("service_agent").get("/customers/subscriptions").text
    assert customer.name in page
    assert "地址" in page
    assert "滨江路" not in page
    (subscription,) = customer_subscriptions(customer)
    removal = f"{url}/{subscription.id}/removal"
    assert as_("marketing_manager").post(removal).status_code == 403
    assert as_("sales_manager").post(removal).status_code == 303
    assert customer_subscriptions(customer) == []


def customer_subscriptions(customer):
    return subscriptions(db.session.get(Customer, customer.id))


@pytest.mark.rule("ARC-9")
def test_the_administrator_says_which_fields_are_free(as_, cast):
    customer = archive(cast, "filed")
    admin = as_("administrator")
    assert "可直接修改的字段" in admin.get("/customers/free-fields").text
    assert as_("sales_manager").get("/customers/free-fields").status_code == 403
    data = {"key": ["city", "name", "terms", "nonsense"]}
    assert admin.post("/customers/free-fields", data=data).status_code == 303
    send(
        as_("salesperson"),
        customer,
        city="云州",
        address="滨江路 8 号",
        name="云州恒拓泵业有限公司",
        reason="更名",
    )
    assert (the().city, the().address) == ("云州", None)
    assert sorted(i.field for i in request_of(customer).items) == ["address", "name"]
    assert admin.post("/customers/free-fields", data={}).status_code == 303
    send(as_("salesperson"), customer, city="青岚", reason="搬迁")
    assert the().city == "云州"


@pytest.mark.rule("ARC-9")
def test_what_came_back_waits_on_its_authors_list(as_, cast):
    customer = archive(cast, "filed")
    client = as_("salesperson")
    send(client, customer, staff="400", reason="年报")
    change = request_of(customer)
    decide(as_("sales_manager"), change, "return", staff="以社保人数为准")
    page = client.get("/todo").text
    assert f'href="/customers/changes/{change.id}"' in page
    assert client.get(f"/customers/changes/{change.id}").location.endswith(f"/changes/{change.id}/revision")
    assert as_("salesperson2").get(f"/customers/changes/{change.id}").status_code == 404
    client.post(f"/customers/{customer.id}/changes/{change.id}/withdrawal")
    assert f'href="/customers/changes/{change.id}"' not in client.get("/todo").text


@pytest.mark.rule("ARC-9")
def test_what_no_form_says_is_refused_or_ignored(as_, cast):
    customer = archive(cast, "filed")
    other = archive(cast, "filed", "云州青松阀门有限公司", contact_phone="13900002222")
    client = as_("salesperson")
    said = opened(client, customer)
    strange = {"version": "²", "seen": "9" * 30, "shown": "-1", "reason": "试"}
    assert send(client, customer, said | strange, industry="泵业").status_code == 303
    # another customer's contact is nobody's here; an unknown id neither
    theirs = {"contacts-0-id": str(other.contacts[0].id), "contacts-0-phone": "13900007777"}
    assert send(client, customer, **theirs).status_code == 422
    assert the("云州青松阀门有限公司").contacts[0].phone == "13900002222"
    assert send(client, customer, **{"contacts-0-id": "x", "contacts-0-phone": "1"}).status_code in (303, 422)
    assert send(client, customer, city="城" * 300, reason="长").status_code == 422
    assert send(client, customer, city="青岚", reason="长" * 600).status_code == 422
    assert send(client, customer, founded_on="2027-01-01", reason="日期").status_code == 422
    assert send(client, customer, city="青岚", undoes="999", reason="撤销").status_code == 404
    assert client.get(f"/customers/{customer.id}/changes/new?undo=x").status_code == 200
    assert client.get(f"/customers/{customer.id}/changes/999").status_code == 404
    assert client.get(f"/customers/{customer.id}/contacts/999/history").status_code == 404
    assert client.get(f"/customers/{customer.id}/changes").status_code == 303  # a form's address leads back
    change = request_of(customer)
    assert client.get(f"/customers/{other.id}/changes/{change.id}").status_code == 404
    assert client.post(f"/customers/{customer.id}/subscriptions", data={"department": "x"}).status_code == 403
    assert as_("sales_manager").post(f"/customers/{customer.id}/subscriptions").status_code == 409
