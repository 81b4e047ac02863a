"""What is obsolete is retired, not deleted: out of search and hints, in history, and it can come back."""

import pytest
from sqlalchemy import select

from crm.audit import AuditEntry
from crm.customers.alike.similar import find
from crm.customers.importing.judging import Keys
from crm.customers.importing.register import known_in_register
from crm.customers.models import Contact, Customer
from crm.customers.queries import lookup
from crm.customers.record.card import card_of
from crm.kernel import clock
from crm.kernel.database import db
from crm.searching import matches

from .entries import archive, the

MOBILE, DESK = "13800001057", "02787651234"


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


@pytest.fixture
def filed(cast):
    """A filed archive with two contacts and a telephone of its own."""
    customer = archive(cast, "filed", phone=DESK)
    customer.contacts.append(Contact(name="沈青禾", title="采购经理", phone="13900002468", primary=False))
    db.session.commit()
    return customer


def hits(number):
    """Ids of the archives that the search finds by a number."""
    return set(db.session.scalars(matches("customer", number)))


def told(tag):
    """What the chain says of events with this tag: (who, reason, facts)."""
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == tag).order_by(AuditEntry.seq))
    return [(e.actor_name, e.reason, e.facts) for e in entries]


def post(client, path, reason="离职了"):
    return client.post(path, data={"reason": reason})


# --- contacts --------------------------------------------------------------------------------------


@pytest.mark.rule("ARC-12")
def test_a_contact_who_left_is_folded_away_and_can_come_back(as_, cast, filed, office):
    other, client = filed.contacts[1], as_(cast.salesperson)
    assert post(client, f"/customers/{filed.id}/contacts/{other.id}/retirement").status_code == 303
    assert hits("13900002468") == set()
    page = client.get(f"/customers/{filed.id}?tab=contacts").text
    table, folded = page.split('<details class="k-why"')
    assert "沈青禾" not in table.partition("k-table k-cards")[2]
    assert "已停用的联系人 1 位" in folded
    assert "离职了" in folded
    office("2026-02-02 10:00")
    client = as_(cast.salesperson)
    path = f"/customers/{filed.id}/contacts/{other.id}/reinstatement"
    assert post(client, path, "又回来了").status_code == 303
    assert (other.retired_at, other.retired_reason) == (None, "")
    assert hits("13900002468") == {filed.id}
    timeline = client.get(f"/customers/{filed.id}?tab=timeline").text
    assert "停用联系人" in timeline
    assert "恢复联系人" in timeline
    assert "又回来了" in timeline
    assert told("contact:reinstate") == [("陈知远", "又回来了", {"name": "沈青禾"})]


@pytest.mark.rule("ARC-12")
def test_whoever_comes_back_takes_no_ones_place_as_primary(as_, cast, filed):
    first, other = filed.contacts
    client = as_(cast.salesperson)
    post(client, f"/customers/{filed.id}/contacts/{first.id}/retirement")
    post(client, f"/customers/{filed.id}/contacts/{first.id}/reinstatement", "回来")
    assert (first.primary, other.primary) == (True, False)  # nobody was primary meanwhile
    other.primary, first.primary = True, False
    post(client, f"/customers/{filed.id}/contacts/{first.id}/retirement")
    post(client, f"/customers/{filed.id}/contacts/{first.id}/reinstatement", "回来")
    assert (first.primary, other.primary) == (False, True)


@pytest.mark.rule("ARC-12")
def test_the_ladder_of_bringing_a_contact_back(as_, cast, filed):
    other = filed.contacts[1]
    path = f"/customers/{filed.id}/contacts/{other.id}/reinstatement"
    client = as_(cast.salesperson)
    assert client.put(path).status_code == 405
    assert post(client, path).status_code == 409  # is there
    other.retired_at, other.retired_reason = clock.now(), "离职"
    assert post(client, path, " ").status_code == 422
    assert post(as_(cast.salesperson2), path).status_code == 404
    assert post(as_(cast.custodian), path).status_code == 403
    assert post(as_(cast.branch_manager), path).status_code == 403
    assert post(client, f"/customers/{filed.id}/contacts/999999/reinstatement").status_code == 404
    assert other.retired_at is not None
    assert post(as_(cast.sales_manager), path).status_code == 303


# --- telephones ------------------------------------------------------------------------------------


@pytest.mark.rule("ARC-12")
def test_a_dead_number_is_struck_through_with_its_day_and_found_no_more(as_, cast, filed):
    contact, client = filed.contacts[0], as_(cast.salesperson)
    assert hits(MOBILE) == {filed.id}
    path = f"/customers/{filed.id}/contacts/{contact.id}/phone-retirement"
    assert post(client, path, "停机").status_code == 303
    assert hits(MOBILE) == set()
    assert not lookup(MOBILE)
    assert not find("", phones=[MOBILE]).count
    page = client.get(f"/customers/{filed.id}?tab=contacts").text
    assert '<s class="k-quiet">138 0000 1057</s>' in page
    assert "2026-01-09 停用" in page
    assert contact.phone == MOBILE
    assert contact.retired_at is None
    assert told("phone:retire") == [("陈知远", "停机", {"name": "许望舒"})]  # never the number
    assert card_of(filed, cast.salesperson).contact["phone"] == ""
    path = path.replace("phone-retirement", "phone-reinstatement")
    assert post(client, path, "补交话费").status_code == 303
    assert hits(MOBILE) == {filed.id}
    assert [r.id for r in lookup(MOBILE)] == [filed.id]
    assert find("", phones=[MOBILE]).likely


