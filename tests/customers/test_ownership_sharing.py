"""A campaign's customers are shared out by number and ability; the manager confirms (OWN-2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm.audit import AuditEntry
from crm.customers.models import Allocation, AllocationLine, Weight
from crm.customers.owning.rules import share_out
from crm.kernel import clock
from crm.kernel.database import db

from .entries import archive, the

people = st.dictionaries(
    st.integers(1, 30), st.tuples(st.integers(0, 40), st.integers(1, 9)), min_size=1, max_size=8
)


@pytest.mark.rule("OWN-2")
@given(st.sets(st.integers(1, 500), max_size=60), people)
def test_shares_are_balanced_by_number_and_ability(things, people):
    present = {person: count for person, (count, _weight) in people.items()}
    weights = {person: weight for person, (_count, weight) in people.items()}
    given_to = share_out(things, present, weights)
    assert set(given_to) == things  # every customer once
    assert set(given_to.values()) <= set(weights)
    assert given_to == share_out(sorted(things, reverse=True), present, weights)
    got = {person: list(given_to.values()).count(person) for person in weights}
    for one in sorted(weights):
        for other in sorted(weights):
            if got[one]:  # had the last one gone to the other, they would not stand lower
                mine = (present[one] + got[one]) * weights[other]
                theirs = (present[other] + got[other] + 1) * weights[one]
                assert mine <= theirs


@pytest.mark.rule("OWN-2")
def test_among_equals_counts_differ_by_one_at_most():
    given_to = share_out(range(10), {}, {1: 5, 2: 5, 3: 5})
    counts = sorted(list(given_to.values()).count(person) for person in (1, 2, 3))
    assert counts == [3, 3, 4]


@pytest.mark.rule("OWN-2")
def test_twice_the_weight_takes_twice_as_many_and_who_has_many_waits():
    given_to = list(share_out(range(9), {}, {1: 6, 2: 3}).values())
    assert (given_to.count(1), given_to.count(2)) == (6, 3)
    assert set(share_out(range(4), {1: 9}, {1: 5, 2: 5}).values()) == {2}


@pytest.fixture
def campaign(office, cast):
    """Four customers of a fair, in the pool of 云州."""
    office("2026-01-09 10:00")
    made = []
    for n in range(4):
        customer = archive(cast, "filed", f"云州第{n}号阀门有限公司", contact_phone=f"1390000{n:04d}")
        customer.send_to_pool(reason="展会客户待分配", by=cast.sales_manager, at=clock.now())
        made.append(customer)
    db.session.commit()
    office("2026-01-09 10:05")
    return made


def propose(as_, cast, person="sales_manager", **said):
    data = {
        "title": "春季展会",
        "channel": "exhibition",
        "pooled": "y",
        "people": [cast.salesperson.id, cast.salesperson3.id],
    }
    return as_(person).post("/customers/allocations", data=data | said)


def lines():
    return db.session.scalars(select(AllocationLine).order_by(AllocationLine.id)).all()


@pytest.mark.rule("OWN-2")
def test_the_system_proposes_and_the_manager_changes_and_confirms(as_, cast, campaign):
    answer = propose(as_, cast)
    assert answer.status_code == 303
    door = answer.location
    client = as_("sales_manager")
    assert all(c.name in client.get(door).text for c in campaign)
    assert sorted(line.chosen_id for line in lines()) == sorted(
        [cast.salesperson.id, cast.salesperson3.id] * 2
    )
    first = lines()[0]
    said = {f"line-{first.id}": cast.salesperson3.id}
    assert client.post(f"{door}/lines", data={f"line-{first.id}": cast.salesperson2.id}).status_code == 409
    assert client.post(f"{door}/lines", data=said).status_code == 303
    assert client.post(f"{door}/confirmation", data=said).status_code == 422
    assert client.post(f"{door}/confirmation", data=said | {"reason": "展会客户"}).status_code == 303
    assert [the(c.name).owner_id for c in campaign] == [line.chosen_id for line in lines()]
    assert the(campaign[0].name).owner_id == cast.salesperson3.id
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "allocation:confirm")).one()
    assert entry.facts["moved"] == 4


@pytest.mark.rule("OWN-2")
def test_of_two_managers_who_confirm_one_counts(as_, cast, campaign):
    door = propose(as_, cast).location
    said = {"reason": "展会客户"}
    assert as_("sales_manager").post(f"{door}/confirmation", data=said).status_code == 303
    before = [the(c.name).owner_id for c in campaign]
    other = {f"line-{line.id}": cast.salesperson.id for line in lines()}
    for late in (said, said | other):
        assert as_("branch_manager").post(f"{door}/confirmation", data=late).status_code == 409
    assert as_("branch_manager").post(f"{door}/removal").status_code == 409
    assert [the(c.name).owner_id for c in campaign] == before


@pytest.mark.rule("OWN-2")
def test_who_was_given_to_somebody_meanwhile_stays_theirs(as_, cast, campaign, office):
    door = propose(as_, cast).location
    office("2026-01-09 10:10")
    client = as_("sales_manager")
    taken = {"id": [campaign[0].id], "owner": cast.salesperson3.id, "reason": "先谈妥的"}
    assert client.post("/customers/pool", data=taken).status_code == 303
    said = {f"line-{line.id}": cast.salesperson.id for line in lines()}
    assert client.post(f"{door}/confirmation", data=said | {"reason": "展会客户"}).status_code == 303
    assert campaign[0].name in client.get(door).text
    owners = [the(c.name).owner_id for c in campaign]
    assert owners == [cast.salesperson3.id, *[cast.salesperson.id] * 3]


@pytest.mark.rule("OWN-2")
def test_a_customer_stands_in_one_open_proposal_only(as_, cast, campaign):
    door = propose(as_, cast).location
    assert propose(as_, cast).status_code == 422
    assert as_("sales_manager").post(f"{door}/removal").status_code == 303
    assert as_("sales_manager").post(f"{door}/removal").status_code == 409
    assert propose(as_, cast).status_code == 303


@pytest.mark.rule("OWN-2")
def test_bad_input_is_told(as_, cast, campaign):
    assert propose(as_, cast, title="").status_code == 422
    assert propose(as_, cast, people=[]).status_code == 422
    assert propose(as_, cast, people=[cast.salesperson2.id]).status_code == 422
    assert propose(as_, cast, channel="retail_notes").status_code == 422
    assert propose(as_, cast, since="昨天吧").status_code == 422
    assert db.session.scalars(select(Allocation)).all() == []


@pytest.mark.rule("OWN-2")
def test_ticked_customers_are_shared_out_whoever_has_them(as_, cast, campaign):
    owned = archive(cast, "filed", contact_phone="13800001057")
    answer = propose(as_, cast, id=[owned.id, campaign[0].id], channel="")
    assert answer.status_code == 303
    assert {line.customer_id for line in lines()} == {owned.id, campaign[0].id}


@pytest.mark.rule("OWN-2", "CUS-3")
def test_another_branch_neither_sees_nor_confirms(as_, cast, campaign):
    door = propose(as_, cast).location
    stranger = as_("sales_manager2")
    assert stranger.get(door).status_code == 404
    assert stranger.post(f"{door}/confirmation", data={"reason": "x"}).status_code == 404
    assert "春季展会" not in stranger.get("/customers/allocations").text
    assert as_("salesperson").get("/customers/allocations").status_code == 403


@pytest.mark.rule("OWN-2")
def test_the_manager_says_how_much_each_can_take_on(as_, cast):
    client = as_("sales_manager")
    key = f"weight-{cast.salesperson.id}"
    for wrong in ("0", "10", "²", "", "many"):
        assert client.post("/customers/weights", data={key: wrong}).status_code == 422
    assert client.post("/customers/weights", data={key: "8"}).status_code == 303
    assert db.session.get(Weight, cast.salesperson.id).weight == 8
    assert 'value="8"' in client.get("/customers/weights").text
    foreign = {f"weight-{cast.salesperson2.id}": "9"}
    assert client.post("/customers/weights", data=foreign).status_code == 303
    assert db.session.get(Weight, cast.salesperson2.id) is None  # not of the line
