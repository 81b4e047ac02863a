"""The manager reviews an entry: checklist, reasons per field, rounds that stay (ARC-4, ARC-7, ARC-8)."""

import pytest
from sqlalchemy import select

from crm.approvals import ReviewState
from crm.approvals.outcomes import outcome_of
from crm.audit import AuditEntry
from crm.customers.models import CustomerState
from crm.searching import matches

from .entries import GOOD, archive, draft, review_of, scan, the, whole

TICKS = {
    "tick-licence": "y",
    "tick-verified": "y",
    "detail-verified": "1 月 9 日电话，陈知远",
    "tick-need": "y",
}


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


def decide(client, review, decision="approve", **said):
    data = {"decision": decision, "step_id": review.current.id, "opinion": "", **said}
    return client.post(f"/reviews/{review.id}/decisions", data=data)


def entered(as_, cast, **changes):
    answer = as_(cast.salesperson).post("/customers/submissions", data=whole(**changes))
    assert answer.status_code == 303
    return the()


@pytest.mark.rule("ARC-4", "OWN-1")
def test_an_approved_archive_belongs_to_who_collected_it(as_, cast):
    customer = entered(as_, cast, licence=scan(), uscc=GOOD)
    assert decide(as_(cast.sales_manager), review_of(customer), **TICKS).status_code == 303
    customer = the()
    assert customer.state == CustomerState.APPROVED
    assert customer.owner_id == customer.author_id == cast.salesperson.id


@pytest.mark.rule("ARC-7")
@pytest.mark.parametrize("missing", ["tick-licence", "tick-verified", "tick-need", "detail-verified"])
def test_there_is_no_approval_without_the_whole_checklist(as_, cast, missing):
    customer = entered(as_, cast, licence=scan(), uscc=GOOD)
    said = {k: v for k, v in TICKS.items() if k != missing}
    assert decide(as_(cast.sales_manager), review_of(customer), **said).status_code == 422
    assert the().state == CustomerState.IN_REVIEW


@pytest.mark.rule("ARC-7")
@pytest.mark.parametrize(
    ("form", "may"),
    [
        ({"uscc": GOOD}, False),  # no scan
        ({"licence": True}, False),  # no code to check
        ({"licence": True, "uscc": GOOD}, True),
        ({"nature": "government"}, True),  # has none
        ({"nature": "individual"}, True),
        ({"nature": "ordinary"}, False),
    ],
)
def test_the_name_equals_the_licence_only_where_there_is_one(as_, cast, form, may):
    if form.get("licence"):
        form = form | {"licence": scan()}
    customer = entered(as_, cast, **form)
    said = TICKS
    if form.get("nature") in ("government", "individual"):
        said = {k: v for k, v in TICKS.items() if k != "tick-licence"}
    assert (decide(as_(cast.sales_manager), review_of(customer), **said).status_code == 303) is may


@pytest.mark.rule("ARC-7")
def test_the_decision_keeps_the_checklist(as_, cast):
    customer = entered(as_, cast, licence=scan(), uscc=GOOD)
    decide(as_(cast.sales_manager), review_of(customer), **TICKS)
    (decision,) = review_of(customer).decisions
    assert decision.ticks == {"licence": "", "verified": "1 月 9 日电话，陈知远", "need": ""}


