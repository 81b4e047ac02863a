"""The first page shows each role what waits, what is late, what it answers for."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from crm.accounts import Department
from crm.complaints import Opinion
from crm.customers import Customer
from crm.home import lines
from crm.kernel.clock import now
from tests.approvals.papers import PAPERS, submit


@pytest.fixture(autouse=True)
def _friday(office: Any) -> None:
    PAPERS.clear()
    office("2026-01-09 15:00")


def archive(owner: Any, session: Any, name: str, **more: Any) -> Customer:
    at = now()
    values = {
        "state": "in_review",
        "collected_on": date(2026, 1, 5),
        "submitted_at": at,
        "due_at": datetime(2026, 1, 7, 10, tzinfo=at.tzinfo),
    }
    row = Customer(
        name=name,
        author_id=owner.id,
        department_id=owner.department_id,
        department_path=owner.department.path,
        created_at=at,
        updated_at=at,
        **values | more,
    )
    session.add(row)
    session.commit()
    return row


@pytest.mark.rule("RPT-1", "ARC-4")
def test_late_entries_are_shown_to_the_managers_above(cast: Any, session: Any, as_: Any) -> None:
    archive(cast.salesperson, session, "云州恒拓精密机械有限公司")
    for name in ("sales_manager", "branch_manager", "general_manager"):
        page = as_(name).get("/").text
        assert "逾期未入册" in page
        assert "云州恒拓精密机械有限公司" in page
    for name in ("sales_manager2", "branch_manager2", "archivist", "administrator"):
        assert "云州恒拓" not in as_(name).get("/").text


@pytest.mark.rule("RPT-1", "OWN-3")
def test_new_customers_without_contact_are_shown_with_their_clock(cast: Any, session: Any, as_: Any) -> None:
    archive(
        cast.salesperson,
        session,
        "望川松果医疗器械有限公司",
        state="approved",
        approved_at=now(),
        owner_id=cast.salesperson.id,
        contact_due_at=now() - timedelta(days=1),
    )
    for name in ("salesperson", "sales_manager"):
        page = as_(name).get("/").text
        assert "新客户尚未联系" in page
        assert "逾期 1 天" in page
    assert "1 家已超期限" in as_("salesperson").get("/").text
    assert "望川松果" not in as_("salesperson3").get("/").text


@pytest.mark.rule("ARC-5", "RPT-1")
def test_the_dispatcher_sees_how_many_to_send(cast: Any, session: Any, as_: Any) -> None:
    archive(cast.salesperson, session, "云州恒拓", state="approved", approved_at=now())
    page = as_("dispatcher").get("/").text
    assert "待传送" in page
    assert "/todo?kind=customers:dispatch" in page
    assert "云州恒拓" not in as_("dispatcher2").get("/").text


def opinion(by: Any, session: Any, severity: str = "serious") -> Opinion:
    at = now()
    row = Opinion(
        number=f"TS-20260109-{len(by.name)}{by.id:03d}",
        kind="complaint",
        severity=severity,
        rank=0 if severity == "serious" else 1,
        title="计量泵密封泄漏，操作员灼伤",
        what_happened="泄漏",
        channel="phone",
        received_at=at,
        customer_name="青岚白鹭",
        contact_name="梁",
        registered_at=at,
        registered_by_id=by.id,
        department_id=by.department_id,
        department_path=by.department.path,
    )
    session.add(row)
    session.commit()
    return row


@pytest.mark.rule("CMP-2", "RPT-1")
def test_serious_complaints_stand_first_for_the_general_manager(cast: Any, session: Any, as_: Any) -> None:
    opinion(cast.service_agent, session)
    review = submit(cast.sales_manager2)
    review.steps[0].asked[0].user_id = cast.general_manager.id
    review.steps[0].due_at = now() - timedelta(days=3)
    session.commit()
    boss = as_("general_manager")
    page = boss.get("/").text
    assert page.index("计量泵密封泄漏") < page.index("等我处理")
    page = boss.get("/todo").text
    assert page.index("计量泵密封泄漏") < page.index("审核文件")
    assert "重大 1" in page


def test_a_branch_supervisor_is_asked_only_about_the_own_branch(cast: Any, session: Any, as_: Any) -> None:
    opinion(cast.salesperson, session, "general")
    theirs = opinion(cast.salesperson2, session, "general")
    supervisor = cast.service_supervisor2
    text = as_(supervisor).get("/todo").text
    assert text.count('k-strong" href="/complaints/') == 1
    assert f'href="/complaints/{theirs.id}"' in text
    assert "1 件待我处理" in text


def test_the_lines_kept_for_a_person_follow_what_they_may(cast: Any, session: Any) -> None:
    person = cast.dispatcher
    before = lines.person(person)
    person.department = session.query(Department).filter_by(name="综合二部").one()
    assert lines.person(person) != before


def test_a_new_company_is_told_how_to_begin(as_: Any) -> None:
    assert "录入第一家客户" in as_("salesperson").get("/").text
    assert "先把部门和人员建好" in as_("administrator").get("/").text
    assert "还没有客户意见" in as_("service_agent").get("/").text


def test_every_number_is_a_link(as_: Any) -> None:
    for name in ("salesperson", "general_manager", "attendance_admin"):
        page = as_(name).get("/").text
        tallies = page.partition('class="k-tally"')[2].partition("</nav>")[0]
        assert tallies.count("<b>") == tallies.count("href=") >= 2


@pytest.mark.rule("ARC-6")
def test_the_named_archivist_is_told(cast: Any, session: Any, as_: Any) -> None:
    at = now()
    row = archive(cast.salesperson, session, "云州恒拓", state="dispatched", approved_at=at, dispatched_at=at)
    row.name_archivist(cast.archivist, by=cast.marketing_manager, at=at)
    session.commit()
    assert "请整理归档：云州恒拓" in as_("archivist").get("/inbox").text
    assert "请整理归档" not in as_("archivist2").get("/inbox").text


@pytest.mark.rule("OWN-3", "ARC-4")
def test_the_number_of_a_panel_leads_to_the_same_in_the_register(cast: Any, session: Any, as_: Any) -> None:
    waits = {"state": "approved", "approved_at": now(), "contact_due_at": now() + timedelta(days=1)}
    for n, owner in enumerate((cast.salesperson, cast.salesperson, cast.salesperson3)):
        archive(owner, session, f"云州恒拓第{n}分厂", owner_id=owner.id, **waits)
    archive(cast.salesperson, session, "云州恒拓总厂", first_contact_on=date(2026, 1, 8), **waits)
    handed_on = archive(cast.salesperson, session, "云州恒拓老厂", owner_id=cast.salesperson3.id, **waits)
    for person, n in ((cast.salesperson, 2), (cast.sales_manager, 4), (cast.general_manager, 4)):
        client = as_(person)
        address = _address(client.get("/").text, f"共 {n} 家", "h-new")
        listed = client.get(address).text
        assert listed.count('<tr role="row" id="customer-') == n, person.username
        assert (f'id="customer-{handed_on.id}"' in listed) == (person.username != "salesperson")
        assert "新客户未联系" in listed
    client = as_("sales_manager")
    address = _address(client.get("/").text, "共 5 家", "h-late")
    assert client.get(address).text.count('<tr role="row" id="customer-') == 5


def _address(page: str, label: str, panel: str) -> str:
    """Where the link of that name in the panel leads."""
    before, found, _rest = page.partition(f'id="{panel}"')[2].partition(f'">{label}</a>')
    assert found, page
    return before.rpartition('href="')[2].replace("&amp;", "&")
