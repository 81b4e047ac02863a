"""No complaint is closed before the customer has been told; a serious one by letter."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from crm.complaints import Opinion
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused

from .cases import BODY, customer, in_state

STATES = ("registered", "assigned", "answered", "closed")

# who may do what, by state: the same for general and serious unless said otherwise
MATRIX = """
                              registered  assigned  answered  closed
assign    service_supervisor  yes         yes       -         -
assign    general_manager     yes         yes       -         -
assign    service_agent       -           -         -         -
assign    salesperson         -           -         -         -
close     service_supervisor  -           -         yes       -
close     general_manager     -           -         -         -
close     service_agent       -           -         -         -
reopen    service_supervisor  -           -         yes       yes
reopen    service_agent       -           -         -         -
work      service_agent       -           yes       yes       -
work      service_supervisor  yes         yes       yes       -
work      general_manager     yes         yes       yes       -
work      technician          -           -         -         -
work      salesperson         -           -         -         -
answer    service_agent       -           yes       yes       -
answer    service_supervisor  -           yes       yes       -
answer    technician          -           -         -         -
attach    service_agent       yes         yes       yes       -
attach    technician          -           -         -         -
"""

ONLY_SERIOUS = """
instruct  general_manager     yes         yes       yes       -
instruct  service_supervisor  -           -         -         -
lower     general_manager     yes         yes       yes       -
lower     service_supervisor  -           -         -         -
"""

ONLY_GENERAL = """
raise     service_agent       yes         yes       yes       -
raise     service_supervisor  yes         yes       yes       -
raise     general_manager     yes         yes       yes       -
raise     technician          -           -         -         -
call      service_agent       -           yes       yes       -
call      technician          -           -         -         -
"""


def cells(table, severities):
    for line in table.strip().splitlines():
        words = line.split()
        if words[0] == "registered":
            continue
        for severity in severities:
            for state, mark in zip(STATES, words[2:], strict=True):
                yield words[0], words[1], severity, state, mark == "yes"


def opposite(table, severity):
    """What is only for the other severity is for nobody."""
    return [(verb, role, severity, state, False) for verb, role, _s, state, _may in cells(table, ("x",))]


CELLS = [
    *cells(MATRIX, ("general", "serious")),
    *cells(ONLY_SERIOUS, ("serious",)),
    *cells(ONLY_GENERAL, ("general",)),
    *opposite(ONLY_SERIOUS, "general"),
    *opposite(ONLY_GENERAL, "serious"),
]


@pytest.mark.rule("CMP-2", "CMP-3", "CMP-4")
@pytest.mark.parametrize("severity", ["general", "serious"])
@pytest.mark.parametrize("state", STATES)
def test_who_may_do_what_in_which_state(cast, severity, state):
    opinion = in_state(cast, state, severity=severity)
    wrong = [
        (verb, role)
        for verb, role, s, at, allowed in CELLS
        if (s, at) == (severity, state) and getattr(opinion, f"can_{verb}")(cast[role]) is not allowed
    ]
    assert wrong == []


@pytest.mark.rule("CMP-3")
@pytest.mark.parametrize("state", ["registered", "assigned"])
@pytest.mark.parametrize(("severity", "why"), [("general", "答复"), ("serious", "函告")])
def test_without_answer_there_is_no_end(cast, as_, state, severity, why):
    opinion = in_state(cast, state, severity=severity)
    answer = as_("service_supervisor").post(f"/complaints/{opinion.id}/closure")
    assert answer.status_code == 409
    assert why in answer.text
    assert db.session.get(Opinion, opinion.id).state == state


@pytest.mark.rule("CMP-3")
def test_a_call_does_not_answer_a_serious_one(cast, as_):
    opinion = in_state(cast, "assigned", severity="serious")
    now = clock.now()
    with pytest.raises(Refused, match="函告"):
        opinion.reply_by_call(whom="吴砚秋", said="道歉", told_at=now, by=cast.service_agent, at=now)
    said = {"whom": "吴砚秋", "said": "道歉", "told_at": f"{clock.local(now):%Y-%m-%dT%H:%M}"}
    assert as_("service_agent").post(f"/complaints/{opinion.id}/calls", data=said).status_code == 409
    assert opinion.replies == []


@pytest.mark.rule("CMP-3")
def test_a_call_note_answers_a_general_one_and_then_it_closes(cast, as_):
    opinion = in_state(cast, "assigned")
    path, agent = f"/complaints/{opinion.id}", as_("service_agent")
    assert agent.get(f"{path}/calls").status_code == 200
    wrong = agent.post(f"{path}/calls", data={"whom": "", "said": "换了密封", "told_at": "2099-01-01T10:00"})
    assert wrong.status_code == 422
    assert "换了密封" in wrong.text
    assert "不能晚于现在" in wrong.text
    moment = f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}"
    right = agent.post(
        f"{path}/calls",
        data={"whom": "吴砚秋", "said": "换了密封", "reaction": "满意", "told_at": moment},
    )
    assert right.status_code == 303
    supervisor = as_("service_supervisor")
    assert "换了密封" in supervisor.get(path).text
    assert supervisor.post(f"{path}/closure").status_code == 303
    done = db.session.get(Opinion, opinion.id)
    assert (done.state, done.closed_by.name) == ("closed", "沈书瑶")


@pytest.mark.rule("CMP-3")
def test_a_call_noted_twice_is_one_call(cast, as_):
    opinion = in_state(cast, "assigned")
    path, agent = f"/complaints/{opinion.id}/calls", as_("service_agent")
    assert 'name="answers" type="hidden" value="0"' in agent.get(path).text
    said = {"whom": "吴砚秋", "said": "换了密封", "answers": 0}
    said["told_at"] = f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}"
    assert agent.post(path, data=said).status_code == 303
    again = agent.post(path, data=said)
    assert again.status_code == 409
    assert "顾北辰 已于" in again.text
    assert "换了密封" in again.text, "what was typed is kept"
    assert len(db.session.get(Opinion, opinion.id).replies) == 1
    assert agent.post(path, data=said | {"answers": 1}).status_code == 303


@pytest.mark.rule("CMP-3")
def test_a_letter_answers_a_general_one_too(cast):
    opinion = in_state(cast, "assigned")
    opinion.reply_by_letter(
        title="函", body=BODY, signer=cast.service_supervisor, by=cast.service_agent, at=clock.now()
    )
    opinion.close(by=cast.service_supervisor, at=clock.now())
    assert opinion.state == "closed"


@pytest.mark.rule("CMP-3")
def test_after_reopening_it_has_to_be_answered_again(cast, as_):
    opinion = in_state(cast, "closed")
    path, client = f"/complaints/{opinion.id}", as_("service_supervisor")
    assert client.post(f"{path}/reopening", data={"reason": " "}).status_code == 422
    assert client.post(f"{path}/reopening", data={"reason": "客户又来电，仍漏液"}).status_code == 303
    opinion = db.session.get(Opinion, opinion.id)
    assert opinion.state == "assigned"
    assert len(opinion.replies) == 1, "the earlier answer stays readable"
    assert client.post(f"{path}/closure").status_code == 409


@pytest.mark.rule("CMP-3")
def test_a_call_before_the_complaint_is_no_answer_to_it(cast):
    opinion = in_state(cast, "assigned")
    early = opinion.received_at - timedelta(minutes=1)
    with pytest.raises(Refused):
        opinion.reply_by_call(whom="吴", said="说明", told_at=early, by=cast.service_agent, at=clock.now())


@pytest.mark.rule("CMP-2", "CMP-3", "CMP-4")
@pytest.mark.parametrize(
    ("state", "severity", "values"),
    [
        ("assigned", "general", {"state": "closed"}),
        ("assigned", "general", {"state": "answered"}),
        ("registered", "general", {"state": "assigned"}),
        ("answered", "general", {"severity": "serious"}),
        ("answered", "general", {"handler_id": None}),
        ("closed", "serious", {"gm_seen_at": None}),
        ("closed", "general", {"closed_at": None}),
        ("registered", "general", {"severity": "urgent"}),
        ("registered", "general", {"kind": "judgement"}),
    ],
)
def test_the_database_refuses_half_states(cast, state, severity, values):
    opinion = in_state(cast, state, severity=severity)
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(update(Opinion).where(Opinion.id == opinion.id).values(**values))
    db.session.rollback()


@pytest.mark.rule("CMP-3")
def test_two_people_close_at_once_and_one_is_told(app, cast, as_):
    opinion = in_state(cast, "answered")
    about = customer(cast.salesperson2)
    assert about.id
    path = f"/complaints/{opinion.id}/closure"
    clients = [as_("service_supervisor") for _ in range(4)]
    codes: list[int] = []
    start = threading.Barrier(len(clients))

    def press(client):
        start.wait()
        codes.append(client.post(path).status_code)

    db.session.commit()
    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 409, 409, 409]


@pytest.mark.rule("CMP-3")
def test_who_may_not_close_is_told_so(cast):
    opinion = in_state(cast, "answered")
    for person in (cast.service_agent, cast.salesperson, cast.technician):
        with pytest.raises(Forbidden):
            opinion.close(by=person, at=clock.now())
