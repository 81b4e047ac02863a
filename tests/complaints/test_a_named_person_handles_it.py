"""Whatever its size, each complaint has a named person (CMP-4), who sees the customer of the case (CUS-3)."""

import pytest
from sqlalchemy import select

from crm.complaints.queries import waiting
from crm.customers import Customer
from crm.kernel import clock
from crm.kernel.database import Session, db, reading
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.scope import set_viewer

from .cases import BODY, customer, in_state, register


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
    assert client.post(path, data={"handler": 999_999}).status_code == 422
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
def test_a_salesperson_gains_no_sight_of_a_stranger_s_customer_by_complaining(cast):
    from crm.customers.models import CustomerAccess

    about = customer(cast.salesperson2)
    register(cast.salesperson, customer=about)
    db.session.flush()
    assert db.session.get(CustomerAccess, (about.id, cast.salesperson.id)) is None


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
