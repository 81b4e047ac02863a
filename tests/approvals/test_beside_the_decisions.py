"""催办, 评论, 抄送; a thing that changed is stale; a yes that refuses single lines."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crm.approvals import Stale, Verdict
from crm.audit import AuditEntry
from crm.kernel.errors import Forbidden, Refused
from crm.notifications import Message

from .papers import NOW, PAPERS, One, submit


def told(session: Any, word: str) -> list[int]:
    return list(session.scalars(select(Message.recipient_id).where(Message.text.contains(word))))


def test_an_author_presses_at_most_once_an_hour(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson)
    with pytest.raises(Forbidden):
        review.press(by=cast.sales_manager, at=NOW)
    review.press(by=cast.salesperson, at=NOW)
    assert not review.can_press(cast.salesperson, NOW + timedelta(minutes=59))
    with pytest.raises(Refused, match="一小时内"):
        review.press(by=cast.salesperson, at=NOW + timedelta(minutes=59))
    review.press(by=cast.salesperson, at=NOW + timedelta(hours=1))
    session.commit()
    assert told(session, "催办") == [cast.sales_manager.id] * 2
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    with pytest.raises(Refused, match="已在"):
        review.press(by=cast.salesperson, at=NOW + timedelta(hours=5))


def test_a_comment_decides_nothing_and_reaches_the_others(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson)
    review.comment("请补一份合同", by=cast.sales_manager, at=NOW)
    review.comment("已补", by=cast.salesperson, at=NOW)
    session.commit()
    assert [c.text for c in review.comments] == ["请补一份合同", "已补"]
    assert told(session, "评论") == [cast.salesperson.id, cast.sales_manager.id]
    with pytest.raises(Forbidden):
        review.comment("路过", by=cast.technician, at=NOW)
    for text in (" ", "长" * 1001):
        with pytest.raises(Refused) as refused:
            review.comment(text, by=cast.salesperson, at=NOW)
        assert set(refused.value.fields) == {"text"}


def test_who_was_sent_a_copy_reads_along_and_decides_nothing(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson)
    session.commit()
    assert as_("custodian").get(f"/reviews/{review.id}").status_code == 404
    fresh = review.copy_to([cast.custodian.id, cast.salesperson.id], by=cast.sales_manager, at=NOW)
    session.commit()
    assert [p.username for p in fresh] == ["custodian"]
    assert told(session, "抄送") == [cast.custodian.id]
    page = as_("custodian").get(f"/reviews/{review.id}")
    assert page.status_code == 200
    assert "泵站路 18 号" in page.text
    with pytest.raises(Forbidden):
        review.decide(Verdict.APPROVE, by=cast.custodian, at=NOW)
    for wrong in ([], [cast.administrator.id], [999], [cast.custodian.id]):
        with pytest.raises(Refused):
            review.copy_to(wrong, by=cast.salesperson, at=NOW)


def test_a_thing_that_changed_since_it_was_read_is_decided_again(cast: Any) -> None:
    review = submit(cast.salesperson)
    read, PAPERS[1].version = review.stamp, "2"
    with pytest.raises(Stale) as stale:
        review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW, stamp=read)
    assert stale.value.status == 409
    assert review.pending
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW, stamp=review.stamp)


def test_a_yes_may_refuse_single_lines_where_the_room_allows_it(
    cast: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(One, "partial", True)
    review = submit(cast.salesperson)
    every = {"address": "不对", "staff": "不对", "credit": "不对"}
    with pytest.raises(Refused, match="每一项都不同意"):
        review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW, reasons=every)
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW, reasons={"staff": "没有依据"})
    session.commit()
    assert (review.state, review.refused) == ("approved", {"staff": "没有依据"})
    assert "没有依据" not in str(session.scalars(select(AuditEntry.facts)).all())


def test_a_running_review_keeps_the_flow_it_began_under(cast: Any, session: Any) -> None:
    from .flows import asks, put

    first = submit(cast.salesperson)
    second = put(cast, asks(cast, "general_manager"), number=2)
    assert (first.flow_version, second.flow_version) == (1, 2)
    first.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    assert PAPERS[1].state == "approved"