@pytest.mark.rule("ARC-12")
def test_the_customers_own_number_too(as_, cast, filed):
    client = as_(cast.sales_manager)
    assert hits(DESK) == {filed.id}
    assert DESK in known_in_register(Keys(phones={DESK})).by_phone
    assert post(client, f"/customers/{filed.id}/phone-retirement", "搬迁换号").status_code == 303
    assert hits(DESK) == set()
    assert not lookup(DESK)
    assert not find("", phones=[DESK]).count
    assert known_in_register(Keys(phones={DESK})).by_phone == {}
    assert "2026-01-09 停用" in client.get(f"/customers/{filed.id}?tab=chapters").text
    assert card_of(filed, cast.sales_manager).values["phone"] == ""
    assert post(client, f"/customers/{filed.id}/phone-reinstatement", "恢复").status_code == 303
    assert hits(DESK) == {filed.id}
    assert filed.phone_retired_at is None


@pytest.mark.rule("ARC-12")
def test_the_ladder_of_a_dead_number(as_, cast, filed):
    contact, client = filed.contacts[0], as_(cast.salesperson)
    own = f"/customers/{filed.id}/phone-retirement"
    assert post(client, own, "").status_code == 422
    assert post(as_(cast.salesperson2), own).status_code == 404
    assert post(as_(cast.archivist), own).status_code == 403
    assert post(client, own).status_code == 303
    assert post(client, own).status_code == 409  # dead already
    back = f"/customers/{filed.id}/contacts/{contact.id}/phone-reinstatement"
    assert post(client, back).status_code == 409  # never was
    post(client, f"/customers/{filed.id}/contacts/{contact.id}/retirement")
    out = f"/customers/{filed.id}/contacts/{contact.id}/phone-retirement"
    assert post(client, out).status_code == 409  # went with the contact
    draft = archive(
        cast, "in_review", "云州启航阀门有限公司", contact_phone="13900001111", phone="02711112222"
    )
    assert post(client, f"/customers/{draft.id}/phone-retirement").status_code in (403, 409)


@pytest.mark.rule("ARC-12")
def test_the_question_comes_back_with_what_was_typed(as_, cast, filed):
    page = post(as_(cast.salesperson), f"/customers/{filed.id}/phone-retirement", "长" * 501)
    assert page.status_code == 422
    assert 'id="phone-out"' in page.text
    assert "长长长" in page.text


# --- whole customers -------------------------------------------------------------------------------


@pytest.mark.rule("ARC-12")
def test_a_closed_company_leaves_search_and_register_and_comes_back(as_, cast, filed):
    client = as_(cast.sales_manager)
    assert client.post(f"/customers/{filed.id}/retirement", data={"reason": "公司注销"}).status_code == 303
    assert hits(MOBILE) == set()
    assert not lookup(filed.name)
    assert filed.name not in client.get("/customers").text
    contact = filed.contacts[0]
    assert post(client, f"/customers/{filed.id}/contacts/{contact.id}/retirement").status_code == 409
    assert post(client, f"/customers/{filed.id}/phone-retirement").status_code == 409
    assert client.post(f"/customers/{filed.id}/reinstatement", data={"reason": ""}).status_code == 422
    assert client.post(f"/customers/{filed.id}/reinstatement", data={"reason": "复业"}).status_code == 303
    assert the().state == "filed"
    assert hits(MOBILE) == {filed.id}
    assert filed.name in client.get("/customers").text
    assert client.post(f"/customers/{filed.id}/reinstatement", data={"reason": "复业"}).status_code == 409
    timeline = client.get(f"/customers/{filed.id}?tab=timeline").text
    assert "公司注销" in timeline
    assert "恢复使用" in timeline
    assert "复业" in timeline


@pytest.mark.rule("ARC-12")
def test_a_dead_number_stays_dead_when_the_customer_comes_back(as_, cast, filed):
    client = as_(cast.sales_manager)
    post(client, f"/customers/{filed.id}/phone-retirement", "空号")
    client.post(f"/customers/{filed.id}/retirement", data={"reason": "停业"})
    client.post(f"/customers/{filed.id}/reinstatement", data={"reason": "复业"})
    assert hits(DESK) == set()
    assert hits(MOBILE) == {filed.id}
    assert db.session.get(Customer, filed.id).phone_retired_at is not None
