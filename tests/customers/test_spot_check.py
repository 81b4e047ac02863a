"""The weekly spot check (ARC-13): the system draws, the leader judges, the owner mends or is reminded."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm.accounts import UserRole
from crm.audit import AuditEntry
from crm.customers.checking.drawing import draw
from crm.customers.checking.queries import TODO_KINDS, by_owner
from crm.customers.checking.rules import REST, drawn, monday_of, share
from crm.customers.models import FieldChange, SpotCheck
from crm.customers.queries import waiting
from crm.customers.steps import contacts
from crm.home import todo
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.jobs import run_due
from crm.notifications import Message
from tests.kernel.ticking import only

from .entries import archive, the

WEEK = date(2026, 1, 12)  # a Monday
NAMES = [
    "云州恒拓精密机械有限公司",
    "云州启航阀门有限公司",
    "云州锦程纺织有限公司",
    "云州岩峰矿山机械制造有限公司",
    "云州华泰食品有限公司",
    "云州明德印刷有限公司",
    "云州长河电缆有限公司",
]
JOBS = ("customers:spot_check", "customers:spot_check_remind")


@pytest.fixture(autouse=True)
def friday_before(office):
    office("2026-01-09 10:00")


def filed(cast, many, *, branch=""):
    """So many filed archives of 销售一部, each with a number of its own."""
    return [
        archive(cast, "filed", name, branch=branch, contact_phone=f"1390000{n:04}")
        for n, name in enumerate(NAMES[:many], 1)
    ]


def tick(app):
    """Let the clock run what of the spot check is due."""
    with only(*JOBS):
        return run_due(app=app)


def checks():
    return list(db.session.scalars(select(SpotCheck).order_by(SpotCheck.id)))


def waits(person):
    """What of the spot check waits for somebody: {kind: [objects]}."""
    found = {}
    for lines in waiting(person):
        for row in db.session.execute(lines):
            if row.kind in TODO_KINDS:
                found.setdefault(row.kind.removeprefix("customers:"), []).append(row.object)
    return found


def told(person):
    """What somebody was told of it, the oldest first."""
    mine = select(Message.text).where(Message.recipient_id == person.id, Message.text.contains("抽查"))
    return list(db.session.scalars(mine.order_by(Message.id)))


def judge(client, check, verdict, note=""):
    return client.post(f"/customers/spot-checks/{check.id}/verdict", data={"verdict": verdict, "note": note})


def back(as_, cast, app, office):
    """An archive sent back on Monday 2026-01-12 at 10:00."""
    (customer,) = filed(cast, 1)
    office("2026-01-12 08:00")
    tick(app)
    (check,) = checks()
    office("2026-01-12 10:00")
    assert judge(as_(cast.sales_manager), check, "back", "主营产品写得太笼统").status_code == 303
    return customer, check


# --- the lot ---------------------------------------------------------------------------------------


@pytest.mark.rule("ARC-13")
def test_the_lot_can_be_worked_out_again():
    ids = range(1, 101)
    first = drawn(ids, {}, week=WEEK, department_id=5, size=5)
    assert first == drawn(reversed(ids), {}, week=WEEK, department_id=5, size=5)
    assert first == [26, 95, 40, 30, 42]  # of SHA-256, on every machine
    assert first != drawn(ids, {}, week=WEEK + timedelta(7), department_id=5, size=5)
    assert first != drawn(ids, {}, week=WEEK, department_id=6, size=5)


@pytest.mark.rule("ARC-13")
def test_an_archive_rests_eight_weeks_while_others_are_left():
    last = {1: WEEK - timedelta(weeks=1), 2: WEEK - timedelta(weeks=7), 3: WEEK - REST}
    lot = drawn([1, 2, 3, 4], last, week=WEEK, department_id=5, size=4)
    assert set(lot[:2]) == {3, 4}  # eight weeks ago is long enough
    assert lot[2:] == [2, 1]  # then who has rested longest
    assert drawn([1, 2], last, week=WEEK, department_id=5, size=1) == [2]


def test_in_few_drawn_is_what_there_is():
    assert sorted(drawn([7, 7, 8], {}, week=WEEK, department_id=1, size=5)) == [7, 8]
    assert drawn([], {}, week=WEEK, department_id=1, size=5) == []
    assert drawn([1], {}, week=WEEK, department_id=1, size=0) == []


def test_weeks_begin_on_monday_and_shares_need_something_judged():
    assert [monday_of(WEEK + timedelta(n)) for n in range(7)] == [WEEK] * 7
    assert monday_of(date(2026, 1, 11)) == date(2026, 1, 5)
    assert (share(0, 0), share(3, 1), share(0, 2)) == (None, 75, 0)


# --- drawing ---------------------------------------------------------------------------------------


@pytest.mark.rule("ARC-13")
def test_on_monday_at_eight_each_team_is_drawn_five_of_its_filed_archives(cast, app, office):
    customers = filed(cast, 7)
    archive(cast, "approved", "云州后来泵业有限公司", contact_phone="13911110000")
    other = archive(cast, "filed", "青岚远航包装有限公司", branch="2", contact_phone="13911110001")
    office("2026-01-12 07:59")
    tick(app)
    the_week_before = date(2026, 1, 5)  # the job's first run makes good the newest slot
    assert {c.week for c in checks()} <= {the_week_before}
    for check in checks():
        db.session.delete(check)
    db.session.commit()
    office("2026-01-12 08:00")
    assert "customers:spot_check" in tick(app)
    mine = [c for c in checks() if c.customer_id != other.id]
    assert len(mine) == 5
    assert {c.customer_id for c in mine} < {c.id for c in customers}
    assert {(c.week, c.owner_id, c.verdict) for c in mine} == {(WEEK, cast.salesperson.id, "")}
    assert {c.department_id for c in mine} == {cast.department("销售一部").id}
    assert [c.customer_id for c in checks() if c not in mine] == [other.id]
    expected = drawn([c.id for c in customers], {}, week=WEEK, department_id=mine[0].department_id, size=5)
    assert [c.customer_id for c in mine] == expected
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.tag == "spot_check:draw").order_by(AuditEntry.seq)
    ).all()[-2]
    assert entry.facts == {"week": "2026-01-12", "customers": expected}
    assert entry.actor_id is None


@pytest.mark.rule("ARC-13")
def test_a_week_is_drawn_once(cast, office):
    filed(cast, 7)
    office("2026-01-12 08:00")
    assert draw(WEEK, at=clock.now()) == 5
    before = [c.customer_id for c in checks()]
    assert draw(WEEK, at=clock.now()) == 0
    assert [c.customer_id for c in checks()] == before
    assert draw(WEEK + timedelta(7), at=clock.now()) == 5
    second = {c.customer_id for c in checks()[5:]}
    assert len(second - set(before)) == 2  # the two that were left come first


@pytest.mark.rule("ARC-13")
def test_the_leader_gets_one_message_and_one_line(as_, cast, app, office):
    filed(cast, 3)
    office("2026-01-12 08:00")
    tick(app)
    assert told(cast.sales_manager) == ["请抽查本周档案：销售一部，3 份"]
    assert waits(cast.sales_manager) == {"spot_check": ["销售一部"]}
    for person in (cast.salesperson, cast.branch_manager, cast.general_manager, cast.sales_manager2):
        assert (told(person), waits(person)) == ([], {})
    assert "抽查本周档案" in as_(cast.sales_manager).get("/todo").text


@pytest.mark.rule("ARC-13")
@pytest.mark.parametrize(
    ("gone", "leader"),
    [(["sales_manager"], "branch_manager"), (["sales_manager", "branch_manager"], "general_manager")],
)
def test_without_a_sales_manager_the_next_above_leads(cast, app, office, as_, gone, leader):
    filed(cast, 1)
    for name in gone:
        db.session.delete(db.session.get(UserRole, (cast[name].id, name)))
    db.session.commit()
    db.session.expire_all()
    office("2026-01-12 08:00")
    tick(app)
    assert len(told(cast[leader])) == 1
    assert waits(cast[leader]) == {"spot_check": ["销售一部"]}
    assert judge(as_(cast[leader]), checks()[0], "good").status_code == 303


@pytest.mark.rule("ARC-13")
def test_a_leader_is_not_given_their_own_archives(cast, app, office):
    mine, theirs = filed(cast, 2)
    mine.owner_id = cast.sales_manager.id
    db.session.commit()
    office("2026-01-12 08:00")
    tick(app)
    assert [c.customer_id for c in checks()] == [theirs.id]


# --- judging ---------------------------------------------------------------------------------------


@pytest.mark.rule("ARC-13")
def test_the_leader_marks_each_good_or_sends_it_back_with_a_note(as_, cast, app, office):
    filed(cast, 2)
    office("2026-01-12 08:00")
    tick(app)
    one, two = checks()
    client = as_(cast.sales_manager)
    page = client.get("/customers/spot-checks").text
    assert NAMES[0] in page
    assert NAMES[1] in page
    office("2026-01-12 10:00")
    assert judge(client, one, "good").status_code == 303
    refused = judge(client, two, "back", " ")
    assert refused.status_code == 422
    assert "请写明要补充或更正什么" in refused.text
    assert judge(client, two, "").status_code == 422
    assert judge(client, two, "back", "缺联系人职务").status_code == 303
    assert [(c.verdict, c.note, c.by_id) for c in (one, two)] == [
        ("good", "", cast.sales_manager.id),
        ("back", "缺联系人职务", cast.sales_manager.id),
    ]
    assert clock.local(two.mend_by).isoformat() == "2026-01-15T10:00:00+08:00"  # 72 hours of the clock
    assert judge(client, one, "back", "再看").status_code == 409
    assert waits(cast.sales_manager) == {}
    assert told(cast.salesperson)[-1:] == [f"抽查退回：{two.customer.name}"]


@pytest.mark.rule("ARC-13")
def test_the_ladder_of_a_verdict(as_, cast, app, office):
    filed(cast, 1)
    office("2026-01-12 08:00")
    tick(app)
    (check,) = checks()
    path = f"/customers/spot-checks/{check.id}/verdict"
    assert as_(cast.sales_manager).put(path).status_code == 405
    assert judge(as_(cast.sales_manager2), check, "good").status_code == 404
    assert judge(as_(cast.salesperson), check, "good").status_code == 403
    assert judge(as_(cast.branch_manager), check, "good").status_code == 403  # the team has a leader
    assert judge(as_(cast.custodian), check, "good").status_code == 403
    assert as_(cast.custodian).get(f"/customers/spot-checks/{check.id}").status_code == 403
    assert as_(cast.salesperson3).get(f"/customers/spot-checks/{check.id}").status_code == 404
    assert as_(cast.salesperson).get("/customers/spot-checks").status_code == 403
    the().retire(reason="注销", by=cast.sales_manager, at=clock.now())
    assert judge(as_(cast.sales_manager), check, "good").status_code == 409
    assert waits(cast.sales_manager) == {}


# --- mending ---------------------------------------------------------------------------------------


@pytest.mark.rule("ARC-13")
def test_what_was_sent_back_is_the_owners_to_do_until_answered(as_, cast, app, office):
    customer, check = back(as_, cast, app, office)
    assert waits(cast.salesperson) == {"spot_back": [customer.name]}
    client = as_(cast.salesperson)
    page = client.get(f"/customers/spot-checks/{check.id}").text
    assert "主营产品写得太笼统" in page
    assert "还剩 3 天" in page
    path = f"/customers/spot-checks/{check.id}/answer"
    assert client.post(path, data={"answer": ""}).status_code == 422
    assert as_(cast.sales_manager).post(path, data={"answer": "x"}).status_code == 403
    assert as_(cast.salesperson3).post(path, data={"answer": "x"}).status_code == 404
    assert client.post(path, data={"answer": "客户只做这一类产品"}).status_code == 303
    assert (check.answer, check.mended_at) == ("客户只做这一类产品", clock.now())
    assert waits(cast.salesperson) == {}
    assert client.post(path, data={"answer": "又"}).status_code == 409
    assert "客户只做这一类产品" in as_(cast.sales_manager).get(f"/customers/spot-checks/{check.id}").text


@pytest.mark.rule("ARC-13")
def test_an_update_of_the_archive_by_its_owner_mends_it(as_, cast, app, office):
    customer, check = back(as_, cast, app, office)
    office("2026-01-13 09:00")

    def changed(field, by):
        row = FieldChange(customer_id=customer.id, field=field, values={"old": "a", "new": "b"}, by_id=by.id)
        row.at = clock.now()
        db.session.add(row)
        db.session.commit()
        db.session.expire_all()

    changed("grade", cast.salesperson)  # says nothing of what stands in the archive
    changed("industry", cast.sales_manager)  # not the owner
    assert check.mended_at is None
    changed("industry", cast.salesperson)
    assert check.mended_at == clock.now()
    assert waits(cast.salesperson) == {}


@pytest.mark.rule("ARC-13")
def test_a_contact_brought_up_to_date_mends_it(as_, cast, app, office):
    customer, check = back(as_, cast, app, office)
    contacts.retire_phone(customer.contacts[0], reason="空号", by=cast.salesperson, at=clock.now())
    db.session.commit()
    assert check.mended_at == clock.now()


@pytest.mark.rule("ARC-13")
def test_who_owns_it_now_has_to_mend_it(as_, cast, app, office):
    customer, check = back(as_, cast, app, office)
    customer.owner_id = cast.salesperson3.id
    db.session.commit()
    assert (waits(cast.salesperson), waits(cast.salesperson3)) == ({}, {"spot_back": [customer.name]})
    path = f"/customers/spot-checks/{check.id}/answer"
    assert as_(cast.salesperson3).post(path, data={"answer": "已核实"}).status_code == 303


# --- reminding -------------------------------------------------------------------------------------


@pytest.mark.rule("ARC-13")
def test_after_72_hours_the_owner_is_reminded_then_the_leader_is_shown_it(as_, cast, app, office):
    customer, check = back(as_, cast, app, office)
    before = told(cast.salesperson)
    office("2026-01-15 09:00")
    tick(app)
    assert told(cast.salesperson) == before
    office("2026-01-15 10:00")  # Thursday: 72 hours
    tick(app)
    tick(app)
    assert told(cast.salesperson) == [*before, f"抽查退回还没有处理：{customer.name}"]
    assert waits(cast.sales_manager) == {}
    office("2026-01-15 11:00")
    tick(app)
    assert len(told(cast.salesperson)) == len(before) + 1  # once
    office("2026-01-16 10:00")
    tick(app)
    office("2026-01-16 11:00")
    tick(app)
    assert told(cast.sales_manager)[1:] == [f"抽查退回逾期未处理：{customer.name}"]
    assert waits(cast.sales_manager) == {"spot_late": [customer.name]}
    assert waits(cast.salesperson) == {"spot_back": [customer.name]}
    counted = todo.counts(cast.salesperson, clock.now())
    assert counted.by_group[todo.LATE] >= 1
    as_(cast.salesperson).post(f"/customers/spot-checks/{check.id}/answer", data={"answer": "已改"})
    assert waits(cast.sales_manager) == {}


@pytest.mark.rule("ARC-13")
def test_who_mended_in_time_is_not_reminded(as_, cast, app, office):
    _customer, check = back(as_, cast, app, office)
    check.answer_with("已核实", by=cast.salesperson, at=clock.now())
    db.session.commit()
    before = told(cast.salesperson)
    office("2026-01-15 10:00")
    tick(app)
    assert told(cast.salesperson) == before
    assert check.reminded_at is None


@pytest.mark.rule("ARC-13")
def test_days_off_count_as_well(as_, cast, app, office):
    filed(cast, 1)
    office("2026-01-12 08:00")
    tick(app)
    (check,) = checks()
    office("2026-01-16 17:00")  # Friday
    judge(as_(cast.sales_manager), check, "back", "补充规模")
    office("2026-01-19 17:00")  # Monday
    tick(app)
    assert check.reminded_at == clock.now()


# --- counting --------------------------------------------------------------------------------------


@pytest.mark.rule("ARC-13")
def test_results_are_kept_and_counted_per_owner_for_a_period(as_, cast, app, office):
    customers = filed(cast, 3)
    customers[2].owner_id = cast.salesperson3.id
    db.session.commit()
    office("2026-01-12 08:00")
    tick(app)
    client = as_(cast.sales_manager)
    for check in checks():
        verdict = "good" if check.customer_id != customers[1].id else "back"
        judge(client, check, verdict, "缺规模")
    counted = {c.label: (c.drawn, c.good, c.back, c.mended, c.percent) for c in by_owner(WEEK)}
    assert counted == {"陈知远": (2, 1, 1, 0, 50), "何青山": (1, 1, 0, 0, 100)}
    office("2026-02-02 09:00")
    client = as_(cast.sales_manager)
    page = client.get("/customers/spot-checks?weeks=4").text
    assert "陈知远" in page
    assert "50%" in page
    assert "week=2026-01-12" in page
    assert NAMES[0] in client.get("/customers/spot-checks?week=2026-01-14").text  # that Wednesday's week
    office("2026-02-09 09:00")  # four weeks later that Monday is out of the period
    client = as_(cast.sales_manager)
    assert "50%" not in client.get("/customers/spot-checks?weeks=4").text
    assert "50%" in client.get("/customers/spot-checks?weeks=12").text
    assert "陈知远" not in as_(cast.sales_manager2).get("/customers/spot-checks").text


def test_what_nobody_judged_stays_on_the_list(as_, cast, app, office):
    filed(cast, 1)
    office("2026-01-12 08:00")
    tick(app)
    office("2026-01-20 09:00")
    page = as_(cast.sales_manager).get("/customers/spot-checks").text
    assert NAMES[0] in page
    assert "2026-01-12 那周" in page


@pytest.mark.parametrize(
    "query", ["week=2026-13-40", "week=x", "weeks=0", "weeks=999999999999", "week=9999-12-31"]
)
def test_an_unreadable_period_shows_the_usual_one(as_, query):
    assert as_("sales_manager").get(f"/customers/spot-checks?{query}").status_code == 200
