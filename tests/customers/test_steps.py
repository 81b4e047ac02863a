"""From approval to the register: dispatch, archivist, filing, first contact, grade, retirement."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.audit import AuditEntry
from crm.customers.models import Customer, CustomerState, GradeChange
from crm.customers.queries import waiting
from crm.kernel import clock
from crm.kernel.database import db
from crm.searching import matches

from .entries import archive, the

OTHER = "青岚锦程纺织有限公司"


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


def kinds(person):
    """What waits for somebody among the archives: {kind: [ids]}."""
    found = {}
    for lines in waiting(person):
        for row in db.session.execute(lines):
            found.setdefault(row.kind.removeprefix("customers:"), []).append(row.thing_id)
    return {kind: sorted(ids) for kind, ids in found.items()}


@pytest.mark.rule("ARC-5")
def test_the_days_batch_is_sent_in_one_click(as_, cast):
    ids = [archive(cast, "approved").id, archive(cast, "approved", OTHER, contact_phone="13900001111").id]
    elsewhere = archive(
        cast, "approved", "青岚岩峰矿山机械制造有限公司", branch="2", contact_phone="13900002222"
    )
    client = as_(cast.dispatcher)
    page = client.get("/customers/dispatch").text
    assert "传送今日批次 2 份" in page
    assert elsewhere.name not in page
    assert kinds(cast.dispatcher)["dispatch"] == ids
    assert [f'name="shown" value="{n}"' in page for n in ids] == [True, True]
    late = archive(cast, "approved", "云州后来阀门有限公司", contact_phone="13900003333")
    assert client.post("/customers/dispatches", data={"shown": [*ids, elsewhere.id]}).status_code == 303
    states = dict(db.session.execute(select(Customer.id, Customer.state)).all())
    # what was approved after the page was opened was not on the screen and is not sent
    waits = {elsewhere.id: "approved", late.id: "approved"}
    assert states == {ids[0]: "dispatched", ids[1]: "dispatched"} | waits
    assert kinds(cast.dispatcher) == {"dispatch": [late.id]}
    for nothing in ({}, {"shown": ids}, {"id": ["²", "99999999999999999999"]}):
        assert client.post("/customers/dispatches", data=nothing).status_code == 409


@pytest.mark.rule("ARC-5")
def test_the_ticked_ones_only_and_none_of_another_branch(as_, cast):
    one, two = archive(cast, "approved"), archive(cast, "approved", OTHER, contact_phone="13900001111")
    foreign = archive(
        cast, "approved", "青岚岩峰矿山机械制造有限公司", branch="2", contact_phone="13900002222"
    )
    client = as_(cast.dispatcher)
    assert client.post("/customers/dispatches", data={"id": [one.id, foreign.id]}).status_code == 404
    assert the().state == "approved"
    assert client.post("/customers/dispatches", data={"id": [two.id]}).status_code == 303
    assert (the().state, the(OTHER).state) == ("approved", "dispatched")


@pytest.mark.rule("ARC-5")
def test_it_is_due_for_dispatch_on_the_next_working_day_after_approval(cast):
    customer = archive(cast, "approved")  # on a Friday
    assert clock.local(customer.dispatch_due_at).date().isoformat() == "2026-01-12"


@pytest.mark.rule("ARC-6")
def test_marketing_names_one_person_who_files_with_place_custodian_and_code(as_, cast):
    customer, second = (
        archive(cast, "dispatched"),
        archive(cast, "dispatched", OTHER, contact_phone="13900001111"),
    )
    ids = [customer.id, second.id]
    assert kinds(cast.marketing_manager) == {"archivist": ids}
    boss, archivist = as_(cast.marketing_manager), as_(cast.archivist)
    assert archivist.get(f"/customers/{customer.id}").status_code == 404
    assert boss.post("/customers/archivists", data={"archivist": cast.archivist.id}).status_code == 422
    assert (
        boss.post("/customers/archivists", data={"archivist": cast.salesperson.id, "id": ids}).status_code
        == 422
    )
    assert (
        boss.post("/customers/archivists", data={"archivist": cast.archivist.id, "id": ids}).status_code
        == 303
    )
    assert kinds(cast.archivist) == {"file": ids}
    assert customer.name in archivist.get("/customers/filing").text
    said = {"id": ids, "place": "档案室 3 柜", "custodian": cast.custodian.id}
    assert archivist.post("/customers/filings", data=said | {"place": " "}).status_code == 422
    assert archivist.post("/customers/filings", data=said).status_code == 303
    customer = the()
    assert (customer.state, customer.place, customer.custodian_id) == (
        "filed",
        "档案室 3 柜",
        cast.custodian.id,
    )
    assert (customer.code, the(OTHER).code) == ("KH-2026-0001", "KH-2026-0002")
    assert archivist.post("/customers/filings", data=said).status_code == 409
    assert as_(cast.custodian).get(f"/customers/{customer.id}").status_code == 200


@pytest.mark.rule("ARC-6")
def test_only_a_custodian_keeps_and_only_an_archivist_files(as_, cast):
    customer = archive(cast, "named")
    said = {"place": "3 柜", "custodian": cast.dispatcher.id}
    assert as_(cast.archivist).post(f"/customers/{customer.id}/filing", data=said).status_code == 422
    assert as_("salesperson").get("/customers/filing").status_code == 403


@pytest.mark.rule("GRD-1")
def test_a_grade_has_a_reason_and_every_change_its_date(as_, cast, office):
    customer = archive(cast, "filed")
    client = as_(cast.sales_manager)
    door = f"/customers/{customer.id}/grade"
    assert client.post(door, data={"grade": "A"}).status_code == 422
    assert client.post(door, data={"grade": "D", "reason": "x"}).status_code == 422
    assert client.post(door, data={"grade": "B", "reason": "市场调查：一般"}).status_code == 303
    office("2026-01-12 10:00")
    client = as_(cast.sales_manager)
    assert client.post(door, data={"grade": "A", "reason": "二期上马，急"}).status_code == 303
    changes = db.session.scalars(select(GradeChange).order_by(GradeChange.id)).all()
    assert [(c.before, c.after, c.reason, f"{clock.local(c.at):%m-%d}") for c in changes] == [
        (None, "B", "市场调查：一般", "01-09"),
        ("B", "A", "二期上马，急", "01-12"),
    ]
    assert "二期上马，急" in client.get(f"/customers/{customer.id}?tab=history").text


@pytest.mark.rule("OWN-3")
def test_a_new_customer_is_due_for_contact_within_seven_days(as_, cast, office):
    customer = archive(cast, "approved")
    assert clock.local(customer.contact_due_at).date() == customer.collected_on + timedelta(days=7)
    assert kinds(cast.salesperson)["first_contact"] == [customer.id]
    assert "首次联系还剩 7 天" in as_(cast.salesperson).get(f"/customers/{customer.id}").text
    assert "uncontacted" not in kinds(cast.sales_manager)
    office("2026-01-17 10:00")
    assert kinds(cast.sales_manager)["uncontacted"] == [customer.id]
    assert kinds(cast.sales_manager2) == {}
    assert "首次联系逾期 1 天" in as_(cast.sales_manager).get(f"/customers/{customer.id}").text


@pytest.mark.rule("OWN-3")
def test_the_first_contact_ends_the_clock_and_is_noted_once(as_, cast):
    customer = archive(cast, "approved")
    client = as_(cast.salesperson)
    door = f"/customers/{customer.id}/first-contact"
    assert client.post(door, data={"on": "2026-01-10", "how": "phone"}).status_code == 422
    assert client.post(door, data={"on": "2026-01-09", "how": "phone"}).status_code == 303
    assert "first_contact" not in kinds(cast.salesperson)
    assert client.post(door, data={"on": "2026-01-09", "how": "phone"}).status_code == 409


@pytest.mark.rule("OWN-1", "OWN-3")
def test_the_manager_has_the_last_word_on_whose_it_is_with_a_reason(as_, cast):
    customer = archive(cast, "filed")
    client = as_(cast.sales_manager)
    door = f"/customers/{customer.id}/owner"
    assert client.post(door, data={"owner": cast.salesperson3.id}).status_code == 422
    assert client.post(door, data={"owner": cast.salesperson2.id, "reason": "x"}).status_code == 422
    assert client.post(door, data={"owner": cast.salesperson.id, "reason": "x"}).status_code == 422
    assert client.post(door, data={"owner": cast.salesperson3.id, "reason": "七天未联系"}).status_code == 303
    assert the().owner_id == cast.salesperson3.id
    assert as_("salesperson3").get(f"/customers/{customer.id}").status_code == 200


@pytest.mark.rule("ARC-12")
def test_what_is_retired_leaves_lists_and_search_and_stays_in_history(as_, cast, session):
    customer = archive(cast, "filed")
    client = as_(cast.sales_manager)
    assert client.post(f"/customers/{customer.id}/retirement", data={"reason": ""}).status_code == 422
    assert (
        client.post(f"/customers/{customer.id}/retirement", data={"reason": "公司已注销"}).status_code == 303
    )
    assert list(session.scalars(matches("customer", "恒拓"))) == []
    assert customer.name not in client.get("/customers").text
    assert customer.name in client.get("/customers?state=retired").text
    assert "公司已注销" in client.get(f"/customers/{customer.id}?tab=timeline").text
    assert client.post(f"/customers/{customer.id}/reinstatement", data={"reason": "误停"}).status_code == 303
    assert list(session.scalars(matches("customer", "恒拓"))) == [customer.id]


@pytest.mark.rule("ARC-12")
def test_a_contact_who_left_is_retired_but_never_the_last_one(as_, cast, session):
    customer = archive(cast, "filed")
    (contact,) = customer.contacts
    client, door = as_(cast.salesperson), f"/customers/{customer.id}/contacts/{contact.id}/retirement"
    assert client.post(door, data={"reason": "离职"}).status_code == 409
    from crm.customers.models import Contact

    session.add(Contact(customer=the(), name="罗启明", title="采购", phone="13800001058"))
    session.commit()
    assert client.post(door, data={"reason": ""}).status_code == 422
    assert as_("salesperson2").post(door, data={"reason": "离职"}).status_code == 404
    assert client.post(door, data={"reason": "离职"}).status_code == 303
    assert list(session.scalars(matches("customer", "13800001057"))) == []
    assert list(session.scalars(matches("customer", "13800001058"))) == [customer.id]
    page = client.get(f"/customers/{customer.id}?tab=contacts").text
    assert "许望舒" in page
    assert "离职" in page
    assert client.post(door, data={"reason": "离职"}).status_code == 409


@pytest.mark.rule("ARC-11")
def test_each_event_stamps_the_archive(as_, cast, office):
    customer = archive(cast, "approved")
    stamps = [customer.updated_at]
    steps = [
        ("sales_manager", "grade", {"grade": "A", "reason": "急"}),
        ("salesperson", "first-contact", {"on": "2026-01-09", "how": "visit"}),
        ("sales_manager", "key-mark", {"key": "y"}),
        ("dispatcher", "dispatch", {}),
        ("marketing_manager", "archivist", {"archivist": cast.archivist.id}),
        ("archivist", "filing", {"place": "3 柜", "custodian": cast.custodian.id}),
        ("sales_manager", "owner", {"owner": cast.salesperson3.id, "reason": "均衡"}),
        ("sales_manager", "retirement", {"reason": "注销"}),
    ]
    for minute, (person, door, said) in enumerate(steps, 1):
        office(f"2026-01-09 11:{minute:02d}")
        answer = as_(person).post(f"/customers/{customer.id}/{door}", data=said)
        assert answer.status_code == 303, (door, answer.text)
        stamps.append(the().updated_at)
    assert stamps == sorted(set(stamps))
    tags = [
        e.tag
        for e in db.session.scalars(
            select(AuditEntry).where(AuditEntry.thing_id == customer.id).order_by(AuditEntry.seq)
        )
    ]
    assert tags[-1] == "customer:retire"


@pytest.mark.rule("ARC-16")
def test_a_key_customer_is_marked(as_, cast):
    customer = archive(cast, "filed")
    client = as_(cast.sales_manager)
    assert "k-star" not in client.get("/customers").text.replace("icons.svg#star", "")
    client.post(f"/customers/{customer.id}/key-mark", data={"key": "y"})
    assert customer.name in client.get("/customers?key=1").text
    client.post(f"/customers/{customer.id}/key-mark", data={"key": ""})
    assert customer.name not in client.get("/customers?key=1").text


@pytest.mark.rule("ARC-4")
def test_a_returned_entry_waits_for_its_author_and_keeps_its_clock(as_, cast):
    customer = archive(cast, "returned")
    assert kinds(cast.salesperson)["returned"] == [customer.id]
    assert customer.state == CustomerState.RETURNED
    for tab in ("", "?tab=chapters", "?tab=timeline"):
        assert "入册还剩" in as_(cast.salesperson).get(f"/customers/{customer.id}{tab}").text


@pytest.mark.rule("ARC-12")
@pytest.mark.parametrize("state", ["withdrawn", "returned"])
def test_what_came_back_from_review_is_retired_by_its_author_with_a_reason(as_, cast, state):
    customer = archive(cast, "returned" if state == "returned" else "in_review")
    client, door = as_(cast.salesperson), f"/customers/{customer.id}/retirement"
    if state == "withdrawn":
        client.post(f"/customers/{customer.id}/withdrawal")
        assert client.post(f"/customers/{customer.id}/draft-removal").status_code == 409
    assert 'id="retirement"' in client.get(f"/customers/{customer.id}").text
    assert client.get(door).location == f"/customers/{customer.id}"
    assert as_("salesperson3").post(door, data={"reason": "不做了"}).status_code == 404
    assert as_(cast.sales_manager).post(door, data={"reason": "不做了"}).status_code == 409
    assert client.post(door, data={"reason": ""}).status_code == 422
    assert client.post(door, data={"reason": "客户不做这个项目了"}).status_code == 303
    db.session.refresh(customer)
    assert (customer.state, customer.retired_reason) == ("retired", "客户不做这个项目了")
    assert client.post(door, data={"reason": "再来"}).status_code == 403


@pytest.mark.rule("ARC-12")
def test_a_draft_that_was_never_submitted_is_given_up_not_retired(as_, cast):
    customer = archive(cast, "draft")
    door = f"/customers/{customer.id}/retirement"
    assert as_(cast.salesperson).post(door, data={"reason": "不做了"}).status_code == 403
    assert 'id="retirement"' not in as_(cast.salesperson).get(f"/customers/{customer.id}").text