@pytest.mark.rule("ARC-8")
def test_the_author_reads_each_reason_beside_its_field_corrects_and_resubmits(as_, cast):
    customer = entered(as_, cast)
    said = {"verdict-industry": "return", "reason-industry": "写到中类", "reason-contacts-0": "电话打不通"}
    assert (
        decide(as_(cast.sales_manager), review_of(customer), "return", opinion="补两处", **said).status_code
        == 303
    )
    assert the().state == CustomerState.RETURNED
    client = as_(cast.salesperson)
    page = client.get(f"/customers/{customer.id}/entry").text
    assert "补两处" in page
    assert 'id="industry-err"' in page
    assert "写到中类" in page
    assert 'id="contacts-0-name-err"' in page
    assert "电话打不通" in page
    typed = whole(industry="泵及真空设备制造", contacts_0_phone="138 0000 1058", version=the().version)
    assert client.post(f"/customers/{customer.id}/submission", data=typed).status_code == 303
    second = review_of(customer)
    assert (second.round, second.state) == (2, ReviewState.PENDING)
    lines = {line.key: line for line in outcome_of("customers:entry").sheet(second).lines}
    assert (lines["industry"].old, lines["industry"].new) == ("通用设备制造", "泵及真空设备制造")
    assert "138 0000 1057" in lines["contacts-0"].old
    assert "138 0000 1058" in lines["contacts-0"].new
    assert lines["name"].old == lines["name"].new
    assert "写到中类" in lines["industry"].note
    first = second.rounds()[0]
    assert first.proposal["values"]["industry"] == "通用设备制造"
    assert "写到中类" in as_(cast.sales_manager).get(f"/reviews/{second.id}").text


def test_a_rejected_entry_is_kept_with_the_reason_and_leaves_the_search(as_, cast, session):
    customer = entered(as_, cast)
    assert list(session.scalars(matches("customer", "恒拓"))) == [customer.id]
    assert (
        decide(as_(cast.sales_manager), review_of(customer), "reject", opinion="不是我们的客户").status_code
        == 303
    )
    customer = the()
    assert (customer.state, customer.retired_reason) == (CustomerState.RETIRED, "不是我们的客户")
    assert list(session.scalars(matches("customer", "恒拓"))) == []


def test_a_withdrawn_entry_is_a_draft_again(as_, cast):
    customer = archive(cast, "in_review")
    assert as_(cast.salesperson).post(f"/reviews/{review_of(customer).id}/withdrawal").status_code == 303
    assert the().state == CustomerState.DRAFT


@pytest.mark.rule("CUS-2")
def test_the_reviewer_reads_sensitive_lines_only_while_asked(as_, cast):
    customer = archive(cast, "in_review", credit_standing="付款常拖两周")
    review = review_of(customer)
    assert "付款常拖两周" in as_(cast.sales_manager).get(f"/reviews/{review.id}").text
    assert "付款常拖两周" not in as_(cast.branch_manager).get(f"/customers/{customer.id}?tab=chapters").text
    decide(as_(cast.sales_manager), review, **TICKS)
    assert "付款常拖两周" not in as_(cast.sales_manager).get(f"/reviews/{review.id}").text


@pytest.mark.rule("CUS-2", "ARC-8")
def test_why_a_masked_line_went_back_is_masked_too(as_, cast):
    """A reason may say what the field says."""
    customer = archive(cast, "in_review", credit_standing="付款常拖两周")
    said = {"verdict-credit_standing": "return", "reason-credit_standing": "拖两周不算差，写清楚"}
    first = review_of(customer)
    decide(as_(cast.sales_manager), first, "return", opinion="补一处", **said)
    client = as_(cast.salesperson)
    assert "拖两周不算差" in client.get(f"/customers/{customer.id}/entry").text
    typed = whole(nature="government", credit_standing="付款拖一周", version=the().version)
    assert client.post(f"/customers/{customer.id}/submission", data=typed).status_code == 303
    second = review_of(customer)
    assert "拖两周不算差" in as_(cast.sales_manager).get(f"/reviews/{second.id}").text
    decide(as_(cast.sales_manager), second, **TICKS)
    for review in (first, second):
        page = as_(cast.sales_manager).get(f"/reviews/{review.id}").text
        assert "已遮盖" in page
        assert "拖两周不算差" not in page
        assert "补一处" in page


