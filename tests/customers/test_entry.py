"""An archive is entered as a draft that keeps itself, and submitted when it is complete (ARC-1, ARC-2)."""

import pytest
from sqlalchemy import func, select

from crm.customers.archive.fields import ASKED, Chapter
from crm.customers.archive.values import values_of
from crm.customers.models import Customer, CustomerState
from crm.files import StoredFile
from crm.kernel.database import db

from .entries import GOOD, archive, draft, review_of, scan, the, whole

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


@pytest.mark.rule("ARC-1")
def test_the_form_asks_for_four_chapters(as_):
    page = as_("salesperson").get("/customers/new").text
    for chapter in Chapter:
        assert f'id="{chapter}"' in page
    for field in ASKED:
        assert f'name="{field.key}"' in page, field.key


@pytest.mark.rule("ARC-1")
def test_only_who_sells_enters(as_):
    assert as_("dispatcher").get("/customers/new").status_code == 403
    assert as_("administrator").post("/customers/drafts", data=whole()).status_code == 403


@pytest.mark.rule("ARC-2", "ARC-4")
def test_a_complete_entry_goes_to_the_manager_with_the_clock_of_two_working_days(as_, cast):
    answer = as_(cast.salesperson).post("/customers/submissions", data=whole(licence=scan(), uscc=GOOD))
    assert answer.status_code == 303, answer.text
    customer = the()
    assert customer.state == CustomerState.IN_REVIEW
    review = review_of(customer)
    assert [a.user.username for a in review.current.asked] == ["sales_manager"]
    assert review.current.due_at == customer.due_at
    assert customer.due_at.astimezone().isoformat()[:10] == "2026-01-13"


MISSING = ["name", "industry", "staff", "source_channel", "need_text", "contacts-0-name", "contacts-0-title"]


