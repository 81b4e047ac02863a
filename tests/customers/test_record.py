"""One customer's page: what is sensitive is masked; the card; the channels (CUS-2, ARC-3, ARC-16)."""

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from crm.audit import AuditEntry
from crm.customers.models import CustomerFile, SourceChannel
from crm.files import store
from crm.kernel.database import db

from .entries import archive, draft, scan, whole

SECRETS = {
    "credit_standing": "付款常拖两周",
    "terms": "月结六十天",
    "legal_family": "二女一子",
    "image": "口碑好",
}
TABS = ("overview", "chapters", "contacts", "timeline", "papers", "history")


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


@pytest.mark.parametrize(
    "state", ["draft", "in_review", "returned", "approved", "dispatched", "named", "filed", "retired"]
)
def test_every_tab_opens_in_every_state(as_, cast, state):
    customer = archive(cast, state, **SECRETS)
    people = ["salesperson", "sales_manager", "general_manager"]
    people += {"named": ["archivist", "marketing_manager"], "filed": ["custodian", "archivist"]}.get(
        state, []
    )
    for person in people:
        client = as_(person)
        for tab in TABS:
            answer = client.get(f"/customers/{customer.id}?tab={tab}")
            assert answer.status_code == 200, (person, tab)
    assert client.get(f"/customers/{customer.id}?tab=nothing").status_code == 404


@pytest.mark.rule("CUS-2")
def test_sensitive_fields_are_for_the_custodian_and_the_general_manager(as_, cast):
    customer = archive(cast, "filed", **SECRETS)
    hidden = [v for k, v in SECRETS.items() if k != "image"]
    for person in ("salesperson", "sales_manager", "branch_manager", "archivist", "marketing_manager"):
        for tab in TABS:
            page = as_(person).get(f"/customers/{customer.id}?tab={tab}").text
            assert not [text for text in hidden if text in page], (person, tab)
        page = as_(person).get(f"/customers/{customer.id}?tab=chapters").text
        assert "口碑好" in page
        assert "信用状况" in page
        assert "已遮盖" in page
        assert "为什么我看不到？" in page
        assert "CUS-2" in page
        assert "温如玉" in page
    for person in ("custodian", "general_manager"):
        page = as_(person).get(f"/customers/{customer.id}?tab=chapters").text
        assert not [text for text in hidden if text not in page], person
        assert "已遮盖" not in page


@pytest.mark.rule("CUS-2")
def test_a_licence_scan_is_sensitive(as_, cast, session):
    customer = archive(cast, "filed")
    stream, name = scan()
    stored = store(FileStorage(stream, name))
    session.add(
        CustomerFile(
            customer=customer,
            kind="licence",
            file_id=stored.id,
            name=name,
            added_by_id=1,
            added_at=customer.created_at,
        )
    )
    session.commit()
    (paper,) = customer.files
    url = f"/customers/{customer.id}/papers/{paper.id}"
    assert as_("salesperson").get(url).status_code == 403
    assert as_("salesperson2").get(url).status_code == 404
    with as_("custodian").get(url) as answer:
        assert answer.status_code == 200
    assert "执照.pdf" not in as_("salesperson").get(f"/customers/{customer.id}?tab=papers").text


@pytest.mark.rule("ARC-16", "CUS-2", "CUS-6")
def test_the_card_prints_with_name_and_time_and_masks_what_is_sensitive(as_, cast):
    customer = archive(cast, "filed", **SECRETS)
    client = as_(cast.salesperson)
    card = client.get(f"/customers/{customer.id}/card").text
    assert customer.code in card
    assert "客户资料卡" in card
    assert "口碑好" in card
    assert "■■■■（敏感，未授权）" in card
    assert "付款常拖两周" not in card
    assert "陈知远 2026-01-09 10:00" in card
    assert "付款常拖两周" in as_(cast.custodian).get(f"/customers/{customer.id}/card").text


@pytest.mark.rule("CUS-5")
def test_a_print_is_written_down_and_a_look_is_not(as_, cast):
    customer = archive(cast, "filed")
    client = as_(cast.salesperson)
    prints = select(func.count()).select_from(AuditEntry).where(AuditEntry.tag == "customer:print")
    client.get(f"/customers/{customer.id}/card")
    assert db.session.scalar(prints) == 0
    assert "data-print-now" in client.post(f"/customers/{customer.id}/prints").text
    assert client.post("/customers/prints", data={"id": [customer.id]}).status_code == 200
    assert db.session.scalar(prints) == 2
    assert as_("salesperson2").post("/customers/prints", data={"id": [customer.id]}).status_code == 404