@pytest.mark.rule("ARC-4", "CUS-3")
def test_a_manager_who_moves_away_leaves_the_review_to_whoever_is_next(as_, cast, session):
    customer = archive(cast, "in_review", credit_standing="付款常拖两周")
    review, manager = review_of(customer), cast.sales_manager
    pages = [f"/customers/{customer.id}", f"/reviews/{review.id}"]
    assert [as_(manager).get(page).status_code for page in pages] == [200, 200]
    move(as_, cast, manager, "销售二部")
    client = as_(manager)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert decide(client, review, **TICKS).status_code == 404
    assert customer.name not in client.get("/todo").text
    heir = as_(cast.branch_manager)
    assert customer.name in heir.get("/todo").text
    page = heir.get(pages[1]).text
    assert "改由他人审批" in page
    assert f"{manager.name} → {cast.branch_manager.name}" in page
    assert "付款常拖两周" in page
    told = select(AuditEntry).where(AuditEntry.tag == "review:reassign")
    (entry,) = session.scalars(told).all()
    assert (entry.thing_id, entry.actor_name) == (review.id, cast.administrator.name)
    assert entry.facts["people"] == [cast.branch_manager.id]
    assert decide(heir, review, **TICKS).status_code == 303
    assert the().state == CustomerState.APPROVED


@pytest.mark.rule("ARC-4")
def test_a_new_manager_of_the_department_is_asked_instead_of_the_one_above(as_, cast):
    customer = archive(cast, "in_review")
    move(as_, cast, cast.sales_manager, "销售二部")
    move(as_, cast, cast.sales_manager2, "销售一部")
    assert customer.name in as_("sales_manager2").get("/todo").text
    assert customer.name not in as_("branch_manager").get("/todo").text


@pytest.mark.rule("ARC-4")
@pytest.mark.parametrize("lost", ["roles", "suspension"])
def test_who_is_disabled_or_loses_the_role_keeps_no_review(as_, cast, lost):
    customer = archive(cast, "in_review")
    said = {"roles": ["technician"]} if lost == "roles" else {}
    answer = as_("administrator").post(f"/people/{cast.sales_manager.id}/{lost}", data=said)
    assert answer.status_code == 303
    assert [a.user.username for a in review_of(customer).current.asked] == ["branch_manager"]
    assert customer.name in as_("branch_manager").get("/todo").text


def move(as_, cast, person, department):
    said = {"name": person.name, "title": person.title, "phone": person.phone, "email": person.email}
    said["department"] = cast.department(department).id
    assert as_("administrator").post(f"/people/{person.id}", data=said).status_code == 303


@pytest.mark.rule("OWN-1", "ARC-14")
def test_the_reviewer_is_told_whose_record_is_the_earlier_one(as_, cast, office):
    archive(cast, "filed")
    office("2026-03-09 10:00")
    second = draft(cast, "云州恒拓精密机械有限责任公司", by="salesperson3", contact_phone="13900001111")
    answer = as_(cast.sales_manager).get(f"/customers/{second.id}/likenesses")
    assert "较早记录" in answer.text
    assert "云州恒拓精密机械有限公司" in answer.text
    assert as_("salesperson2").get(f"/customers/{second.id}/likenesses").status_code == 404


@pytest.mark.rule("ARC-7", "CUS-2")
def test_the_licence_is_opened_beside_its_point_of_the_checklist_by_whoever_may(as_, cast):
    customer = entered(as_, cast, licence=scan(), papers=[scan("报价.pdf")], uscc=GOOD)
    review = review_of(customer)
    paper = f"/customers/{customer.id}/papers/{customer.files[0].id}"
    link = f'<a class="k-small" href="{paper}" target="_blank" rel="noopener">'
    manager = as_(cast.sales_manager)
    checks = manager.get(f"/reviews/{review.id}").text.partition('id="h-check"')[2].partition("</section>")[0]
    assert link in checks.partition('id="tick-verified"')[0]
    assert "打开执照扫描件" in checks
    with manager.get(paper) as answer:
        assert answer.status_code == 200
    decide(manager, review, **TICKS)
    assert link not in manager.get(f"/reviews/{review.id}").text  # it is not for them any more
    assert manager.get(paper).status_code == 403


@pytest.mark.rule("ARC-7")
def test_where_there_is_no_scan_there_is_nothing_to_open(as_, cast):
    review = review_of(entered(as_, cast, nature="government"))
    assert "打开执照扫描件" not in as_(cast.sales_manager).get(f"/reviews/{review.id}").text
