"""The register: views, filters, search, order, pages (ARC-16, ARC-17); who sees what (CUS-3)."""

import re
from datetime import date

import pytest

from crm.customers.models import Customer
from crm.kernel import clock

from .entries import archive, the

NAMES = ["青岚白鹭包装股份有限公司", "云州鹿鸣乳业有限公司", "云州赤霞印染厂", "望川禾木食品集团有限公司"]


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


def names(client, query=""):
    """The names of the list, in their order."""
    answer = client.get(f"/customers{query}")
    assert answer.status_code == 200, answer.text
    return re.findall(r'<th role="rowheader" scope="row" class="k-cut k-main" title="([^"]*)"', answer.text)


def several(cast, state="filed", **more):
    return [archive(cast, state, n, contact_phone=f"1390000{k:04d}", **more) for k, n in enumerate(NAMES)]


@pytest.mark.rule("CUS-3", "ARC-16")
def test_each_sees_their_own_their_department_or_all(as_, cast):
    archive(cast, "filed", NAMES[0])
    archive(cast, "filed", NAMES[1], branch="2", contact_phone="13900001111")
    draft = archive(cast, "draft", NAMES[2], contact_phone="13900002222")
    assert sorted(names(as_("salesperson"))) == sorted([NAMES[0], NAMES[2]])
    assert names(as_("salesperson"), "?view=all") == [NAMES[0]]
    assert names(as_("salesperson2")) == [NAMES[1]]
    assert names(as_("salesperson3")) == []
    assert names(as_("sales_manager"), "?view=department") == [NAMES[0]]
    assert names(as_("branch_manager2")) == [NAMES[1]]
    assert sorted(names(as_("general_manager"))) == sorted([NAMES[0], NAMES[1]])
    assert names(as_("custodian2")) == []
    assert names(as_("service_agent")) == []
    assert as_("administrator").get("/customers").status_code == 403
    assert as_("salesperson").get(f"/customers/{draft.id}").status_code == 200


@pytest.mark.rule("ARC-16")
@pytest.mark.parametrize("q", ["鹿鸣", "乳", "yzlm", "YZLM", "13900000001", "0001", "KH-2026-0002", "许望"])
def test_a_piece_is_enough_to_find_a_customer(as_, cast, q):
    several(cast)
    found = names(as_("salesperson"), f"?q={q}")
    assert NAMES[1] in found


@pytest.mark.rule("ARC-16")
def test_a_search_never_leaves_the_scope(as_, cast):
    several(cast)
    assert names(as_("salesperson2"), "?view=all&q=鹿鸣") == []
    assert "没有符合条件的客户" in as_("salesperson").get("/customers?q=百分之%25").text


@pytest.mark.rule("ARC-17")
def test_the_list_can_be_sorted_by_completeness(as_, cast):
    for name, more in zip(
        NAMES, ({}, {"industry": None}, {"city": "云州", "form": "limited"}, {}), strict=True
    ):
        archive(cast, "filed", name, contact_phone=f"1390000{len(name):04d}", **more)
    client = as_("salesperson")
    assert names(client, "?sort=completeness")[0] == NAMES[2]
    assert names(client, "?sort=completeness-asc")[0] == NAMES[1]
    assert NAMES[2] in names(client, "?incomplete=1")
    page = client.get("/customers?sort=completeness").text
    assert 'aria-sort="descending"' in page
    assert 'aria-label="完整度"' in page


@pytest.mark.rule("ARC-17")
def test_each_archive_shows_how_complete_its_four_chapters_are(as_, cast):
    customer = archive(cast, "filed", city="云州", credit_standing="好")
    page = as_("salesperson").get(f"/customers/{customer.id}").text
    for chapter in ("基础资料", "客户特征", "业务状况与需求", "交易现状"):
        assert f'aria-label="{chapter}完整度"' in page


@pytest.mark.rule("ARC-16")
def test_the_trading_list_is_a_view_of_the_register(as_, cast):
    several(cast)
    archive(cast, "filed", "老客户水务有限公司", trading_since=date(2024, 4, 11), contact_phone="13700001111")
    archive(
        cast, "approved", "未归档的有限公司", trading_since=date(2024, 4, 11), contact_phone="13700002222"
    )
    assert names(as_("salesperson"), "?trading=1") == ["老客户水务有限公司"]


@pytest.mark.rule("ARC-4")
def test_late_ones_are_marked_listed_and_first_by_deadline(as_, cast, office):
    archive(cast, "in_review", NAMES[0])
    office("2026-01-12 10:00")
    archive(cast, "in_review", NAMES[1], contact_phone="13900001111")
    archive(cast, "filed", NAMES[2], first_contact_on=date(2026, 1, 9), contact_phone="13900002222")
    office("2026-01-14 10:00")
    client = as_("salesperson")
    assert names(client, "?sort=due-asc") == NAMES[:3]
    assert names(client, "?late=1") == [NAMES[0]]
    page = client.get("/customers").text
    assert "入册逾期" in page
    assert "is-late" in page
    assert "入册逾期" in as_("salesperson").get(f"/customers/{the(NAMES[0]).id}").text


