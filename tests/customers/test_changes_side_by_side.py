"""Changes that meet: rivals, overtaken forms, stale reviews, likenesses, undoing, secrets (ARC-9, CUS-2)."""

import re

import pytest
from sqlalchemy import select

from crm.approvals import Stale, Verdict
from crm.audit import AuditEntry
from crm.customers.models import FieldChange
from crm.kernel import clock
from crm.kernel.database import db
from crm.notifications import Message
from crm.searching import matches

from .changing import decide, filled, opened, request_of, review_of, send
from .entries import archive, the

SECRET, NEWER = "付款常拖两周", "改为现款现货"
OTHER = "云州恒拓精密机器有限公司"


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


@pytest.mark.rule("ARC-9")
def test_the_second_sees_what_the_first_proposed_before_sending(as_, cast):
    customer = archive(cast, "filed")
    second = opened(as_("branch_manager"), customer)
    send(as_("salesperson"), customer, staff="400", reason="年报")
    answer = send(as_("branch_manager"), customer, second, staff="410", reason="走访")
    assert answer.status_code == 409
    assert "同样的字段已有人提出变更" in answer.text
    assert "陈知远" in answer.text
    assert "400 人" in answer.text
    assert 'value="410"' in answer.text
    # knowing it, they may still send theirs, and both wait
    assert send(as_("branch_manager"), customer, filled(answer.text)).status_code == 303
    fresh = as_("archivist").get(f"/customers/{customer.id}/changes/new").text
    assert "另有变更待审" in fresh
    assert "陈知远" in fresh
    assert "方叙白" in fresh


@pytest.mark.rule("ARC-9")
def test_an_overtaken_form_says_what_changed_and_keeps_what_was_typed(as_, cast):
    customer = archive(cast, "filed")
    said = opened(as_("archivist"), customer)
    send(as_("salesperson"), customer, address="滨江路 8 号")
    answer = send(as_("archivist"), customer, said, industry="泵业", reason="核对")
    assert answer.status_code == 409
    assert "这份档案已有改动" in answer.text
    assert "滨江路 8 号" in answer.text
    again = filled(answer.text)
    assert (again["address"], again["industry"]) == ("滨江路 8 号", "泵业")
    assert send(as_("archivist"), customer, again).status_code == 303
    assert [i.field for i in request_of(customer).items] == ["industry"]
    assert the().address == "滨江路 8 号"


@pytest.mark.rule("ARC-9")
def test_an_event_that_touched_no_field_overtakes_nobody(as_, cast):
    customer = archive(cast, "filed")
    said = opened(as_("salesperson"), customer)
    customer.mark_key(True, by=cast.sales_manager, at=clock.now())
    db.session.commit()
    assert send(as_("salesperson"), customer, said, industry="泵业", reason="核对").status_code == 303


@pytest.mark.rule("ARC-9")
def test_the_reviewer_of_the_second_is_told_what_the_first_made_of_it(as_, cast):
    customer = archive(cast, "filed")
    send(as_("salesperson"), customer, staff="400", reason="年报")
    first = request_of(customer)
    send(as_("archivist"), customer, staff="410", reason="核对")
    second = request_of(customer)
    assert "陈知远 2026-01-09 也提出改为“400 人”，待审" in page_of(as_("sales_manager"), second)
    decide(as_("sales_manager"), first)
    page = page_of(as_("sales_manager"), second)
    assert "提出时为“320 人”" in page
    assert "400 人" in page
    assert decide(as_("sales_manager"), second).status_code == 303
    assert the().staff == 410
    assert history(customer, "staff") == [(320, 400), (400, 410)]


def page_of(client, change):
    page = client.get(f"/reviews/{review_of(change).id}").text
    return re.sub(r"</?(?:ins|del)>", "", page)


def history(customer, field):
    rows = select(FieldChange).where(FieldChange.customer_id == customer.id, FieldChange.field == field)
    return [(r.values["old"], r.values["new"]) for r in db.session.scalars(rows.order_by(FieldChange.id))]


@pytest.mark.rule("ARC-9")
def test_a_retired_archive_refuses_what_still_waits(as_, cast):
    customer = archive(cast, "filed")
    send(as_("salesperson"), customer, staff="400", reason="年报")
    customer.retire(reason="已注销", by=cast.sales_manager, at=clock.now())
    db.session.commit()
    answer = decide(as_("sales_manager"), request_of(customer))
    assert answer.status_code == 409
    assert "已停用" in answer.text
    assert the().staff == 320


