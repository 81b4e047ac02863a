"""What waits for somebody, the most pressing first."""

from datetime import timedelta
from typing import Any

import pytest

from crm.approvals import Verdict
from crm.home import todo
from tests.approvals.papers import NOW, PAPERS, submit


@pytest.fixture(autouse=True)
def _no_papers(office: Any) -> None:
    PAPERS.clear()
    office("2026-01-09 15:00")


def put(by: Any, session: Any, due_in_hours: list[float]) -> list[Any]:
    reviews = []
    for number, hours in enumerate(due_in_hours):
        review = submit(by, number=number)
        review.steps[0].due_at = NOW + timedelta(hours=5 + hours)  # it is 15:00
        reviews.append(review)
    session.commit()
    return reviews


@pytest.mark.rule("RPT-1")
def test_late_stands_first_then_today_then_later(cast: Any, session: Any, as_: Any) -> None:
    put(cast.salesperson, session, [70, 2, -3])
    page = as_("sales_manager").get("/todo").text
    assert page.index("逾期 1") < page.index("今天到期 1") < page.index("以后 1")
    assert page.index("逾期 3 小时") < page.index("还剩 2 小时")
    counted = todo.counts(cast.sales_manager, NOW + timedelta(hours=5))
    assert counted.by_group == {todo.LATE: 1, todo.TODAY: 1, todo.LATER: 1}
    assert counted.by_kind == {"approvals:review": 3}


def test_the_navigation_says_how_many_and_how_many_late(cast: Any, session: Any, as_: Any) -> None:
    put(cast.salesperson, session, [70, 2, -3])
    page = as_("sales_manager").get("/help").text
    assert "3 件待我处理，其中 1 件逾期" in page
    assert 'class="k-count is-late"' in page
    assert "件待我处理" not in as_("sales_manager2").get("/help").text


def test_it_is_mine_alone(cast: Any, session: Any, as_: Any) -> None:
    put(cast.salesperson, session, [1])
    for name in ("salesperson", "sales_manager2", "general_manager", "administrator"):
        assert "没有等您处理的事" in as_(name).get("/todo").text


def test_what_i_decided_and_what_i_asked_for(cast: Any, session: Any, as_: Any) -> None:
    returned, rejected, open_ = put(cast.salesperson, session, [1, 2, 3])
    returned.decide(Verdict.RETURN, by=cast.sales_manager, at=NOW, comment="补执照")
    rejected.decide(Verdict.REJECT, by=cast.sales_manager, at=NOW, comment="不做")
    session.commit()
    done = as_("sales_manager").get("/todo?tab=done").text
    assert done.count('is-warn">退回修改') == 1
    assert done.count("已驳回") + done.count("驳回") >= 1
    mine = as_("salesperson").get("/todo?tab=mine").text
    for review in (returned, rejected, open_):
        assert f'href="/reviews/{review.id}"' in mine
    assert "待部门经理审核" in mine
    assert "您还没有发起审批" in as_("salesperson2").get("/todo?tab=mine").text
    assert "还没有您处理过的审批" in as_("salesperson2").get("/todo?tab=done").text


def test_more_than_fifty_go_on_by_key(cast: Any, session: Any, as_: Any) -> None:
    put(cast.salesperson, session, [n / 10 - 4 for n in range(120)])
    client, seen, address = as_("sales_manager"), [], "/todo"
    while address:
        text = client.get(address).text
        seen += [part.partition('"')[0] for part in text.split('k-strong" href="/reviews/')[1:]]
        before, found, _rest = text.partition('" rel="next"')
        address = before.rpartition('href="')[2].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 120


def test_an_unknown_tab_or_kind_shows_everything(cast: Any, session: Any, as_: Any) -> None:
    put(cast.salesperson, session, [1])
    for query in ("tab=nonsense", "kind=nonsense", "after=nonsense"):
        answer = as_("sales_manager").get(f"/todo?{query}")
        assert answer.status_code == 200
        assert "云州恒拓" in answer.text


def test_people_are_told_in_the_inbox(cast: Any, session: Any, as_: Any) -> None:
    (review,) = put(cast.salesperson, session, [1])
    assert "请审批：审核文件 · 云州恒拓" in as_("sales_manager").get("/inbox").text
    review.decide(Verdict.RETURN, by=cast.sales_manager, at=NOW, reasons={"staff": "三百二十人不实"})
    session.commit()
    inbox = as_("salesperson").get("/inbox").text
    assert "林晚舟 退回修改：审核文件 · 云州恒拓" in inbox
    assert "不实" not in inbox
