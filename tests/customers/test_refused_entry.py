"""What a refused or abandoned entry leaves behind: the form again, all faults at once, no empty draft."""

import re

import pytest
from sqlalchemy import func, select

from crm.customers.models import Customer
from crm.kernel.database import db

from .entries import archive, draft, scan, the, whole

JSON = {"Accept": "application/json"}
#: a form as it opens: what it says by itself, and nothing typed
UNTOUCHED = {
    "draft_key": "k1",
    "collected_on": "2026-01-09",
    "met_by": "陈知远",
    "name": "",
    "need_text": " ",
    "contacts-0-name": "",
    "contacts-0-phone": "",
    "contacts-0-decides": "",
}
ASKED_FOR = ["name", "industry", "staff", "source_channel", "need_text"]
OF_THE_CONTACT = ["contacts-0-name", "contacts-0-title", "contacts-0-phone"]


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


def drafts():
    return db.session.scalar(select(func.count()).select_from(Customer))


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/customers/submissions", "/customers/new"),
        ("/customers/drafts", "/customers/new"),
        ("/customers/7/submission", "/customers/7/entry"),
        ("/customers/7/filing", "/customers/7"),
        ("/customers/7/contacts/3/retirement", "/customers/7?tab=contacts"),
        ("/customers/filings", "/customers/filing"),
    ],
)
def test_a_reloaded_address_of_a_refused_form_leads_to_the_form(as_, client, address, page):
    answer = as_("salesperson").get(address)
    assert (answer.status_code, answer.location) == (303, page)
    assert client.get(address).location == page  # whose door asks to sign in
    assert as_("salesperson").put(address).status_code == 405


def test_an_address_that_nobody_knows_stays_unknown(as_):
    assert as_("salesperson").get("/customers/7/nonsense").status_code == 404


@pytest.mark.rule("ARC-2")
def test_an_empty_form_is_refused_with_everything_it_lacks_and_makes_no_draft(as_, cast):
    answer = as_(cast.salesperson).post("/customers/submissions", data=UNTOUCHED)
    assert answer.status_code == 422
    told = re.findall(r'<li><a href="#([^"]+)">', answer.text)
    assert sorted(told) == sorted(ASKED_FOR + OF_THE_CONTACT)
    assert "都已存为草稿" not in answer.text
    assert 'value="k1"' in answer.text
    assert drafts() == 0


def test_an_empty_form_is_not_saved(as_, cast):
    client = as_(cast.salesperson)
    quiet = client.post("/customers/drafts", data=UNTOUCHED, headers=JSON)
    assert (quiet.status_code, quiet.text) == (204, "")
    left = client.post("/customers/drafts", data=UNTOUCHED, follow_redirects=True)
    assert "什么都没有填" in left.text
    assert drafts() == 0


@pytest.mark.parametrize("typed", [{"website": "x.cn"}, {"staff": "许多"}, {"contacts-0-phone": "1"}])
def test_a_single_word_is_worth_a_draft(as_, cast, typed):
    assert as_(cast.salesperson).post("/customers/drafts", data=UNTOUCHED | typed).status_code == 303
    assert drafts() == 1


def test_a_file_alone_is_worth_a_draft(as_, cast):
    assert (
        as_(cast.salesperson).post("/customers/drafts", data=UNTOUCHED | {"papers": scan()}).status_code
        == 303
    )
    assert drafts() == 1


def test_a_draft_that_was_emptied_is_saved_empty(as_, cast):
    client = as_(cast.salesperson)
    client.post("/customers/drafts", data=UNTOUCHED | {"industry": "包装材料"}, headers=JSON)
    saved = client.post("/customers/drafts", data=UNTOUCHED | {"tab": ""}, headers=JSON)
    assert saved.status_code == 200
    assert db.session.scalars(select(Customer)).one().industry is None


@pytest.mark.rule("ARC-2")
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, OF_THE_CONTACT),
        ({"address": "云州市经开区"}, OF_THE_CONTACT[:2]),
        ({"contacts-0-phone": "13800001057"}, OF_THE_CONTACT[:2]),
        ({"contacts-0-name": "许望舒"}, OF_THE_CONTACT[1:]),
        ({"contacts-0-name": "许望舒", "contacts-0-title": "总经理"}, OF_THE_CONTACT[2:]),
    ],
)
def test_all_that_a_contact_lacks_is_told_at_once(as_, cast, typed, told):
    without = {k: v for k, v in whole().items() if not k.startswith("contacts-")}
    answer = as_(cast.salesperson).post("/customers/submissions", data=without | typed)
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#(contacts[^"]+)">', answer.text) == told


@pytest.mark.rule("ARC-2")
@pytest.mark.parametrize(
    ("said", "rail"),
    [
        ({"need_text": None}, "必填：需求"),
        ({"need_text": "想买一批设备"}, "需求还不够具体"),
        ({}, "必填已填，其余可稍后补"),
        ({"need_text": None, "attitude": "active"}, "项 · 必填：需求"),
    ],
)
def test_the_rail_says_what_of_a_chapter_is_mandatory(as_, said, rail):
    text = as_("salesperson").post("/customers/progress", data=whole(**said)).text
    business = text.partition('href="#business"')[2].partition("</li>")[0]
    assert rail in business


def test_the_rail_counts_what_is_mandatory_where_it_is_much(as_):
    text = as_("salesperson").post("/customers/progress", data=UNTOUCHED).text
    basics = text.partition('href="#basics"')[2].partition("</li>")[0]
    assert "还差必填 7 项" in basics
    assert "可稍后补" in text.partition('href="#characteristics"')[2].partition("</li>")[0]


def test_too_large_an_upload_is_told_with_the_way_back_to_the_draft(app, as_, cast):
    customer = draft(cast)
    app.config["MAX_CONTENT_LENGTH"] = 2000
    page = f"/customers/{customer.id}/entry"
    answer = as_(cast.salesperson).post(
        page.replace("entry", "submission"),
        data=whole(licence=scan(data=b"%PDF-1.4" + b"0" * 4000)),
        headers={"Referer": f"http://localhost{page}"},
    )
    assert answer.status_code == 413
    assert "一次上传不能超过 20 MB" in answer.text
    assert "草稿还在" in answer.text
    assert f'href="{page}"' in answer.text
    assert the().files == []


def test_the_form_knows_how_much_may_be_sent_and_how_its_parts_are_called(as_, cast):
    page = as_(cast.salesperson).get("/customers/new").text
    assert page.count('data-limit="20971520"') == page.count('type="file"') == 2
    assert page.count('data-too-large="一次最多上传 20 MB') == 2
    assert '<div class="k-bar" role="group" aria-label="保存与提交">' in page
    assert page.count('<details class="k-chapter"') == page.count(' aria-labelledby="h-') - page.count(
        "<section"
    )
    assert 'aria-label="基础资料完整度"' in page


@pytest.mark.parametrize(("person", "state"), [("dispatcher", "approved"), ("archivist", "named")])
def test_a_line_of_the_to_do_list_opens_the_desk_with_its_archive_ticked(as_, cast, person, state):
    ids = [
        archive(cast, state).id,
        archive(cast, state, "青岚锦程纺织有限公司", contact_phone="13900001111").id,
    ]
    client = as_(person)
    desk = "/customers/dispatch" if person == "dispatcher" else "/customers/filing"
    todo = client.get("/todo").text
    assert all(f'href="{desk}?id={id}"' in todo for id in ids)
    page = client.get(f"{desk}?id={ids[1]}").text
    assert re.findall(r'name="id" value="(\d+)" checked', page) == [str(ids[1])]