@pytest.mark.rule("ARC-9")
def test_each_fields_history_is_one_click_away_from_its_filing_on(as_, cast):
    customer = archive(cast, "filed")
    client = as_("salesperson")
    record = client.get(f"/customers/{customer.id}?tab=chapters").text
    assert f'href="/customers/{customer.id}/fields/staff"' in record
    page = client.get(f"/customers/{customer.id}/fields/staff").text
    assert "归档时的内容" in page
    assert "320 人" in page
    send(client, customer, staff="400", reason="年报")
    decide(as_("sales_manager"), request_of(customer))
    page = client.get(f"/customers/{customer.id}/fields/staff").text
    for text in ("400 人", "原来：320 人", "陈知远", "批准：林晚舟", "年报", "归档时的内容"):
        assert text in page
    assert client.get(f"/customers/{customer.id}/fields/nothing").status_code == 404
    assert client.get(f"/customers/{customer.id}/fields/contact-999.phone").status_code == 404
    assert as_("salesperson2").get(f"/customers/{customer.id}/fields/staff").status_code == 404
    tab = client.get(f"/customers/{customer.id}?tab=history").text
    for text in ("变更申请", "已生效", "年报", "林晚舟"):
        assert text in tab
    assert "变更生效" in client.get(f"/customers/{customer.id}?tab=timeline").text


@pytest.mark.rule("ARC-9")
def test_an_applied_change_is_undone_by_a_new_proposal(as_, cast):
    customer = archive(cast, "filed")
    send(as_("salesperson"), customer, staff="400", city="云州", reason="年报")
    first = request_of(customer)
    undo = {"undo": first.id}
    answer = as_("salesperson").get(f"/customers/{customer.id}/changes/new", query_string=undo)
    assert send(as_("salesperson"), customer, filled(answer.text)).status_code == 422  # nothing applied yet
    decide(as_("sales_manager"), first)
    said = opened(as_("salesperson"), customer, **undo)
    assert (said["staff"], said["city"], said["reason"]) == ("320", "", "撤销变更：年报")
    assert send(as_("salesperson"), customer, said).status_code == 303
    second = request_of(customer)
    assert second.undoes_id == first.id
    tags = db.session.scalars(select(AuditEntry.tag)).all()
    assert "customer:undo" in tags
    decide(as_("sales_manager"), second)
    assert (the().staff, the().city) == (320, None)
    assert history(customer, "staff") == [(320, 400), (400, 320)]


@pytest.mark.rule("ARC-14")
def test_a_name_that_makes_it_alike_another_wants_a_reason(as_, cast):
    archive(cast, "filed", OTHER, contact_phone="13900001111")
    customer = archive(cast, "filed", "云州青松阀门有限公司", contact_phone="13900002222")
    client = as_("salesperson")
    answer = send(client, customer, name="云州恒拓精密机器公司", reason="更名")
    assert answer.status_code == 422
    assert "可能已有这家客户" in answer.text
    said = filled(answer.text) | {"distinct_reason": "同名不同法人"}
    assert send(client, customer, said).status_code == 303
    change = request_of(customer)
    assert "同名不同法人" in page_of(as_("sales_manager"), change)
    decide(as_("sales_manager"), change)
    db.session.refresh(customer)
    assert customer.distinct_reason == "同名不同法人"
    # a telephone is free, and alike all the same
    answer = send(client, customer, **{"contacts-0-phone": "13900001111"})
    assert answer.status_code == 422


@pytest.mark.rule("ARC-9")
def test_search_completeness_and_the_name_key_follow(as_, cast):
    customer = archive(cast, "filed")
    before, full = customer.name_key, customer.completeness
    send(
        as_("salesperson"), customer, name="云州沧浪泵业有限公司", province="浙江", city="杭州", reason="更名"
    )
    decide(as_("sales_manager"), request_of(customer))
    db.session.refresh(customer)
    assert customer.name_key != before
    assert customer.completeness > full
    assert customer.id in db.session.scalars(matches("customer", "沧浪")).all()
    assert customer.id not in db.session.scalars(matches("customer", "恒拓")).all()


@pytest.mark.rule("ARC-9")
def test_contacts_are_added_and_changed_by_their_rows(as_, cast):
    customer = archive(cast, "filed")
    added = {"contacts-1-name": "顾言", "contacts-1-title": "采购", "contacts-1-phone": "139 0000 8888"}
    answer = send(as_("salesperson"), customer, **added, **{"contacts-0-title": "董事长"}, reason="换届")
    assert answer.status_code == 303
    decide(as_("sales_manager"), request_of(customer))
    db.session.refresh(customer)
    assert [(c.name, c.title, c.phone) for c in customer.contacts] == [
        ("许望舒", "董事长", "13800001057"),
        ("顾言", "采购", "13900008888"),
    ]
    newest = customer.contacts[1].id
    assert history(customer, f"contact-{newest}.phone") == [(None, "13900008888")]
    wrong = send(as_("salesperson"), customer, **{"contacts-2-phone": "13900009999"}, reason="换届")
    assert wrong.status_code == 422


