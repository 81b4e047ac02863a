"""The palette: what one may see and do, nothing beside it."""

from datetime import date
from typing import Any

import pytest

from crm.customers import Customer
from crm.home.search import highlighted
from crm.kernel.clock import now
from crm.kernel.text import initials
from crm.searching import put

PALETTE = {"HX-Request": "true"}


def customer(owner: Any, name: str, session: Any, **more: Any) -> Customer:
    moment = now()
    row = Customer(
        name=name,
        author_id=owner.id,
        owner_id=owner.id,
        department_id=owner.department_id,
        department_path=owner.department.path,
        collected_on=date(2026, 1, 5),
        created_at=moment,
        updated_at=moment,
        approved_at=moment,
        state="approved",
        **more,
    )
    session.add(row)
    session.flush()
    put("customer", row.id, name, row.phone, initials=initials(name))
    session.commit()
    return row


@pytest.fixture
def found(cast: Any, session: Any) -> Customer:
    row = customer(cast.salesperson, "云州恒拓精密机械有限公司", session, grade="A", value_level="strategic")
    customer(cast.salesperson2, "青岚恒拓包装材料有限公司", session)
    return row


@pytest.mark.parametrize("typed", ["恒拓", "yzht", "云州恒拓精密"])
def test_a_piece_of_the_name_or_its_initials_find_it(typed: str, found: Customer, as_: Any) -> None:
    answer = as_("salesperson").get(f"/search?q={typed}", headers=PALETTE)
    assert answer.status_code == 200
    assert f'data-href="/customers/{found.id}"' in answer.text
    assert "<mark>" in answer.text
    assert "<html" not in answer.text
    assert "k-grade is-a" in answer.text


def test_what_one_may_not_see_is_not_found(found: Customer, as_: Any) -> None:
    for name, seen in (
        ("salesperson", ["云州"]),
        ("salesperson2", ["青岚"]),
        ("general_manager", ["云州", "青岚"]),
    ):
        text = as_(name).get("/search?q=恒拓").text
        assert [c for c in ("云州", "青岚") if f"{c}<mark>恒拓</mark>" in text] == seen
    for name in ("salesperson3", "archivist", "technician", "administrator"):
        assert "<mark>恒拓" not in as_(name).get("/search?q=恒拓").text


def test_nothing_typed_shows_what_was_opened_last(found: Customer, as_: Any, session: Any) -> None:
    client = as_("salesperson")
    assert "最近打开" not in client.get("/search", headers=PALETTE).text
    assert client.get(f"/customers/{found.id}").status_code == 200
    assert "云州恒拓精密机械有限公司" in client.get("/search", headers=PALETTE).text
    assert "云州恒拓精密机械有限公司" in client.get("/help").text
    cookie = client.get_cookie("kedang")
    assert cookie is not None
    assert "恒拓" not in cookie.value
    found.owner_id = found.author_id = 3  # somebody else's now
    found.department_path = "/1/7/8/"
    session.commit()
    assert "云州恒拓" not in client.get("/help").text


def test_pages_and_actions_are_those_of_the_role(as_: Any) -> None:
    sales, service = (
        as_(n).get("/search?q=", headers=PALETTE).text for n in ("salesperson", "service_agent")
    )
    assert "录入客户档案" in sales
    assert "人员与角色" not in sales
    assert "登记客户意见" in service
    assert "录入客户档案" not in service
    assert "人员与角色" in as_("administrator").get("/search?q=ryyjs", headers=PALETTE).text


def test_the_page_works_without_scripts(found: Customer, as_: Any) -> None:
    page = as_("salesperson").get("/search?q=恒拓").text
    assert f'href="/customers/{found.id}"' in page
    assert 'value="恒拓"' in page
    assert "没有找到" in as_("salesperson").get("/search?q=不存在的名字xyz").text or "录入客户档案" in page


@pytest.mark.parametrize(
    "typed", ["%", "_", "'", '"', "<script>", "*", "a" * 5000, "\x00", "恒 拓", "-", "NOT"]
)
def test_anything_may_be_typed(typed: str, found: Customer, as_: Any) -> None:
    answer = as_("salesperson").get("/search", query_string={"q": typed}, headers=PALETTE)
    assert answer.status_code == 200
    assert "<script>" not in answer.text


MARKS = [
    ("云州恒拓精密机械", "恒拓", "云州<mark>恒拓</mark>精密机械"),
    ("云州恒拓精密机械", "yzht", "<mark>云州恒拓</mark>精密机械"),
    ("启衡（青岚）有限公司", "qhql", "<mark>启衡（青岚</mark>）有限公司"),
    ("<b>公司", "公司", "&lt;b&gt;<mark>公司</mark>"),
    ("云州恒拓", "13800001057", "云州恒拓"),
    ("云州恒拓", "（）", "云州恒拓"),
]


@pytest.mark.parametrize(("name", "typed", "shown"), MARKS)
def test_the_piece_that_was_typed_is_marked(name: str, typed: str, shown: str) -> None:
    assert str(highlighted(name, typed)) == shown


@pytest.mark.parametrize("typed", ["%", "_", "？！", "-- ", "（）", "."])
def test_signs_alone_find_nothing(typed: str, found: Customer, as_: Any) -> None:
    client = as_("salesperson")
    assert client.get("/search", query_string={"q": typed}, headers=PALETTE).text.strip() == ""
    assert "没有找到" in client.get("/search", query_string={"q": typed}).text
