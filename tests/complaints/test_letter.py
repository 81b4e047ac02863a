"""What was done is told to the customer by letter, which prints on A4 (CMP-2, CMP-3)."""

import pytest
from sqlalchemy import select

from crm.complaints import Opinion, Reply
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Refused

from .cases import BODY, in_state

LETTER = {
    "title": "关于计量泵密封泄漏处理结果的函",
    "addressee": "望川禾木食品集团有限公司",
    "body": BODY,
    "delivered": "express",
}


@pytest.fixture
def opinion(cast):
    made = in_state(cast, "assigned", severity="serious", what_happened="密封泄漏 <b>三台</b>")
    db.session.commit()
    return made


@pytest.fixture
def letter(cast):
    return LETTER | {"signer": cast.general_manager.id, "version": 0}


def fresh(opinion) -> Opinion:
    return db.session.scalars(
        select(Opinion).where(Opinion.id == opinion.id).execution_options(populate_existing=True)
    ).one()


@pytest.mark.rule("CMP-2")
def test_the_first_draft_is_proposed_and_its_gaps_must_be_filled(cast, as_, opinion):
    client, path = as_("service_agent"), f"/complaints/{opinion.id}"
    page = client.get(f"{path}/letter").text
    assert "＿＿" in page
    assert "吴砚秋" in page
    assert "许怀瑾" in page
    data = LETTER | {"signer": cast.general_manager.id, "body": "一、原因。＿＿"}
    answer = client.post(f"{path}/letters", data=data)
    assert answer.status_code == 422
    assert "还有空白" in answer.text
    assert fresh(opinion).state == "assigned"
    assert fresh(opinion).replies == []


@pytest.mark.rule("CMP-2", "CMP-3")
def test_a_letter_goes_out_with_a_number(cast, as_, opinion, letter):
    client, path = as_("service_agent"), f"/complaints/{opinion.id}"
    assert client.post(f"{path}/letters", data=letter).status_code == 303
    done = fresh(opinion)
    assert (done.state, done.answered_by) == ("answered", "letter")
    (reply,) = done.replies
    assert reply.number == f"明澜函〔{clock.today().year}〕001 号"
    assert reply.signer.name == "许怀瑾"
    assert as_("service_supervisor").post(f"{path}/closure").status_code == 303


@pytest.mark.rule("CMP-2")
def test_the_printed_letter_says_what_was_written(cast, as_, opinion, letter):
    client, path = as_("service_agent"), f"/complaints/{opinion.id}"
    body = '一、原因。密封 <script>alert(1)</script> & "选型"\n\n二、处理。已更换。'
    client.post(f"{path}/letters", data=letter | {"body": body})
    (reply,) = fresh(opinion).replies
    page = client.get(f"{path}/letters/{reply.id}").text
    assert "一、原因。密封 &lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page
    assert "<script>alert" not in page
    assert "<p>二、处理。已更换。</p>" in page
    for words in (
        reply.number, "签发人：许怀瑾", "云州明澜泵业有限公司", LETTER["title"],
        f"{LETTER['addressee']}：", opinion.number,
    ):  # fmt: skip
        assert words in page
    assert "k-sheet k-letter" in page
    assert "k-wm" in page, "carries the reader's name (CUS-6)"


@pytest.mark.rule("CMP-2")
def test_printing_is_recorded(cast, as_, opinion, letter):
    from crm.audit import history

    client, path = as_("service_agent"), f"/complaints/{opinion.id}"
    client.post(f"{path}/letters", data=letter)
    (reply,) = fresh(opinion).replies
    assert client.post(f"{path}/letters/{reply.id}/prints").status_code == 303
    entry = history("opinion", opinion.id)[0]
    assert (entry.tag, entry.actor_name, entry.facts["letter"]) == (
        "opinion:print_letter",
        "顾北辰",
        reply.number,
    )


def test_the_draft_keeps_itself(cast, as_, opinion, letter):
    client, path = as_("service_agent"), f"/complaints/{opinion.id}/letter"
    quietly = {"Accept": "application/json"}
    first = client.post(path, data=letter | {"signer": "", "title": "草"}, headers=quietly)
    assert first.json == {"version": 1}
    second = client.post(path, data=letter | {"version": 1, "title": "草稿"}, headers=quietly)
    assert second.json == {"version": 2}
    (draft,) = fresh(opinion).replies
    assert (draft.title, draft.number, draft.sent) == ("草稿", None, False)
    assert 'value="草稿"' in client.get(path).text
    assert "发出时编号" in client.get(f"/complaints/{opinion.id}/letters/{draft.id}").text
    assert fresh(opinion).state == "assigned", "a draft is no answer"
    shown = client.post(path, data=letter | {"version": 2})
    assert shown.location.endswith(f"/letters/{draft.id}")
    too_long = client.post(path, data=letter | {"title": "字" * 81, "version": 3}, headers=quietly)
    assert too_long.status_code == 422


@pytest.mark.parametrize("odd", ["²", "9" * 40, "x", "-1"])
def test_a_version_nobody_gave_is_refused(cast, as_, opinion, letter, odd):
    client, path = as_("service_agent"), f"/complaints/{opinion.id}/letters"
    for name in ("version", "answers"):
        assert client.post(path, data=letter | {name: odd}).status_code in (409, 422)
    assert fresh(opinion).replies == []


