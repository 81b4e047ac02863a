"""Whatever its size, each complaint has a named person (CMP-4), who sees the customer of the case (CUS-3)."""

import pytest
from sqlalchemy import select

from crm.complaints import Opinion
from crm.complaints.queries import waiting
from crm.customers import Customer
from crm.customers.models import CustomerAccess
from crm.kernel import clock
from crm.kernel.database import Session, db, reading
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.scope import set_viewer

from .cases import BODY, answer, customer, in_state, register


@pytest.mark.rule("CMP-4")
def test_without_a_named_person_nobody_answers(cast):
    opinion = register(cast.service_agent)
    for verb in (
        lambda: opinion.reply_by_call(
            whom="吴", said="好", told_at=clock.now(), by=cast.service_agent, at=clock.now()
        ),
        lambda: opinion.reply_by_letter(
            title="函", body=BODY, signer=cast.general_manager, by=cast.service_supervisor, at=clock.now()
        ),
    ):
        with pytest.raises(Refused, match="处理人"):
            verb()


@pytest.mark.rule("CMP-4")
def test_the_supervisor_names_somebody_or_herself(cast, as_):
    opinion = register(cast.service_agent)
    path, client = f"/complaints/{opinion.id}/handler", as_("service_supervisor")
    assert client.get(path).status_code == 200
    assert client.post(path, data={"handler": ""}).status_code == 422
    for strange in (999_999, "²", "9" * 40):
        assert client.post(path, data={"handler": strange}).status_code == 422
    assert client.post(path, data={"handler": cast.archivist.id}).status_code == 422
    assert client.post(path, data={"handler": cast.technician.id}).status_code == 303
    db.session.refresh(opinion)
    assert opinion.handler.name == "周亦安"
    assert client.post(path, data={"handler": cast.service_supervisor.id}).status_code == 303
    db.session.refresh(opinion)
    assert opinion.handler.name == "沈书瑶"


@pytest.mark.rule("CMP-4")
def test_a_branch_s_supervisor_names_people_of_the_branch(cast, as_):
    opinion = register(cast.service_agent2)
    path, client = f"/complaints/{opinion.id}/handler", as_("service_supervisor2")
    assert client.post(path, data={"handler": cast.technician.id}).status_code == 422
    assert client.post(path, data={"handler": cast.technician2.id}).status_code == 303


@pytest.mark.rule("CMP-4")
def test_somebody_who_left_or_cannot_handle_is_not_named(cast):
    opinion = register(cast.service_agent)
    cast.technician.active = False
    for person in (cast.technician, cast.archivist, cast.administrator):
        with pytest.raises(Refused):
            opinion.assign(person, by=cast.service_supervisor, at=clock.now())
    assert opinion.handler_id is None


@pytest.mark.rule("CMP-4")
def test_only_supervisor_and_general_manager_name(cast, as_):
    opinion = register(cast.service_agent)
    with pytest.raises((Forbidden, Refused)):
        opinion.assign(cast.service_agent, by=cast.service_agent, at=clock.now())
    refused = as_("service_agent").post(f"/complaints/{opinion.id}/handler", data={"handler": 1})
    assert refused.status_code == 403


@pytest.mark.rule("CMP-4")
def test_what_has_no_handler_waits_for_the_supervisor(cast):
    opinion = register(cast.service_agent)

    def kinds(user):
        return [row.kind for each in waiting(user) for row in db.session.execute(each)]

    assert kinds(cast.service_supervisor) == ["complaints:assign"]
    opinion.assign(cast.service_agent, by=cast.service_supervisor, at=clock.now())
    assert kinds(cast.service_supervisor) == []
    assert kinds(cast.service_agent) == ["complaints:handle"]
    opinion.reply_by_call(whom="吴", said="好", told_at=clock.now(), by=cast.service_agent, at=clock.now())
    assert kinds(cast.service_agent) == []
    assert kinds(cast.service_supervisor) == ["complaints:close"]
    opinion.close(by=cast.service_supervisor, at=clock.now())
    assert kinds(cast.service_supervisor) == []


