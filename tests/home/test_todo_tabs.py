"""The to-do list: its tabs, filters and clocks, and very many things at once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from crm.approvals import Asked, Review, ReviewStep, Verdict
from crm.home import lines, todo
from crm.kernel.paging import CAP
from tests.approvals.papers import NOW, PAPERS, Paper, submit


@pytest.fixture(autouse=True)
def _no_papers(office: Any) -> None:
    PAPERS.clear()
    office("2026-01-09 15:00")


def put(by: Any, session: Any, due_in_hours: list[float], **more: Any) -> list[Any]:
    reviews = []
    for number, hours in enumerate(due_in_hours):
        review = submit(by, number=number, **more)
        review.steps[0].due_at = NOW + timedelta(hours=5 + hours)  # it is 15:00
        reviews.append(review)
    session.commit()
    return reviews


def many(by: Any, to: Any, session: Any, number: int) -> None:
    """So many open reviews of one reviewer; all are due at the same moment, in threes."""
    common = {"round": 1, "flow": "papers:one", "flow_version": 1, "thing_type": "paper", "proposal": {}}
    reviews = [
        common
        | {
            "id": n,
            "number": f"SP-{n:06}",
            "thing_id": n,
            "title": "审核文件",
            "object_name": f"第 {n} 家",
            "author_id": by.id,
            "submitted_at": NOW,
        }
        for n in range(1, number + 1)
    ]
    steps = [
        {
            "id": n,
            "review_id": n,
            "position": 0,
            "key": "manager",
            "name": "部门经理审核",
            "days": 2,
            "state": "open",
            "opened_at": NOW,
            "counted_from": NOW.date(),
            "due_at": NOW + timedelta(hours=n // 3 - 100),
        }
        for n in range(1, number + 1)
    ]
    session.execute(insert(Review), reviews)
    session.execute(insert(ReviewStep), steps)
    asked = [{"step_id": n, "user_id": to.id} for n in range(1, number + 1)]
    session.execute(insert(Asked), asked)
    session.commit()


def shown(text: str) -> list[int]:
    return [int(part.partition('"')[0]) for part in text.split('k-strong" href="/reviews/')[1:]]


def test_only_what_is_late(cast: Any, session: Any, as_: Any) -> None:
    late, _today, _later = put(cast.salesperson, session, [-3, 2, 70])
    page = as_("sales_manager").get("/todo?late=1").text
    assert shown(page) == [late.id]
    assert "逾期 3 小时" in page
    assert "没有符合条件的待办" in as_("sales_manager").get("/todo?late=1&q=没有").text


@pytest.mark.parametrize(
    ("text", "found"), [("云州", 2), ("审核文件", 2), ("%", 0), ("_", 0), ("\\", 0), ("陈", 2)]
)
def test_what_a_text_is_in(text: str, found: int, cast: Any, session: Any, as_: Any) -> None:
    cast.salesperson.name = "陈知远"
    put(cast.salesperson, session, [1, 2])
    page = as_("sales_manager").get("/todo", query_string={"q": text}).text
    assert len(shown(page)) == found


def test_done_and_mine_are_narrowed_by_state_and_text(cast: Any, session: Any, as_: Any) -> None:
    yes, no, _open = put(cast.salesperson, session, [1, 2, 3])
    yes.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    no.decide(Verdict.REJECT, by=cast.sales_manager, at=NOW, comment="不做")
    session.commit()
    manager, author = as_("sales_manager"), as_("salesperson")
    assert shown(manager.get("/todo?tab=done&state=approved").text) == [yes.id]
    assert shown(author.get("/todo?tab=mine&state=rejected").text) == [no.id]
    assert shown(author.get(f"/todo?tab=mine&q={yes.number}").text) == [yes.id]
    assert len(shown(author.get("/todo?tab=mine&state=nonsense").text)) == 3
    assert "没有符合条件的审批" in author.get("/todo?tab=mine&q=没有").text
    assert "还剩" in author.get("/todo?tab=mine&state=pending").text


def test_nobody_reads_the_copies_of_others(cast: Any, session: Any, as_: Any) -> None:
    (review,) = put(cast.salesperson, session, [1])
    review.copy_to([cast.custodian.id], by=cast.salesperson, at=NOW)
    session.commit()
    assert "云州恒拓" in as_("custodian").get("/todo?tab=copied").text
    assert "还没有抄送给您" in as_("general_manager").get("/todo?tab=copied").text


# --- very many --------------------------------------------------------------------------------------


def test_more_than_anybody_counts_are_not_counted(cast: Any, session: Any, as_: Any) -> None:
    many(cast.salesperson, cast.sales_manager, session, CAP + 500)
    client = as_("sales_manager")
    page = client.get("/todo").text
    assert "全部 1,000+" in page
    assert "1,000+ 件待我处理" in page
    assert client.get("/").status_code == 200
    counted = todo.counts(cast.sales_manager, NOW + timedelta(hours=5))
    assert counted.crowded
    assert counted.total == CAP + 1
    PAPERS[700] = Paper(700)
    review = client.get("/reviews/700").text
    assert "共 1,000 件以上" in review
    assert 'href="/reviews/699" data-prev' in review
    assert 'href="/reviews/701" data-next' in review


def test_very_many_are_paged_as_few_are(cast: Any, session: Any, as_: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("crm.approvals.queries.CAP", 100)
    monkeypatch.setattr("crm.home.lines.CAP", 100)
    many(cast.salesperson, cast.sales_manager, session, 230)
    client, seen, address = as_("sales_manager"), [], "/todo"
    pages = []
    while address:
        text = client.get(address).text
        pages.append(shown(text))
        seen += pages[-1]
        before, found, _rest = text.partition('" rel="next"')
        address = before.rpartition('href="')[2].replace("&amp;", "&") if found else ""
    assert seen == list(range(1, 231))
    back, found, _rest = text.partition('" rel="prev"')
    assert found
    text = client.get(back.rpartition('href="')[2].replace("&amp;", "&")).text
    assert shown(text) == pages[-2]
    assert shown(client.get("/todo?q=第 200 家").text) == [200]
    late = client.get("/todo?late=1&kind=approvals:review").text
    assert shown(late) == list(range(1, 51))


def test_the_next_one_opens_among_very_many(cast: Any, session: Any, as_: Any) -> None:
    many(cast.salesperson, cast.sales_manager, session, CAP + 10)
    for n in (1, CAP + 10):
        PAPERS[n] = Paper(n)
    client = as_("sales_manager")
    first = client.post("/reviews/1/decisions", data={"step_id": 1, "decision": "approve"})
    assert first.location == "/reviews/2"
    last = CAP + 10
    answer = client.post(f"/reviews/{last}/decisions", data={"step_id": last, "decision": "approve"})
    assert answer.location == "/reviews/2"


def test_the_statements_of_a_person_are_kept_apart(cast: Any, session: Any, app: Any) -> None:
    with app.test_request_context():
        assert lines.person(cast.sales_manager) != lines.person(cast.sales_manager2)