def test_two_writers_do_not_overwrite_each_other(cast, as_, opinion, letter):
    agent, supervisor, path = (
        as_("service_agent"),
        as_("service_supervisor"),
        f"/complaints/{opinion.id}/letter",
    )
    assert agent.post(path, data=letter | {"body": "甲写的"}).status_code == 303
    late = supervisor.post(path, data=letter | {"body": "乙写的"})
    assert late.status_code == 409
    assert "甲写的" in late.text
    assert "乙写的" in late.text, "what was typed is kept"
    quiet = supervisor.post(path, data=letter, headers={"Accept": "application/json"})
    assert quiet.status_code == 409
    assert fresh(opinion).replies[0].body == "甲写的"
    assert supervisor.post(path, data=letter | {"body": "乙写的", "version": 1}).status_code == 303
    assert fresh(opinion).replies[0].body == "乙写的"


@pytest.mark.rule("CMP-3")
@pytest.mark.parametrize("drafted", [False, True])
def test_a_letter_sent_twice_is_one_letter(cast, as_, opinion, letter, drafted):
    client, path = as_("service_agent"), f"/complaints/{opinion.id}"
    if drafted:
        assert client.post(f"{path}/letter", data=letter).status_code == 303
        letter |= {"version": 1}
    assert client.post(f"{path}/letters", data=letter).status_code == 303
    number = fresh(opinion).replies[0].number
    again = client.post(f"{path}/letters", data=letter)
    assert again.status_code == 409
    assert f"发出答复函 {number}" in again.text
    assert "顾北辰 已于" in again.text
    assert "一、原因。密封选型不当。" in again.text, "what was typed is kept"
    late = client.post(f"{path}/letter", data=letter, headers={"Accept": "application/json"})
    assert late.status_code == 409, "a draft that saves itself too late begins no second letter"
    assert [reply.number for reply in fresh(opinion).replies] == [number]
    meant = client.post(f"{path}/letters", data=letter | {"version": 0, "answers": 1})
    assert meant.status_code == 303, "a second letter is possible where the first is known"
    assert len(fresh(opinion).replies) == 2


@pytest.mark.rule("CMP-3")
def test_who_writes_learns_of_a_call_noted_meanwhile(cast, as_, letter):
    opinion = in_state(cast, "answered")
    path = f"/complaints/{opinion.id}"
    answer = as_("service_supervisor").post(f"{path}/letters", data=letter)
    assert answer.status_code == 409
    assert "登记电话答复（吴砚秋 接听）" in answer.text
    assert 'name="answers" type="hidden" value="1"' in answer.text


@pytest.mark.rule("CMP-2")
def test_a_letter_needs_title_body_signer_and_delivery(cast, as_, opinion, letter):
    client, path = as_("service_agent"), f"/complaints/{opinion.id}/letters"
    for name in ("title", "addressee", "body", "signer", "delivered"):
        answer = client.post(path, data=letter | {name: ""})
        assert answer.status_code == 422, name
    assert client.post(path, data=letter | {"signer": cast.technician.id}).status_code == 422
    assert client.post(path, data=letter | {"delivered": "pigeon"}).status_code == 422
    assert fresh(opinion).replies == []


def test_numbers_of_letters_are_unique_and_start_anew_each_year(cast, office):
    numbers = []
    for moment in ("2026-12-30 10:00", "2026-12-31 10:00", "2027-01-04 10:00"):
        office(moment)
        opinion = in_state(cast, "answered", severity="serious")
        numbers.append(opinion.replies[-1].number)
    assert numbers == ["明澜函〔2026〕001 号", "明澜函〔2026〕002 号", "明澜函〔2027〕001 号"]


def test_a_number_taken_in_a_failed_transaction_is_given_back(cast):
    opinion = in_state(cast, "assigned", severity="serious")
    opinion_id = opinion.id
    db.session.commit()
    opinion.draft_letter(**LETTER, signer=cast.general_manager, by=cast.service_agent, at=clock.now())
    opinion.send_letter(by=cast.service_agent, at=clock.now())
    db.session.rollback()
    opinion = db.session.get(Opinion, opinion_id)
    opinion.draft_letter(**LETTER, signer=cast.general_manager, by=cast.service_agent, at=clock.now())
    assert opinion.send_letter(by=cast.service_agent, at=clock.now()).number.endswith("001 号")


def test_who_may_write(cast, as_, opinion, letter):
    path = f"/complaints/{opinion.id}/letter"
    assert as_("technician").get(path).status_code == 404
    assert as_("archivist").get(path).status_code == 403
    registered = in_state(cast, "registered")
    db.session.commit()
    assert as_("service_agent").get(f"/complaints/{registered.id}/letter").status_code == 403
    assert as_("service_supervisor").get(f"/complaints/{registered.id}/letter").status_code == 409
    assert (
        as_("service_supervisor").post(f"/complaints/{registered.id}/letters", data=letter).status_code == 409
    )


def test_a_letter_of_another_complaint_is_not_found(cast, as_, opinion, letter):
    other = in_state(cast, "answered", severity="serious")
    db.session.commit()
    strange = other.replies[0].id
    assert as_("service_agent").get(f"/complaints/{opinion.id}/letters/{strange}").status_code == 404


def test_without_draft_nothing_is_sent(cast, opinion):
    with pytest.raises(Refused):
        opinion.send_letter(by=cast.service_agent, at=clock.now())
    assert db.session.scalars(select(Reply)).all() == []
