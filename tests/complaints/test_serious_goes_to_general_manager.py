"""A serious complaint reaches the general manager at once, and stands before all others."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm.accounts import User
from crm.audit import history
from crm.complaints import Opinion
from crm.complaints.queries import TODO_KINDS, serious_open, waiting
from crm.complaints.words import Way
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.notifications import Message

from .cases import answer, customer, in_state, register


def told(user: User) -> list[str]:
    return list(db.session.scalars(select(Message.text).where(Message.recipient_id == user.id)))


def to_dos(user: User) -> list[tuple[str, int]]:
    """(kind, id of the opinion) of what waits for this person."""
    return [(row.kind, row.thing_id) for select_ in waiting(user) for row in db.session.execute(select_)]


@pytest.mark.rule("CMP-2")
def test_a_serious_one_is_told_to_the_general_manager_at_once(cast):
    opinion = register(cast.service_agent, severity="serious")
    assert any(opinion.number in text for text in told(cast.general_manager))
    assert ("complaints:serious", opinion.id) in to_dos(cast.general_manager)
    assert [row.id for row in serious_open(cast.general_manager)] == [opinion.id]


@pytest.mark.rule("CMP-2")
def test_a_general_one_does_not_trouble_the_general_manager(cast):
    register(cast.service_agent)
    assert told(cast.general_manager) == []
    assert to_dos(cast.general_manager) == []


@pytest.mark.rule("CMP-2")
def test_its_to_do_is_urgent_and_leads_to_the_complaint(cast):
    opinion = register(cast.service_agent, severity="serious")
    (line,) = db.session.execute(waiting(cast.general_manager)[0]).all()
    assert line.urgent == 1
    assert line.due_at is None  # at once: before everything that has a date
    assert line.object == opinion.title
    assert line.by_name == "顾北辰"
    assert TODO_KINDS[line.kind][1:] == ("complaints.show", "id")


@pytest.mark.rule("CMP-2")
def test_raising_later_asks_the_general_manager_too(cast):
    opinion = in_state(cast, "assigned")
    opinion.raise_severity("客户说要起诉", by=cast.service_agent, at=clock.now())
    assert ("complaints:serious", opinion.id) in to_dos(cast.general_manager)
    assert any(opinion.number in text for text in told(cast.general_manager))
    (entry,) = [e for e in history_of(opinion) if e.tag == "opinion:raise_severity"]
    assert entry.reason == "客户说要起诉"


def history_of(opinion):
    db.session.commit()
    return history("opinion", opinion.id)


@pytest.mark.rule("CMP-2", "CMP-3")
def test_a_call_no_longer_answers_what_became_serious(cast):
    opinion = in_state(cast, "answered")
    opinion.raise_severity("伤者住院", by=cast.service_supervisor, at=clock.now())
    assert opinion.state == "assigned"
    assert opinion.answered_at is None


@pytest.mark.rule("CMP-2")
def test_only_the_general_manager_lowers(cast):
    opinion = in_state(cast, "assigned", severity="serious")
    for person in (cast.service_agent, cast.service_supervisor):
        assert not opinion.can_lower(person)
        with pytest.raises(Refused):
            opinion.lower_severity("没那么严重", by=person, at=clock.now())
    opinion.lower_severity("客户撤回了伤情", by=cast.general_manager, at=clock.now())
    assert opinion.severity == "general"


@pytest.mark.rule("CMP-2")
def test_raising_asks_for_a_reason(cast):
    opinion = in_state(cast, "assigned")
    with pytest.raises(Refused) as refusal:
        opinion.raise_severity("  ", by=cast.service_agent, at=clock.now())
    assert "reason" in refusal.value.fields


@pytest.mark.rule("CMP-2", "CMP-4")
def test_the_general_manager_forwards_with_an_instruction(cast):
    opinion = register(cast.service_agent, severity="serious")
    due = clock.today() + timedelta(days=1)
    opinion.instruct(
        Way.FORWARD, text="人员伤情第一，今日到现场", handler=cast.technician, due_on=due,
        by=cast.general_manager, at=clock.now(),
    )  # fmt: skip
    assert opinion.handler_id == cast.technician.id
    assert opinion.state == "assigned"
    assert to_dos(cast.general_manager) == []
    assert ("complaints:handle", opinion.id) in to_dos(cast.technician)
    assert any(opinion.number in text for text in told(cast.technician))
    assert opinion.instructions[-1].due_on == due


@pytest.mark.rule("CMP-2")
def test_forwarding_says_what_is_wanted_and_to_whom(cast):
    opinion = register(cast.service_agent, severity="serious")
    manager, now = cast.general_manager, clock.now()
    with pytest.raises(Refused) as refusal:
        opinion.instruct(Way.FORWARD, handler=cast.technician, by=manager, at=now)
    assert "text" in refusal.value.fields
    with pytest.raises(Refused) as refusal:
        opinion.instruct(Way.FORWARD, text="去现场", by=manager, at=now)
    assert "handler" in refusal.value.fields
    with pytest.raises(Refused) as refusal:
        opinion.instruct(
            Way.FORWARD, text="去现场", handler=cast.technician, due_on=date(2020, 1, 1), by=manager, at=now
        )
    assert "due_on" in refusal.value.fields
    with pytest.raises(Refused):
        opinion.instruct(Way.READ, by=manager, at=now)  # nobody handles it yet


@pytest.mark.rule("CMP-2")
def test_the_general_manager_takes_it_over(cast):
    opinion = register(cast.service_agent, severity="serious")
    opinion.instruct(Way.TAKE, by=cast.general_manager, at=clock.now())
    assert opinion.handler_id == cast.general_manager.id
    assert to_dos(cast.general_manager) == [("complaints:handle", opinion.id)]


@pytest.mark.rule("CMP-2")
def test_nobody_else_instructs(cast):
    opinion = in_state(cast, "assigned", severity="serious")
    for person in (cast.service_agent, cast.service_supervisor, cast.branch_manager):
        with pytest.raises((Refused, Forbidden)):
            opinion.instruct(Way.READ, by=person, at=clock.now())


@pytest.mark.rule("CMP-2")
def test_it_stands_first_in_every_list(cast, as_):
    owner = cast.salesperson
    about = customer(owner)
    serious = register(cast.service_agent, severity="serious", title="重大的一件", customer=about)
    for number in range(3):
        register(cast.service_agent, title=f"一般的一件 {number}", customer=about)
    ids = (serious.id, about.id)
    for person in ("general_manager", "service_supervisor", "service_agent", "salesperson"):
        for view in ("open", "all"):
            page = as_(person).get(f"/complaints?view={view}").text
            assert page.index("重大的一件") < page.index("一般的一件"), (person, view)
    panel = as_("salesperson").get(f"/complaints/of/{ids[1]}").text
    assert panel.index("重大的一件") < panel.index("一般的一件")


@pytest.mark.rule("CMP-2")
def test_the_page_says_so_and_offers_the_instruction(cast, as_):
    opinion = register(cast.service_agent, severity="serious")
    db.session.flush()
    client, path = as_("general_manager"), f"/complaints/{opinion.id}"
    page = client.get(path).text
    assert "尚未批示" in page
    assert f"{path}/instruction" in page
    assert client.get(f"{path}/instruction").status_code == 200
    wrong = client.post(
        f"{path}/instruction", data={"way": "forward", "handler": cast.technician.id, "text": ""}
    )
    assert wrong.status_code == 422
    assert "请写明要求" in wrong.text
    right = client.post(
        f"{path}/instruction",
        data={"way": "forward", "handler": cast.technician.id, "text": "今日到现场，书面答复须经我签发"},
    )
    assert right.status_code == 303
    assert "今日到现场" in client.get(path).text
    assert db.session.get(Opinion, opinion.id).handler.name == "周亦安"


@pytest.mark.rule("CMP-2")
def test_an_answer_before_the_general_manager_saw_it_does_not_close_it(cast):
    opinion = in_state(cast, "assigned", severity="serious", seen=False)
    answer(opinion, cast)
    assert ("complaints:serious", opinion.id) in to_dos(cast.general_manager)
    assert not opinion.can_close(cast.service_supervisor)
    with pytest.raises(Refused, match="总经理"):
        opinion.close(by=cast.service_supervisor, at=clock.now())
    opinion.instruct(Way.READ, by=cast.general_manager, at=clock.now())
    assert opinion.state == "answered"
    opinion.close(by=cast.service_supervisor, at=clock.now())