@pytest.mark.rule("ARC-4")
def test_an_archive_collected_on_friday_is_due_on_tuesday(as_, cast):
    customer = archive(cast, "in_review")
    assert customer.due_at.isoformat() == "2026-01-13T10:00:00+00:00"  # 18:00 in the office


def test_pages_follow_each_other_by_key(as_, cast, session):
    first = archive(cast, "filed", NAMES[0])
    shared = {k: getattr(first, k) for k in ("author_id", "owner_id", "department_id", "department_path")}
    for n in range(119):
        session.add(
            Customer(
                name=f"第{n:03d}号公司",
                state="in_review",
                submitted_at=first.updated_at,
                due_at=first.due_at,
                collected_on=first.collected_on,
                created_at=first.created_at,
                updated_at=first.updated_at,
                **shared,
            )
        )
    session.commit()
    client = as_("salesperson")
    for order in ("updated", "updated-asc", "name", "name-asc", "completeness", "due", "due-asc"):
        seen, url, pages = [], f"/customers?sort={order}", 0
        while url:
            text = client.get(url).text
            seen += re.findall(r'class="k-cut k-main" title="([^"]*)"', text)
            following = re.search(r'href="([^"]*)" rel="next"', text)
            url, pages = following and following[1].replace("&amp;", "&"), pages + 1
        assert (len(seen), len(set(seen)), pages) == (120, 120, 3), order
    assert "共 120 家" in client.get("/customers").text
    assert client.get("/customers?after=unsinn&sort=due").status_code == 200


def test_an_address_nobody_wrote_shows_the_usual_list(as_, cast):
    archive(cast, "filed", NAMES[0])
    odd = "?view=x&sort=y&state=z&grade=Q&late=7&after=%00"
    assert names(as_("salesperson"), odd) == [NAMES[0]]


def test_an_empty_register_says_what_to_do(as_):
    assert "录入第一份档案" in as_("salesperson").get("/customers").text


@pytest.mark.rule("CUS-3")
@pytest.mark.parametrize("q", ["鹿鸣", "yzlm", "鹿鸣 kh-2026", "13800001057", "138 0000 1057"])
def test_whose_call_it_is_is_found_by_name_initials_code_or_whole_number(as_, cast, q):
    archive(cast, "filed", NAMES[1])
    assert NAMES[1] in as_("service_agent2").get("/customers/lookup", query_string={"q": q}).text


@pytest.mark.rule("CUS-3")
@pytest.mark.parametrize("q", ["1380000105", "3800001057", "1057", "许望舒", "许望", "xws", "望"])
def test_the_look_up_cannot_feel_out_telephones_and_contacts(as_, cast, q):
    archive(cast, "filed", NAMES[1])
    assert NAMES[1] in names(as_("salesperson"), f"?q={q}"), "who sees the archive finds it so"
    assert NAMES[1] not in as_("service_agent").get(f"/customers/lookup?q={q}").text
    assert NAMES[1] not in as_("service_agent").get(f"/complaints/customers?customer_name={q}").text


@pytest.mark.rule("CUS-3")
@pytest.mark.parametrize(
    ("state", "named"),
    [("draft", False), ("in_review", False), ("returned", False), ("approved", True), ("dispatched", True),
     ("filed", True), ("retired", False)],
)  # fmt: skip
def test_the_look_up_names_what_was_approved(as_, cast, state, named):
    customer = archive(cast, "filed", NAMES[1])
    customer.state, customer.retired_at = state, clock.now() if state == "retired" else None
    told = as_("service_agent").get("/customers/lookup?q=鹿鸣").text
    assert (NAMES[1] in told) is named


def test_the_intake_looks_up_name_and_code_and_nothing_else(as_, cast):
    customer = archive(cast, "filed", NAMES[1], address="云州市经开区泵站路 18 号")
    archive(cast, "draft", NAMES[2], contact_phone="13900002222")
    told = as_("service_agent").get("/customers/lookup?q=鹿鸣").text
    assert NAMES[1] in told
    assert customer.code in told
    assert "许望舒" not in told
    assert "泵站路" not in told
    assert "13800001057" not in told
    assert NAMES[2] not in as_("service_agent").get("/customers/lookup?q=赤霞").text
    assert as_("technician").get("/customers/lookup?q=鹿鸣").status_code == 403


@pytest.mark.rule("OWN-3")
def test_new_customers_nobody_has_contacted_are_a_condition(as_, cast):
    waiting, done, _draft = (
        archive(cast, state, name, contact_phone=f"1390000{n:04d}")
        for n, (state, name) in enumerate(zip(("filed", "filed", "draft"), NAMES, strict=False))
    )
    done.note_first_contact(clock.today(), how="phone", by=cast.salesperson, at=clock.now())
    client = as_(cast.salesperson)
    assert names(client, "?uncontacted=1") == [waiting.name]
    assert "移除此条件" in client.get("/customers?uncontacted=1").text
    assert len(names(client)) == 3