@pytest.mark.rule("CMP-4", "CUS-3")
def test_the_handler_sees_the_customer_of_the_case_and_no_other(cast, as_):
    about, other = customer(cast.salesperson2), customer(cast.salesperson2, "另一家")
    opinion = register(cast.service_agent, customer=about)
    db.session.commit()
    assert not sees(as_, cast, about)
    opinion.assign(cast.technician, by=cast.service_supervisor, at=clock.now())
    db.session.commit()
    assert sees(as_, cast, about)
    assert not sees(as_, cast, other)


def sees(as_, cast, about) -> bool:
    """Whether the technician's session has the customer's row."""
    viewer = cast.technician
    with reading(), Session(db) as session:
        set_viewer(session, viewer)
        return session.scalar(select(Customer.id).where(Customer.id == about.id)) is not None


@pytest.mark.rule("CUS-3")
@pytest.mark.parametrize("person", ["salesperson", "service_agent", "service_supervisor"])
def test_who_takes_it_in_gains_no_sight_of_the_customer(cast, as_, person):
    about = customer(cast.salesperson2)
    opinion = register(cast[person], customer=about)
    client = as_(person)
    assert about.name in client.get(f"/complaints/{opinion.id}").text
    assert client.get(f"/customers/{about.id}").status_code == 404
    assert db.session.scalars(select(CustomerAccess.user_id)).all() == []


@pytest.mark.rule("CUS-3")
def test_the_handler_sees_the_customer_while_the_case_is_theirs_and_open(cast, as_):
    about = customer(cast.salesperson)
    opinion = register(cast.service_agent2, customer=about)
    supervisor, path = as_("service_supervisor"), f"/complaints/{opinion.id}"

    def seeing():
        people = ("service_agent", "service_agent2")
        return [p for p in people if as_(p).get(f"/customers/{about.id}").status_code == 200]

    def name(person):
        said = {"handler": cast[person].id}
        assert supervisor.post(f"{path}/handler", data=said).status_code == 303

    assert seeing() == [], "registering shows nothing"
    name("service_agent2")
    assert seeing() == ["service_agent2"]
    name("service_agent")
    assert seeing() == ["service_agent"], "replaced"
    forwarded = {"way": "forward", "text": "请到现场", "handler": cast.service_agent2.id}
    assert supervisor.post(f"{path}/severity", data={"reason": "停产"}).status_code == 303
    assert as_("general_manager").post(f"{path}/instruction", data=forwarded).status_code == 303
    assert seeing() == ["service_agent2"], "replaced by the general manager"
    answer(db.session.get(Opinion, opinion.id), cast)
    assert seeing() == ["service_agent2"], "answered is still open"
    assert supervisor.post(f"{path}/closure").status_code == 303
    assert seeing() == [], "closed"
    assert supervisor.post(f"{path}/reopening", data={"reason": "仍漏液"}).status_code == 303
    assert seeing() == ["service_agent2"], "reopened"


@pytest.mark.rule("CUS-3")
def test_the_end_of_one_case_leaves_the_sight_another_gives(cast, as_):
    about = customer(cast.salesperson2)
    first = in_state(cast, "answered", customer=about)
    in_state(cast, "assigned", customer=about)
    first.close(by=cast.service_supervisor, at=clock.now())
    assert as_("service_agent").get(f"/customers/{about.id}").status_code == 200


@pytest.mark.rule("CMP-4")
def test_findings_are_the_handler_s(cast, as_):
    opinion = in_state(cast, "assigned")
    path = f"/complaints/{opinion.id}/findings"
    said = {"kind": "visit", "text": "拆检 2 台，封存旧密封件", "happened_at": "2026-01-05T10:00"}
    agent = as_("service_agent")
    assert agent.get(path).status_code == 200
    assert agent.post(path, data=said | {"text": ""}).status_code == 422
    assert agent.post(path, data=said | {"happened_at": "2099-01-05T10:00"}).status_code == 422
    assert agent.post(path, data=said).status_code == 303
    assert "封存旧密封件" in agent.get(f"/complaints/{opinion.id}").text
    assert as_("technician").post(path, data=said).status_code == 404
