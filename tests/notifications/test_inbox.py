"""The inbox is one's own."""

from typing import Any

import pytest
from sqlalchemy import select

from crm.kernel.clock import now
from crm.notifications import Message, notify


@pytest.fixture
def told(cast: Any, session: Any) -> Message:
    notify(
        [cast.sales_manager.id, cast.salesperson.id, cast.salesperson.id],
        "请审批：云州恒拓",
        "/todo",
        at=now(),
    )
    session.commit()
    return session.scalars(select(Message).where(Message.recipient_id == cast.sales_manager.id)).one()


def test_everybody_is_told_once(told: Message, session: Any) -> None:
    assert len(session.scalars(select(Message)).all()) == 2


def test_one_reads_ones_own_only(told: Message, as_: Any) -> None:
    assert "请审批：云州恒拓" in as_("sales_manager").get("/inbox").text
    for name in ("salesperson2", "general_manager", "administrator"):
        assert "云州恒拓" not in as_(name).get("/inbox").text
        assert as_(name).post(f"/inbox/{told.id}/reading").status_code == 404


def test_the_bell_counts_what_is_unread(told: Message, as_: Any) -> None:
    manager = as_("sales_manager")
    assert "消息，1 条未读" in manager.get("/help").text
    answer = manager.post(f"/inbox/{told.id}/reading")
    assert (answer.status_code, answer.location) == (303, "/todo")
    assert "条未读" not in manager.get("/help").text
    assert told.read_at is not None


def test_unread_stands_first(cast: Any, session: Any, as_: Any) -> None:
    for text in ("第一条", "第二条", "第三条"):
        notify([cast.salesperson.id], text, "", at=now())
    session.flush()
    session.scalars(select(Message).where(Message.text == "第三条")).one().read(at=now())
    session.commit()
    page = as_("salesperson").get("/inbox").text
    assert page.index("第二条") < page.index("第一条") < page.index("第三条")


def test_all_are_marked_read_at_once(told: Message, as_: Any, session: Any) -> None:
    manager = as_("sales_manager")
    assert manager.post("/inbox/readings").status_code == 303
    assert told.read_at is not None
    others = session.scalars(select(Message).where(Message.recipient_id != told.recipient_id)).all()
    assert [m.read_at for m in others] == [None]


def test_a_link_leads_nowhere_else(cast: Any, session: Any, as_: Any) -> None:
    notify([cast.salesperson.id], "来看", "//elsewhere.example/", at=now())
    session.commit()
    message = session.scalars(select(Message)).one()
    assert as_("salesperson").post(f"/inbox/{message.id}/reading").location == "/inbox"


def test_the_inbox_pages_by_key(cast: Any, session: Any, as_: Any) -> None:
    for number in range(120):
        notify([cast.salesperson.id], f"第 {number} 条", "", at=now())
    session.commit()
    client, seen, address = as_("salesperson"), 0, "/inbox"
    while address:
        text = client.get(address).text
        seen += text.count('<li id="message-')
        address = (
            text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
            if 'rel="next"' in text
            else ""
        )
        address = address.replace("&amp;", "&")
    assert seen == 120


def test_getting_the_inbox_writes_nothing(told: Message, as_: Any) -> None:
    as_("sales_manager").get("/inbox")
    assert told.read_at is None
    assert as_("sales_manager").get("/inbox/readings").status_code == 405


def test_a_stranger_is_sent_to_the_door(client: Any) -> None:
    assert "/sign-in" in client.get("/inbox").location
