"""An opinion from any channel is written down in under a minute (CMP-1)."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.complaints import Opinion, OpinionFile
from crm.customers.models import CustomerAccess
from crm.kernel import clock
from crm.kernel.database import db
from tests.files.samples import EXE, PDF, PNG

from .cases import customer

SAID = {
    "customer_name": "望川禾木食品集团有限公司",
    "unknown": "y",
    "contact_name": "吴砚秋",
    "contact_phone": "138 0000 2216",
    "channel": "phone",
    "kind": "complaint",
    "severity": "general",
    "what_happened": "灌装泵不上水，换了密封也没用。希望今天来看。",
}


def said(**other):
    moment = f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}"
    return {"received_at": moment} | SAID | other


def only() -> Opinion:
    return db.session.scalars(select(Opinion).execution_options(populate_existing=True)).one()


def none_left() -> bool:
    return db.session.scalars(select(Opinion.id)).all() == []


@pytest.fixture
def found(monkeypatch, session):
    """What the look-up of customers finds: this stands in for the search index."""
    rows: list = []
    monkeypatch.setattr("crm.customers.queries.lookup", lambda text, limit=12: rows)
    return rows


@pytest.mark.rule("CMP-1")
def test_the_least_that_is_needed(cast, as_, found):
    answer = as_("service_agent").post("/complaints/new", data=said())
    assert answer.status_code == 303
    opinion = only()
    assert answer.location.endswith(f"/complaints/{opinion.id}")
    assert opinion.number == f"TS-{clock.today():%Y%m%d}-001"
    assert opinion.title == "灌装泵不上水，换了密封也没用"
    assert opinion.state == "registered"
    assert opinion.registered_by.name == "顾北辰"
    assert opinion.customer_id is None
    assert opinion.contact_phone == "138 0000 2216"


@pytest.mark.rule("CMP-1")
def test_everything_that_can_be_said(cast, as_, found):
    files = [(io.BytesIO(PNG), "现场照片.png"), (io.BytesIO(PDF), "来信.pdf")]
    answer = as_("salesperson").post(
        "/complaints/new",
        data=said(
            product="计量泵 ML-J40", wanted="查明原因", title="灌装泵不上水", channel="wechat", files=files
        ),
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    opinion = only()
    assert (opinion.product, opinion.wanted, opinion.channel) == ("计量泵 ML-J40", "查明原因", "wechat")
    assert [f.name for f in opinion.files] == ["现场照片.png", "来信.pdf"]
    client = as_("salesperson")
    photo = client.get(f"/complaints/{opinion.id}/files/{opinion.files[0].id}")
    assert (photo.status_code, photo.data) == (200, PNG)
    assert photo.headers["Content-Disposition"].startswith("inline")
    photo.close()
    assert as_("technician").get(f"/complaints/{opinion.id}/files/{opinion.files[0].id}").status_code == 404


@pytest.mark.rule("CMP-1")
@pytest.mark.parametrize("kind", ["suggestion", "complaint"])
def test_suggestions_and_complaints(as_, session, found, kind):
    assert as_("service_agent").post("/complaints/new", data=said(kind=kind)).status_code == 303
    assert only().kind == kind


@pytest.mark.rule("CMP-1")
def test_a_judgement_names_the_technician_and_a_score(cast, as_, found):
    client = as_("service_agent")
    his = {"technician": cast.technician.id}
    for wrong in ({}, his, {"score": 4}, {"technician": 1, "score": 4}, {"technician": "²", "score": 4},
                  his | {"score": 6}, his | {"score": "²"}, his | {"score": "9" * 40}):  # fmt: skip
        assert client.post("/complaints/new", data=said(kind="judgement", **wrong)).status_code == 422, wrong
    right = said(kind="judgement", technician=cast.technician.id, score=5, what_happened="小周修得又快又好")
    assert client.post("/complaints/new", data=right).status_code == 303
    assert (only().technician.name, only().score) == ("周亦安", 5)


@pytest.mark.rule("CMP-1")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("customer_name", ""),
        ("contact_name", " "),
        ("contact_phone", ""),
        ("channel", "telepathy"),
        ("kind", "praise"),
        ("severity", ""),
        ("what_happened", ""),
        ("what_happened", "字" * 4001),
        ("received_at", ""),
        ("received_at", "2099-01-01T10:00"),
        ("received_at", "yesterday"),
        ("received_at", "0001-01-01T00:00"),
        ("title", "字" * 61),
    ],
)
def test_what_is_missing_is_said_and_the_rest_kept(as_, session, found, field, value):
    answer = as_("service_agent").post("/complaints/new", data=said(wanted="今天来看", **{field: value}))
    assert answer.status_code == 422
    assert "今天来看" in answer.text
    assert "还不能提交" in answer.text
    assert none_left()


@pytest.mark.rule("CMP-1")
def test_a_wrong_file_is_refused_with_its_reason_and_nothing_is_stored(app, as_, session, found):
    files = [(io.BytesIO(PDF), "来信.pdf"), (io.BytesIO(EXE), "照片.png")]
    answer = as_("service_agent").post(
        "/complaints/new", data=said(files=files), content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "照片.png" in answer.text
    assert none_left()
    assert session.scalars(select(OpinionFile.id)).all() == []
    folder = app.config["SETTINGS"].instance / "files" / "tmp"
    assert list(folder.glob("*")) == []


@pytest.mark.rule("CMP-1")
def test_the_customer_found_by_its_name_is_taken(cast, as_, found):
    about = customer(cast.salesperson2, "望川禾木食品集团有限公司", code="KH-2026-0001")
    found.append(about)
    db.session.commit()
    client = as_("service_agent")
    assert client.post("/complaints/new", data=said(unknown="")).status_code == 303
    assert only().customer_id == about.id
    assert db.session.scalars(select(CustomerAccess.user_id)).all() == [], "seen by name only (CUS-3)"


@pytest.mark.rule("CMP-1")
def test_of_several_one_is_chosen(cast, as_, found):
    first, second = customer(cast.salesperson, "禾木食品一厂"), customer(cast.salesperson, "禾木食品二厂")
    found += [first, second]
    db.session.commit()
    client = as_("service_agent")
    asked = client.post("/complaints/new", data=said(unknown="", customer_name="禾木食品"))
    assert asked.status_code == 422
    assert "禾木食品一厂" in asked.text
    assert none_left()
    chosen = said(unknown="", customer_name="禾木食品二厂", customer_id=second.id)
    assert client.post("/complaints/new", data=chosen).status_code == 303
    assert only().customer_id == second.id


@pytest.mark.rule("CMP-1")
def test_a_piece_of_the_name_is_enough_to_choose(cast, as_, found):
    about = customer(cast.salesperson, "禾木食品一厂")
    found.append(about)
    db.session.commit()
    client = as_("service_agent")
    chosen = said(unknown="", customer_name="hmsp", customer_id=about.id)
    assert client.post("/complaints/new", data=chosen).status_code == 303
    assert (only().customer_id, only().customer_name) == (about.id, "禾木食品一厂")
    found.clear()
    other = said(unknown="", customer_name="望川禾木", customer_id=about.id)
    assert client.post("/complaints/new", data=other).status_code == 422


@pytest.mark.rule("CMP-1")
@pytest.mark.parametrize("forged", ["999999", "-1", "x", "²", "٣", "1 OR 1=1", "9" * 10, "9" * 40])
def test_a_posted_customer_is_not_trusted(as_, session, found, forged):
    answer = as_("service_agent").post("/complaints/new", data=said(unknown="", customer_id=forged))
    assert answer.status_code == 422
    assert none_left()


@pytest.mark.rule("CMP-1")
def test_a_customer_nobody_knows_is_confirmed(as_, session, found):
    answer = as_("service_agent").post("/complaints/new", data=said(unknown=""))
    assert answer.status_code == 422
    assert "未建档客户" in answer.text


@pytest.mark.rule("CMP-1")
def test_from_the_customer_s_page_the_customer_is_there(cast, as_, found):
    about = customer(cast.salesperson, "禾木食品一厂")
    db.session.commit()
    page = as_("salesperson").get(f"/complaints/new?customer={about.id}").text
    assert "禾木食品一厂" in page
    assert f'name="customer_id" value="{about.id}"' in page


@pytest.mark.rule("CUS-3")
def test_the_form_names_no_customer_the_reader_does_not_see(cast, as_):
    about = customer(cast.salesperson, "禾木食品一厂")
    db.session.commit()
    for person in ("salesperson2", "service_agent"):
        answer = as_(person).get(f"/complaints/new?customer={about.id}")
        assert answer.status_code == 200
        assert "禾木" not in answer.text, person


@pytest.mark.rule("CMP-1")
@pytest.mark.parametrize("number", ["999999", "²", "٣", "-1", "0", "x", "9" * 40, ""])
def test_an_address_with_no_customer_opens_the_empty_form(as_, session, number):
    assert as_("service_agent").get(f"/complaints/new?customer={number}").status_code == 200


@pytest.mark.rule("CUS-3")
@pytest.mark.parametrize("state", ["draft", "in_review", "returned", "retired"])
def test_what_is_not_in_the_register_is_not_told_by_its_number(cast, as_, found, state):
    about = customer(cast.salesperson2, "禾木食品一厂")
    about.state, about.retired_at = state, clock.now() if state == "retired" else None
    db.session.commit()
    answer = as_("service_agent").post(
        "/complaints/new", data=said(unknown="", customer_name="禾木食品一厂", customer_id=about.id)
    )
    assert answer.status_code == 422
    assert "没有找到所选的客户" in answer.text


@pytest.mark.rule("CMP-1")
def test_a_form_sent_twice_is_one_opinion(cast, as_, found):
    client = as_("service_agent")
    form_key = re.search(r'name="form_key"[^>]* value="([^"]{8,})"', client.get("/complaints/new").text)
    assert form_key is not None
    first, second = (client.post("/complaints/new", data=said(form_key=form_key[1])) for _n in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.location == first.location
    opinion = only()
    assert f"{opinion.number}，没有重复登记" in client.get(second.location).text
    other = as_("service_agent2").post("/complaints/new", data=said(form_key=form_key[1]))
    assert other.location != first.location, "another person's form is another form"


@pytest.mark.rule("CMP-1")
def test_a_refused_form_is_still_the_same_form(as_, session, found):
    answer = as_("service_agent").post("/complaints/new", data=said(form_key="k" * 16, contact_name=""))
    assert answer.status_code == 422
    assert f'value="{"k" * 16}"' in answer.text


@pytest.mark.rule("CMP-2")
def test_words_of_injury_propose_serious_and_the_person_confirms(as_, session, found):
    client = as_("service_agent")
    hurt = said(what_happened="密封泄漏，操作员左手灼伤")
    asked = client.post("/complaints/new", data=hurt)
    assert asked.status_code == 422
    assert "泄漏、灼伤" in asked.text
    assert none_left()
    again = client.post("/complaints/new", data=hurt | {"words_seen": "泄漏、灼伤"})
    assert again.status_code == 303
    assert only().severity == "general"


@pytest.mark.rule("CMP-2")
def test_serious_needs_no_second_question(as_, session, found):
    hurt = said(what_happened="密封泄漏，操作员左手灼伤", severity="serious")
    assert as_("service_agent").post("/complaints/new", data=hurt).status_code == 303
    assert only().severity == "serious"


@pytest.mark.rule("CMP-2")
def test_while_typing_the_words_choose_and_a_person_s_choice_stays(as_, session):
    client = as_("service_agent")

    def checked(**data):
        answer = client.post("/complaints/severity-check", data=data, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        (tag,) = [tag for tag in answer.text.split("<input") if 'value="serious"' in tag]
        return "serious" if "checked" in tag.partition(">")[0] else "general", answer.text

    assert checked(what_happened="泵不上水")[0] == "general"
    chosen, text = checked(what_happened="有人受伤")
    assert chosen == "serious"
    assert "受伤" in text
    assert checked(what_happened="有人受伤，不重", severity="general", words_seen="受伤")[0] == "general"


@pytest.mark.rule("CMP-1")
def test_who_takes_in(as_, session):
    for person in ("service_agent", "service_supervisor", "salesperson", "sales_manager"):
        assert as_(person).get("/complaints/new").status_code == 200, person
    for person in ("general_manager", "technician", "archivist", "administrator", "custodian"):
        assert as_(person).get("/complaints/new").status_code == 403, person
        assert as_(person).post("/complaints/new", data=said()).status_code == 403, person


@pytest.mark.rule("CMP-1")
def test_files_come_later_too(cast, as_, found):
    client = as_("service_agent")
    client.post("/complaints/new", data=said())
    path = f"/complaints/{only().id}/files"
    assert client.get(path).status_code == 200
    assert client.post(path, data={}).status_code == 422
    wrong = client.post(path, data={"files": (io.BytesIO(EXE), "a.pdf")}, content_type="multipart/form-data")
    assert wrong.status_code == 422
    right = client.post(path, data={"files": (io.BytesIO(PDF), "a.pdf")}, content_type="multipart/form-data")
    assert right.status_code == 303
    assert [f.name for f in only().files] == ["a.pdf"]


def test_numbers_run_through_the_day(cast, session, office):
    from .cases import register

    office("2026-01-09 23:50")
    first, second = register(cast.service_agent), register(cast.service_agent)
    assert (first.number, second.number) == ("TS-20260109-001", "TS-20260109-002")
    office("2026-01-10 00:10")
    assert register(cast.service_agent, at=clock.now()).number == "TS-20260110-001"
    assert first.received_at < clock.now() + timedelta(0)