@pytest.mark.rule("ARC-2")
@pytest.mark.parametrize("field", MISSING)
def test_what_is_mandatory_is_asked_for_and_what_was_typed_is_kept(as_, cast, field):
    typed = {k: v for k, v in whole().items() if k != field}
    answer = as_(cast.salesperson).post("/customers/submissions", data=typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    kept = db.session.scalars(select(Customer)).one()
    assert kept.state == CustomerState.DRAFT
    assert kept.industry or kept.name
    assert f'value="{kept.version}"' in answer.text


@pytest.mark.rule("ARC-2")
def test_a_contact_without_telephone_needs_the_address(as_, cast):
    client = as_(cast.salesperson)
    typed = whole(contacts_0_phone=None)
    assert client.post("/customers/submissions", data=typed).status_code == 422
    typed["address"] = "云州市经开区泵站路 18 号"
    assert client.post("/customers/submissions", data=typed | {"draft_key": "b"}).status_code == 303


@pytest.mark.rule("ARC-2")
@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("uscc", "91990200MA5TQ08R1", "应为 18 位"),
        ("contacts-0-phone", "138 0000 472", "少 1 位"),
        ("phone", "138 0000 10577", "多 1 位"),
        ("staff", "许多", "请填整数"),
        ("yearly_revenue_fen", "两个亿", "请填数字"),
        ("collected_on", "2026-01-10", "日期不能在将来"),
        ("founded_on", "昨天", "请填日期"),
        ("nature", "海盗", ""),
        ("need_budget_low_fen", "-3", "请核对金额"),
        ("name", "恒" * 100_000, "最多 200 个字，现在 100,000 个"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_kept(as_, cast, field, typed, told):
    answer = as_(cast.salesperson).post("/customers/submissions", data=whole() | {field: typed})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert told in answer.text
    assert db.session.scalar(select(func.count()).select_from(Customer)) == 1


@pytest.mark.rule("ARC-2")
def test_amounts_in_ten_thousands_are_kept_in_fen(as_, cast):
    typed = whole(
        yearly_revenue_fen="21,000", need_budget_low_fen="12.5", need_budget_high_fen="18 万元", assets="3"
    )
    assert as_(cast.salesperson).post("/customers/submissions", data=typed).status_code == 303
    values = values_of(the())
    assert values["yearly_revenue_fen"] == 21_000_000_000
    assert (values["need_budget_low_fen"], values["need_budget_high_fen"]) == (12_500_000, 18_000_000)
    assert values["assets"] == 3_000_000


@pytest.mark.rule("ARC-7")
def test_a_vague_need_is_refused_by_the_form_with_the_questions(as_, cast):
    answer = as_(cast.salesperson).post("/customers/submissions", data=whole(need_text="想买一批设备"))
    assert answer.status_code == 422
    assert "还不够具体" in answer.text
    assert "要多少" in answer.text


@pytest.mark.rule("ARC-7")
def test_the_three_questions_are_answered_while_typing(as_):
    client = as_("salesperson")
    vague = client.post("/customers/need-check", data={"need_text": "想换一批计量泵"}).text
    assert "还不够具体" in vague
    assert "要多少" in vague
    concrete = client.post(
        "/customers/need-check", data={"need_text": "计量泵 20 台", "need_target_on": "2026-03-31"}
    )
    assert "还不够具体" not in concrete.text


def test_a_double_click_and_two_savings_at_once_make_one_draft(as_, cast):
    client = as_(cast.salesperson)
    typed = whole(draft_key="k1")
    first = client.post("/customers/drafts", data=typed, headers=JSON).json
    second = client.post("/customers/drafts", data=typed, headers=JSON).json
    assert first["id"] == second["id"]
    assert second["url"] == f"/customers/{first['id']}/entry"
    assert (
        client.post(
            "/customers/submissions", data=whole(id=first["id"], version=second["version"])
        ).status_code
        == 303
    )
    again = client.post("/customers/submissions", data=whole(id=first["id"], version=second["version"]))
    assert again.status_code == 409
    assert db.session.scalar(select(func.count()).select_from(Customer)) == 1


def test_a_draft_keeps_what_cannot_be_read_yet(as_, cast):
    client = as_(cast.salesperson)
    saved = client.post("/customers/drafts", data={"name": "", "staff": "三百多"}, headers=JSON).json
    page = client.get(saved["url"]).text
    assert "三百多" in page
    assert (
        client.post(
            saved["url"], data={"staff": "310", "version": saved["version"]}, headers=JSON
        ).status_code
        == 200
    )
    assert "三百多" not in client.get(saved["url"]).text


def test_an_old_tab_does_not_overwrite_and_loses_nothing(as_, cast):
    client = as_(cast.salesperson)
    saved = client.post("/customers/drafts", data=whole(), headers=JSON).json
    client.post(saved["url"], data=whole(industry="包装材料", version=saved["version"]), headers=JSON)
    answer = client.post(saved["url"], data=whole(industry="化工泵", version=saved["version"]))
    assert answer.status_code == 409
    assert "包装材料" in answer.text
    assert "化工泵" in answer.text
    assert the().industry == "包装材料"
    taken = client.post(saved["url"], data=whole(industry="化工泵", version=the().version))
    assert taken.status_code == 303
    assert the().industry == "化工泵"


def test_what_the_same_tab_saved_a_moment_ago_is_no_conflict(as_, cast):
    client = as_(cast.salesperson)
    saved = client.post("/customers/drafts", data=whole(tab="a"), headers=JSON).json
    mine = whole(industry="包装材料", tab="a", version=saved["version"])
    assert client.post(saved["url"], data=mine, headers=JSON).status_code == 200  # its answer never arrives
    other = whole(industry="化工泵", tab="b", version=saved["version"])
    assert client.post(f"/customers/{saved['id']}/submission", data=other).status_code == 409
    assert client.post(f"/customers/{saved['id']}/submission", data=mine).status_code == 303


def test_a_draft_is_nobody_elses_business(as_, cast):
    customer = draft(cast)
    for stranger in ("salesperson2", "salesperson3", "dispatcher", "archivist"):
        assert as_(stranger).get(f"/customers/{customer.id}").status_code == 404, stranger
    assert as_("salesperson3").post(f"/customers/{customer.id}/entry", data=whole()).status_code == 404
    assert as_("salesperson3").post("/customers/drafts", data=whole(id=customer.id)).status_code == 404
    # the manager sees the department, and still does not write in somebody's entry
    assert as_("sales_manager").post(f"/customers/{customer.id}/entry", data=whole()).status_code == 403


def test_a_draft_can_be_given_up_by_its_author_until_it_was_submitted(as_, cast):
    customer, submitted = (
        draft(cast),
        archive(cast, "in_review", "青岚锦程纺织有限公司", contact_phone="13900001111"),
    )
    client = as_(cast.salesperson)
    assert client.get(f"/customers/{customer.id}/draft-removal").status_code == 405
    assert as_("salesperson3").post(f"/customers/{customer.id}/draft-removal").status_code == 404
    assert client.post(f"/customers/{customer.id}/draft-removal").status_code == 303
    assert client.post(f"/customers/{submitted.id}/draft-removal").status_code == 409
    assert [c.id for c in db.session.scalars(select(Customer))] == [submitted.id]


def test_the_author_takes_it_back_from_review(as_, cast):
    customer = archive(cast, "in_review")
    assert as_("salesperson3").post(f"/customers/{customer.id}/withdrawal").status_code == 404
    client = as_(cast.salesperson)
    assert client.post(f"/customers/{customer.id}/withdrawal").status_code == 303
    assert the().state == CustomerState.DRAFT
    assert client.post(f"/customers/{customer.id}/withdrawal").status_code == 409


def test_a_wrong_file_is_refused_with_the_reason_and_nothing_of_it_is_stored(as_, cast):
    client = as_(cast.salesperson)
    answer = client.post("/customers/submissions", data=whole(licence=scan("病毒.exe", b"MZ")))
    assert answer.status_code == 422
    assert 'href="#licence"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert the().industry == "通用设备制造"  # what was typed beside it is kept


def test_attachments_stay_with_the_draft_and_can_be_taken_out(as_, cast):
    client = as_(cast.salesperson)
    client.post("/customers/drafts", data=whole(licence=scan(), papers=[scan("图纸.pdf"), scan("报价.pdf")]))
    customer = the()
    assert [(f.kind, f.name) for f in customer.files] == [
        ("licence", "执照.pdf"),
        ("other", "图纸.pdf"),
        ("other", "报价.pdf"),
    ]
    paper = customer.files[1]
    with client.get(f"/customers/{customer.id}/papers/{paper.id}") as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
    assert as_("salesperson2").get(f"/customers/{customer.id}/papers/{paper.id}").status_code == 404
    client.post(
        f"/customers/{customer.id}/entry", data=whole(drop_file=str(paper.id), version=customer.version)
    )
    assert [f.name for f in the().files] == ["执照.pdf", "报价.pdf"]


def test_nobody_can_review_a_general_managers_entry_says_the_form(as_, cast, session):
    cast.general_manager.give_roles(
        {"general_manager", "salesperson"}, by=None, at=cast.salesperson.created_at
    )
    answer = as_(cast.general_manager).post("/customers/submissions", data=whole())
    assert answer.status_code == 422
    assert "没有人可以审核" in answer.text


def test_progress_is_told_while_typing(as_):
    answer = as_("salesperson").post("/customers/progress", data=whole())
    assert answer.status_code == 200
    assert 'id="fill-basics"' in answer.text
    assert "必填 9 项，已填 9 项" in answer.text


@pytest.mark.parametrize("odd", ["²", "٣", "99999999999999999999", "-1", "1.0"])
def test_a_number_that_is_none_is_bad_input_not_an_accident(as_, cast, odd):
    client = as_(cast.salesperson)
    assert client.post("/customers/drafts", data=whole(id=odd, drop_file=odd)).status_code == 303
    assert client.post("/customers/prints", data={"id": odd}).status_code == 404
    assert as_("marketing_manager").get("/customers/filing", query_string={"id": odd}).status_code == 200