@pytest.mark.rule("CUS-2", "CUS-7")
def test_a_secret_is_proposed_blind_and_read_by_nobody_else(as_, cast):
    customer = archive(cast, "filed", credit_standing=SECRET)
    form = as_("salesperson").get(f"/customers/{customer.id}/changes/new").text
    assert SECRET not in form
    assert "现值已遮盖" in form
    assert send(as_("salesperson"), customer, credit_standing=NEWER, reason="走访得知").status_code == 303
    change = request_of(customer)
    review = review_of(change)
    pages = [f"/customers/{customer.id}?tab={tab}" for tab in ("overview", "history", "timeline", "chapters")]
    pages += [f"/customers/{customer.id}/changes/{change.id}", f"/customers/{customer.id}/changes/new"]
    pages += [f"/reviews/{review.id}", f"/customers/{customer.id}/fields/credit_standing", "/inbox", "/todo"]

    def seen(person):
        texts = [as_(person).get(url).text for url in pages]
        return [secret for secret in (SECRET, NEWER) if any(secret in text for text in texts)]

    assert seen("sales_manager") == []
    assert seen("branch_manager") == []
    assert seen("salesperson") == [NEWER]  # their own words, on their own proposal
    assert seen("custodian") == [SECRET, NEWER]
    for person in people_who_decide(review):
        decide(as_(person), change)
    db.session.expire_all()
    assert the().value("credit_standing") == NEWER
    assert seen("sales_manager") == []
    assert not [
        e for e in db.session.scalars(select(AuditEntry)) if SECRET in str(e.facts) or NEWER in str(e.facts)
    ]
    assert not [m for m in db.session.scalars(select(Message)) if SECRET in m.text or NEWER in m.text]


def people_who_decide(review):
    """Who answers, step after step."""
    yield "sales_manager"
    db.session.refresh(review)
    if review.pending:
        yield "custodian"


@pytest.mark.rule("ARC-9")
def test_single_lines_are_refused_and_the_rest_applies(as_, cast):
    customer = archive(cast, "filed")
    send(as_("salesperson"), customer, staff="400", industry="泵业", city="云州", reason="年报")
    change = request_of(customer)
    answer = decide(as_("sales_manager"), change, "approve", staff="以社保人数为准")
    assert answer.status_code == 303
    assert (the().staff, the().industry, the().city) == (320, "泵业", "云州")
    db.session.refresh(change)
    assert change.state == "partly"
    assert {i.field: (i.verdict, i.why) for i in change.items}["staff"] == ("refused", "以社保人数为准")
    assert history(customer, "staff") == []
    page = as_("salesperson").get(f"/customers/{customer.id}/changes/{change.id}").text
    assert "以社保人数为准" in page
    assert "部分生效" in page


@pytest.mark.rule("ARC-9")
def test_a_reviewer_who_read_an_older_value_decides_again(as_, cast):
    customer = archive(cast, "filed")
    send(as_("salesperson"), customer, staff="400", reason="年报")
    first = request_of(customer)
    send(as_("archivist"), customer, staff="410", reason="核对")
    second = review_of(request_of(customer))
    read = second.stamp
    decide(as_("sales_manager"), first)
    with pytest.raises(Stale):
        second.decide(Verdict.APPROVE, by=cast.sales_manager, at=clock.now(), stamp=read)
    second.decide(Verdict.APPROVE, by=cast.sales_manager, at=clock.now(), stamp=second.stamp)
    assert the().staff == 410


@pytest.mark.rule("ARC-9")
def test_the_owners_manager_is_asked_whoever_proposes_and_nobody_decides_their_own(as_, cast):
    customer = archive(cast, "filed")

    def asked(person, **changes):
        assert send(as_(person), customer, reason="核对", **changes).status_code == 303
        review = review_of(request_of(customer))
        return {a.user.username for a in review.current.asked}, [s.key for s in review.steps]

    assert asked("salesperson", staff="400") == ({"sales_manager"}, ["manager"])
    assert asked("archivist", city="云州") == ({"sales_manager"}, ["manager"])
    assert asked("sales_manager", industry="泵业") == ({"branch_manager"}, ["manager"])
    assert asked("salesperson", terms="月结") == ({"sales_manager"}, ["manager", "custodian"])
