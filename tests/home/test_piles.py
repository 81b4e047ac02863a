"""What lies on a desk in great number is one line of the to-do list; the numbers still count each archive."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from crm.customers import Customer
from crm.home import todo
from crm.kernel.clock import now

DESKS = [
    ("dispatcher", "待传送", "/customers/dispatch", {"state": "approved"}),
    ("marketing_manager", "待指定归档人", "/customers/filing", {"state": "dispatched"}),
    ("archivist", "待归档", "/customers/filing", {"state": "dispatched", "archivist": True}),
]


@pytest.fixture(autouse=True)
def _friday(office: Any) -> None:
    office("2026-01-09 15:00")


def lay(cast: Any, session: Any, count: int, *, state: str, archivist: bool = False) -> None:
    """Archives due from three days ago on, a day apart."""
    at, author = now(), cast.salesperson
    for number in range(count):
        row = Customer(
            name=f"云州恒拓第{number}分厂",
            state=state,
            author_id=author.id,
            owner_id=author.id,
            department_id=author.department_id,
            department_path=author.department.path,
            collected_on=date(2026, 1, 5),
            created_at=at,
            updated_at=at,
            approved_at=at,
            dispatched_at=at if state == "dispatched" else None,
            archivist_id=cast.archivist.id if archivist else None,
            due_at=datetime(2026, 1, 6, 10, tzinfo=at.tzinfo) + timedelta(days=number),
        )
        session.add(row)
    session.commit()


@pytest.mark.rule("ARC-5", "ARC-6")
@pytest.mark.parametrize(("person", "label", "desk", "made"), DESKS)
def test_up_to_twenty_each_has_a_line_beyond_one_line_leads_to_the_desk(
    cast: Any, session: Any, as_: Any, person: str, label: str, desk: str, made: dict[str, Any]
) -> None:
    client = as_(person)
    lay(cast, session, 20, **made)
    page = client.get("/todo").text
    assert page.count(f'k-strong" href="{desk}?id=') == 20
    lay(cast, session, 1, **made)
    for address in ("/todo", f"/todo?kind=customers:{made['state']}", "/"):
        page = client.get(address).text
        assert page.count('k-strong" href="') == 1
        assert f'href="{desk}">{label} 21 家</a>' in page
        assert "恒拓第" not in page.partition('id="main"')[2]


@pytest.mark.rule("RPT-1")
def test_a_pile_stands_where_its_most_pressing_archive_does_and_the_numbers_count_all(
    cast: Any, session: Any, as_: Any
) -> None:
    lay(cast, session, 1200, state="approved")
    counted = todo.counts(cast.dispatcher, now())
    assert counted.by_kind == {"customers:dispatch": 1200}
    # due on the 6th, 7th, 8th at 18:00, today, and ever after
    assert counted.by_group == {todo.LATE: 3, todo.TODAY: 1, todo.LATER: 1196}
    page = as_("dispatcher").get("/todo").text
    assert "待传送 1,200 家" in page
    assert "逾期 3<" in page
    assert "，其中 3 件逾期" in page


def test_a_person_of_two_desks_has_a_line_for_each_and_still_the_single_ones(
    cast: Any, session: Any, as_: Any
) -> None:
    both = cast.archivist
    both.give_roles({"archivist", "marketing_manager"}, by=None, at=now())
    session.commit()
    lay(cast, session, 25, state="dispatched")
    lay(cast, session, 3, state="dispatched", archivist=True)
    page = as_(both).get("/todo").text
    assert "待指定归档人 25 家" in page
    assert page.count('k-strong" href="/customers/filing?id=') == 3


def test_the_line_of_a_pile_speaks_the_readers_language(cast: Any, session: Any, as_: Any) -> None:
    cast.dispatcher.locale = "en"
    lay(cast, session, 21, state="approved")
    assert "21 to send" in as_("dispatcher").get("/todo").text


def test_who_looks_for_one_archive_finds_it_in_the_pile(cast: Any, session: Any, as_: Any) -> None:
    lay(cast, session, 30, state="approved")
    page = as_("dispatcher").get("/todo?q=恒拓第17分厂").text
    assert "恒拓第17分厂" in page
    assert "待传送 30 家" not in page