@pytest.mark.rule("OWN-1")
def test_the_record_says_who_collected_it_and_all_that_happened(as_, cast):
    customer = archive(cast, "filed")
    page = as_("sales_manager").get(f"/customers/{customer.id}?tab=timeline").text
    told = [
        page.index(t)
        for t in ("归档入册", "指定归档人", "传送到市场营销部", "审核通过", "提交审核", "开始录入")
    ]
    assert told == sorted(told)
    assert "温如玉" in page
    assert "江若溪" in page


def test_what_was_typed_is_escaped(as_, cast):
    customer = archive(cast, "in_review", "<script>alert(1)</script>有限公司", industry='"><img src=x>')
    for person in ("salesperson", "sales_manager"):
        for url in ("/customers", f"/customers/{customer.id}", f"/customers/{customer.id}?tab=chapters"):
            page = as_(person).get(url).text
            assert "<script>alert" not in page
            assert "<img src=x" not in page


@pytest.mark.rule("ARC-3")
def test_the_channels_of_the_regulation_can_be_chosen(as_):
    page = as_("salesperson").get("/customers/new").text
    for name in (
        "展会",
        "行业报刊",
        "互联网",
        "行业协会",
        "零售品牌记录",
        "合作伙伴介绍",
        "客户推荐",
        "公司活动",
        "来电",
        "邮件",
        "网站留言",
        "社交媒体",
        "上门",
    ):
        assert name in page


@pytest.mark.rule("ARC-3")
def test_an_administrator_adds_channels_and_switches_them_off(as_, cast):
    boss = as_(cast.administrator)
    assert as_("general_manager").get("/customers/channels").status_code == 403
    assert boss.post("/customers/channels", data={"name": "展会"}).status_code == 422
    assert boss.post("/customers/channels", data={"name": ""}).status_code == 422
    assert boss.post("/customers/channels", data={"name": "老乡会"}).status_code == 303
    own = db.session.scalars(select(SourceChannel).where(SourceChannel.name == "老乡会")).one()
    assert "老乡会" in as_("salesperson").get("/customers/new").text
    kept = draft(cast, source_channel=own.key)
    assert boss.post(f"/customers/channels/{own.key}/switch", data={"on": ""}).status_code == 303
    assert "老乡会" not in as_("salesperson").get("/customers/new").text
    # a draft keeps its own, and so does the record
    assert "老乡会" in as_("salesperson").get(f"/customers/{kept.id}/entry").text
    typed = whole(source_channel="nonsense")
    assert as_("salesperson").post("/customers/submissions", data=typed).status_code == 422
    assert boss.post("/customers/channels/nothing/switch", data={"on": ""}).status_code == 404
    assert "老乡会" in boss.get("/customers/channels").text


@pytest.mark.rule("CUS-2")
def test_whether_a_sensitive_field_is_filled_is_told_only_to_who_reads_it(as_, cast):
    """Neither the names of what is missing nor any percentage differ for the others."""
    bare = archive(cast, "filed")
    full = archive(
        cast, "filed", "青岚锦程纺织有限公司", contact_phone="13900001111", credit_standing="付款拖"
    )
    assert bare.completeness == full.completeness
    for person in ("salesperson", "sales_manager", "marketing_manager"):
        pages = [as_(person).get(f"/customers/{c.id}?tab=chapters").text for c in (bare, full)]
        lists = [page.partition('id="h-missing"')[2].partition("</section>")[0] for page in pages]
        assert lists[0] == lists[1], person
        assert "信用状况" not in lists[0]
        assert "资产" in lists[0]
        counts = [as_(person).get(f"/customers/{c.id}").text for c in (bare, full)]
        panels = [page.partition('id="h-full"')[2].partition("</section>")[0] for page in counts]
        assert panels[0] == panels[1], person
    page = as_("custodian").get(f"/customers/{bare.id}?tab=chapters").text
    assert "信用状况" in page.partition('id="h-missing"')[2].partition("</section>")[0]
