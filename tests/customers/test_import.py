"""A list comes in as one batch: checked, submitted, reviewed once; each row becomes an archive (ARC-15)."""

import io
from datetime import date

import pytest
from sqlalchemy import func, select

from crm.approvals import Review, Verdict
from crm.audit import AuditEntry, verify
from crm.customers.archive.values import contacts_of, values_of
from crm.customers.entry.entering import draft_for, save, submit
from crm.customers.importing import reading
from crm.customers.models import (
    ChapterValues,
    Contact,
    Customer,
    CustomerState,
    GradeChange,
    ImportBatch,
    ImportRow,
    Need,
)
from crm.kernel import clock
from crm.searching import matches
from crm.searching.models import SearchDoc

from .sheets import GOOD, HEAD, OTHER, csv_of, xlsx_of

pytestmark = pytest.mark.rule("ARC-15")

LIST = csv_of(
    "客户名称,统一社会信用代码,省份,城市,联系人,手机,法定代表人,等级,需求,内部编号",
    f"云州恒拓精密机械有限公司,{GOOD},云南省,云州市,王经理,138 0000 1057,李四,A,每季度采购离心泵 20 台,X-1",
    "青岚锦程纺织有限公司,123,,青岚市,,,,,,X-2",
    "云州恒拓精密机械有限责任公司,,,,,,,,,X-3",
    ",,,云州市,,,,,,=HYPERLINK(1)",
)


def upload(client, data=LIST, name="客户表.csv", **fields):
    return client.post("/customers/imports/new", data={"file": (io.BytesIO(data), name), **fields})


def uploaded(client, data=LIST, name="客户表.csv", **fields):
    """Upload and follow; the id of the batch."""
    answer = upload(client, data, name, **fields)
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def submitted(client, session, **more):
    """The review of a batch that has been uploaded and submitted."""
    batch_id = uploaded(client, **more)
    assert (
        client.post(f"/customers/imports/{batch_id}/submission", data={"note": "展会名单"}).status_code == 303
    )
    return session.scalars(
        select(Review).where(Review.thing_id == batch_id, Review.thing_type == "import_batch")
    ).one()


def approve(client, review):
    return client.post(
        f"/reviews/{review.id}/decisions",
        data={
            "step_id": review.current.id,
            "decision": "approve",
            "tick-sampled": "1",
            "detail-sampled": "第 2 行，打电话核对",
        },
    )


def archives(session):
    return session.scalars(
        select(Customer).where(Customer.import_batch_id.is_not(None)).order_by(Customer.id)
    ).all()


# --- the check ---------------------------------------------------------------------------------------


def test_an_upload_is_checked_row_by_row_and_makes_no_archive(as_, cast, session):
    client = as_(cast.salesperson)
    batch = session.get(ImportBatch, uploaded(client))
    assert (batch.total, batch.valid, batch.warned, batch.duplicates, batch.rejected) == (4, 2, 1, 1, 1)
    assert batch.unknown == ["内部编号"]
    assert archives(session) == []
    text = client.get(f"/customers/imports/{batch.id}").text
    for said in ("内部编号", "没有客户名称", "与本文件第 2 行是同一名称", "应为 18 位"):
        assert said in text


def test_rows_are_shown_by_their_fate(as_, cast):
    client = as_(cast.salesperson)
    url = f"/customers/imports/{uploaded(client)}"
    assert "青岚锦程" in client.get(f"{url}?status=valid_with_warnings").text
    assert "青岚锦程" not in client.get(f"{url}?status=duplicate").text


def test_rows_are_paged_by_their_number(as_, cast):
    client = as_(cast.salesperson)
    lines = [f"第{n}号客户泵业{n}厂,,,,," for n in range(1, 61)]
    text = client.get(f"/customers/imports/{uploaded(client, csv_of(HEAD, *lines))}").text
    assert "第50号客户" in text
    assert "第51号客户" not in text
    assert "after=" in text


def test_what_did_not_come_in_is_handed_back_with_the_reason(as_, cast):
    client = as_(cast.salesperson)
    answer = client.get(f"/customers/imports/{uploaded(client)}/problems.csv")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("行号,结果,原因,客户名称")
    assert lines[1].startswith("4,重复,与本文件第 2 行是同一名称,云州恒拓精密机械有限责任公司")
    assert lines[2].startswith("5,不能导入,没有客户名称,")
    assert lines[2].endswith(",'=HYPERLINK(1)")
    assert (
        cast.salesperson.name in answer.headers["Content-Disposition"]
        or "UTF-8" in answer.headers["Content-Disposition"]
    )


def test_a_workbook_comes_in_as_well(as_, cast, session):
    data = xlsx_of(("名单", [["客户名称", "成立日期"], ["云州恒拓精密机械有限公司", 45356]]))
    batch = session.get(ImportBatch, uploaded(as_(cast.salesperson), data, "名单.xlsx"))
    assert (batch.sheet, batch.valid) == ("名单", 1)


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "空.csv", "空"),
        ("省份,城市\r\n云南,云州".encode(), "名单.csv", "客户名称"),
        (csv_of(HEAD), "名单.csv", "没有一行数据"),
        (b"MZ\x90\x00" * 40, "名单.xlsx", "不是表格"),
        (LIST, "名单.exe", "类型不能上传"),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_is_stored(as_, cast, session, data, name, says):
    answer = upload(as_(cast.salesperson), data, name)
    assert answer.status_code == 422
    assert says in answer.text
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 0


def test_an_upload_without_a_file_is_refused(as_, cast):
    answer = as_(cast.salesperson).post("/customers/imports/new", data={})
    assert answer.status_code == 422
    assert "请选择一个" in answer.text


# --- who ---------------------------------------------------------------------------------------------


def test_who_may_not_import_is_sent_away(as_, cast):
    client = as_(cast.dispatcher)
    assert client.get("/customers/imports").status_code == 403
    assert client.get("/customers/imports/new").status_code == 403
    assert upload(client).status_code == 403


def test_another_persons_batch_does_not_exist(as_, cast):
    batch_id = uploaded(as_(cast.salesperson))
    stranger = as_(cast.salesperson3)
    for url in ("", "/rows", "/problems.csv", "/file"):
        assert stranger.get(f"/customers/imports/{batch_id}{url}").status_code == 404
    assert stranger.post(f"/customers/imports/{batch_id}/submission").status_code == 404
    assert stranger.post(f"/customers/imports/{batch_id}/removal").status_code == 404
    assert "客户表.csv" not in stranger.get("/customers/imports").text


def test_the_wrong_method_is_refused(as_, cast):
    client = as_(cast.salesperson)
    batch = f"/customers/imports/{uploaded(client)}"
    assert client.get(f"{batch}/removal").status_code == 405
    assert client.get(f"{batch}/submission").location == batch


def test_an_administrator_sees_no_list(as_, cast):
    batch_id = uploaded(as_(cast.salesperson))
    assert as_(cast.administrator).get(f"/customers/imports/{batch_id}").status_code == 403


@pytest.mark.rule("ARC-14")
def test_a_company_that_one_may_not_see_is_not_named(as_, cast, session):
    theirs = submitted(
        as_(cast.salesperson2), session, data=csv_of(HEAD, f"青岚明珠泵业有限公司,{OTHER},,,,")
    )
    approve(as_(cast.sales_manager2), theirs)
    (known,) = archives(session)
    mine = uploaded(as_(cast.salesperson), csv_of(HEAD, f"别名有限公司,{OTHER},,,,"))
    text = as_(cast.salesperson).get(f"/customers/imports/{mine}").text
    assert "已有这家客户" in text
    assert known.name not in text
    own = uploaded(as_(cast.salesperson2), csv_of(HEAD, f"别名有限公司,{OTHER},,,,"))
    assert known.name in as_(cast.salesperson2).get(f"/customers/imports/{own}").text


# --- the review --------------------------------------------------------------------------------------


def test_a_batch_is_one_review_for_the_manager(as_, cast, session):
    review = submitted(as_(cast.salesperson), session)
    assert [a.user_id for a in review.current.asked] == [cast.sales_manager.id]
    manager = as_(cast.sales_manager)
    text = manager.get(f"/reviews/{review.id}").text
    assert "客户表.csv" in text
    rows = manager.get(f"/customers/imports/{review.thing_id}/rows", headers={"HX-Request": "true"}).text
    assert "云州恒拓精密机械有限公司" in rows
    assert archives(session) == []


def test_after_the_yes_each_row_is_an_archive_that_names_its_source(as_, cast, session, office):
    office("2026-01-09 15:00")
    review = submitted(as_(cast.salesperson), session)
    office("2026-01-12 10:00")
    assert approve(as_(cast.sales_manager), review).status_code == 303
    one, other = archives(session)
    assert one.state == other.state == CustomerState.APPROVED
    assert one.owner_id == one.author_id == cast.salesperson.id
    assert one.department_path == cast.salesperson.department.path
    assert (one.source_note, other.source_note) == ("客户表.csv 第 2 行", "客户表.csv 第 3 行")
    assert (one.uscc, one.province, one.city, one.name_key) == (GOOD, "云南", "云州市", one.name_key)
    assert one.collected_on == date(2026, 1, 9)
    assert clock.local(one.due_at).date() == date(2026, 1, 13)
    assert one.approved_at == clock.now()
    assert one.completeness > other.completeness > 0
    (contact,) = session.scalars(select(Contact))
    assert (contact.customer_id, contact.name, contact.phone, contact.primary) == (
        one.id,
        "王经理",
        "13800001057",
        True,
    )
    (part,) = session.scalars(select(ChapterValues))
    assert (part.part, part.values) == ("basics", {"legal_name": "李四"})
    (need,) = session.scalars(select(Need))
    assert need.text == "每季度采购离心泵 20 台"
    assert one.grade == "A"
    assert session.scalars(select(GradeChange.by_id)).all() == [cast.sales_manager.id]
    assert session.scalars(matches("customer", "恒拓")).all() == [one.id]
    assert session.scalars(matches("customer", "1057")).all() == [one.id]
    batch = session.get(ImportBatch, review.thing_id)
    assert (batch.state, batch.imported_at) == ("imported", clock.now())
    rows = dict(session.execute(select(ImportRow.number, ImportRow.imported_customer_id)).all())
    assert rows == {2: one.id, 3: other.id, 4: None, 5: None}


def test_each_archive_has_its_entry_in_the_chain(as_, cast, session):
    review = submitted(as_(cast.salesperson), session)
    approve(as_(cast.sales_manager), review)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.tag == "customer:import")).all()
    assert [e.thing_id for e in entries] == [a.id for a in archives(session)]
    assert entries[0].actor_name == cast.sales_manager.name
    assert entries[0].facts["row"] == 2
    assert verify() is None


def test_the_author_sees_the_new_archives(as_, cast, session):
    client = as_(cast.salesperson)
    review = submitted(client, session)
    approve(as_(cast.sales_manager), review)
    one = archives(session)[0]
    assert f"/customers/{one.id}" in client.get(f"/customers/imports/{review.thing_id}").text


def test_an_owner_named_in_the_list_answers_for_the_customer(as_, cast, session):
    data = csv_of(
        "客户名称,负责人,来源", "云州恒拓精密机械有限公司,陈知远,行业名录", "青岚锦程纺织有限公司,秦望舒,"
    )
    review = submitted(as_(cast.sales_manager), session, data=data)
    assert approve(as_(cast.branch_manager), review).status_code == 303
    one, other = archives(session)
    assert (one.owner_id, one.author_id) == (cast.salesperson.id, cast.sales_manager.id)
    assert one.source_note == "客户表.csv 第 2 行；来源：行业名录"
    assert other.owner_id == cast.sales_manager.id  # 秦望舒 is of another branch


def test_a_list_of_the_branch_manager_goes_to_the_general_manager(as_, cast, session):
    review = submitted(as_(cast.branch_manager), session)
    assert [a.user_id for a in review.current.asked] == [cast.general_manager.id]
    assert approve(as_(cast.general_manager), review).status_code == 303
    assert len(archives(session)) == 2
    assert archives(session)[0].grade is None  # GRD-1: only the sales manager grades


@pytest.mark.rule("ARC-5")
@pytest.mark.parametrize("branch", ["", "2"])
@pytest.mark.parametrize(
    ("author", "reviewer"),
    [
        ("salesperson", "sales_manager{}"),
        ("sales_manager", "branch_manager{}"),
        ("branch_manager", "general_manager"),
    ],
)
def test_whoever_may_import_has_a_dispatcher_who_sends_it_on(as_, cast, session, author, reviewer, branch):
    review = submitted(as_(cast[author + branch]), session)
    approve(as_(cast[reviewer.format(branch)]), review)
    desk = as_(cast[f"dispatcher{branch}"]).get("/customers/dispatch").text
    assert "云州恒拓精密机械有限公司" in desk


def test_marketing_imports_nothing(as_, cast):
    """No dispatcher sees its department: what it brought would lie there."""
    client = as_(cast.marketing_manager)
    assert client.get("/customers/imports").status_code == 403
    assert upload(client).status_code == 403


@pytest.mark.rule("CUS-3")
def test_the_author_sees_what_they_entered_wherever_it_went(as_, cast, session):
    review = submitted(as_(cast.salesperson), session)
    approve(as_(cast.sales_manager), review)
    one = archives(session)[0]
    one.owner_id, one.department_path = cast.salesperson2.id, cast.salesperson2.department.path
    session.commit()
    assert as_(cast.salesperson).get(f"/customers/{one.id}").status_code == 200
    assert as_(cast.salesperson3).get(f"/customers/{one.id}").status_code == 404


# --- sensitive columns -------------------------------------------------------------------------------

SECRETS = csv_of(
    "客户名称,信用状况,备注,信用状况,法定代表人性格",
    "云州恒拓精密机械有限公司,逾期两次,老客户,第二列也逾期,暴躁",
    f"青岚锦程纺织有限公司,良好,,,{'长' * 201}",
    ",欠款三万,,,",
)
SAID = ("逾期", "暴躁", "良好", "长长", "欠款三万")


def got(client, url):
    """The status of a download, its file closed again."""
    with client.get(url) as answer:
        return answer.status_code


def kept_in_clear(session):
    """All that the rows of imports keep outside the sealed part."""
    rows = session.execute(select(ImportRow.record, ImportRow.cells, ImportRow.warnings)).all()
    return str([({k: v for k, v in record.items() if k != "sealed"}, c, w) for record, c, w in rows])


def sealed(session):
    return [r["sealed"] for r in session.scalars(select(ImportRow.record)) if "sealed" in r]


@pytest.mark.rule("CUS-2")
def test_what_is_sensitive_lies_in_the_sealed_part_of_a_row_only(as_, cast, session):
    client = as_(cast.salesperson)
    url = f"/customers/imports/{uploaded(client, SECRETS)}"
    clear = kept_in_clear(session)
    assert "老客户" in clear
    assert not [said for said in SAID if said in clear]
    assert sealed(session)[0] == {
        "credit_standing": "逾期两次",
        "legal_character": "暴躁",
        "other": {"信用状况": "第二列也逾期"},
    }
    page = client.get(url).text
    assert not [said for said in SAID if said in page]
    assert "内容过长" in page


@pytest.mark.rule("CUS-2")
def test_sealed_values_become_the_archives_and_are_forgotten_by_the_rows(as_, cast, session):
    review = submitted(as_(cast.salesperson), session, data=SECRETS)
    approve(as_(cast.sales_manager), review)
    session.expire_all()
    parts = [(c.part, *c.values.items()) for c in session.scalars(select(ChapterValues))]
    assert ("dealings.sealed", ("credit_standing", "逾期两次")) in parts
    assert ("basics.sealed", ("legal_character", "暴躁")) in parts
    assert sealed(session) == []
    assert not [said for said in SAID if said in kept_in_clear(session)]


@pytest.mark.rule("CUS-2")
def test_a_batch_that_is_given_up_or_rejected_forgets_what_was_sealed(as_, cast, session):
    client = as_(cast.salesperson)
    client.post(f"/customers/imports/{uploaded(client, SECRETS)}/removal")
    review = submitted(client, session, data=SECRETS)
    review.decide(Verdict.REJECT, by=cast.sales_manager, at=clock.now(), comment="名单来路不明")
    session.commit()
    session.expire_all()
    assert sealed(session) == []


@pytest.mark.rule("CUS-2")
def test_rows_handed_back_say_what_is_sensitive_while_the_batch_is_open(as_, cast, session):
    client, manager = as_(cast.salesperson), as_(cast.sales_manager)
    review = submitted(client, session, data=SECRETS)
    url = f"/customers/imports/{review.thing_id}/problems.csv"
    assert "欠款三万" in client.get(url).text
    assert "欠款三万" in manager.get(url).text
    approve(manager, review)
    for reader in (client, manager, as_(cast.general_manager)):
        text = reader.get(url).text
        assert "欠款三万" not in text
        assert "信用状况（敏感，未附）" in text


@pytest.mark.rule("CUS-2")
def test_the_original_file_is_for_the_general_manager_once_it_is_imported(as_, cast, session):
    client, manager = as_(cast.salesperson), as_(cast.sales_manager)
    review = submitted(client, session, data=SECRETS)
    url = f"/customers/imports/{review.thing_id}"
    assert [got(c, f"{url}/file") for c in (client, manager)] == [200, 200]
    assert f"{url}/file" in client.get(url).text
    approve(manager, review)
    assert [got(c, f"{url}/file") for c in (client, manager)] == [403, 403]
    assert f"{url}/file" not in client.get(url).text
    assert got(as_(cast.general_manager), f"{url}/file") == 200


def test_without_a_sample_there_is_no_yes(as_, cast, session):
    review = submitted(as_(cast.salesperson), session)
    answer = as_(cast.sales_manager).post(
        f"/reviews/{review.id}/decisions", data={"step_id": review.current.id, "decision": "approve"}
    )
    assert answer.status_code == 422
    assert archives(session) == []


@pytest.mark.rule("ARC-14")
def test_what_somebody_entered_meanwhile_does_not_come_in_twice(as_, cast, session):
    first = submitted(as_(cast.salesperson), session)
    second = submitted(
        as_(cast.salesperson3), session, data=csv_of(HEAD, f"恒拓有限公司,{GOOD},,,,", "丙泵业有限公司,,,,,")
    )
    approve(as_(cast.sales_manager), first)
    assert approve(as_(cast.sales_manager), second).status_code == 303
    assert [a.name for a in archives(session)][2:] == ["丙泵业有限公司"]
    batch = session.get(ImportBatch, second.thing_id)
    assert (batch.valid, batch.duplicates) == (1, 1)


def test_where_nothing_is_left_the_yes_is_refused(as_, cast, session):
    first, second = submitted(as_(cast.salesperson), session), submitted(as_(cast.salesperson), session)
    approve(as_(cast.sales_manager), first)
    assert approve(as_(cast.sales_manager), second).status_code == 409
    session.expire_all()
    assert session.get(Review, second.id).pending
    assert len(archives(session)) == 2


def test_a_failure_in_the_middle_leaves_nothing(as_, cast, session, monkeypatch):
    review = submitted(as_(cast.salesperson), session)

    def fails(*_args):
        raise OSError("disk full")

    monkeypatch.setattr("crm.customers.importing.bringing.index_many", fails)
    client = as_(cast.sales_manager)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    assert approve(client, review).status_code >= 500
    assert archives(session) == []
    assert session.get(Review, review.id).pending
    assert session.get(ImportBatch, review.thing_id).state == "in_review"


def test_a_returned_batch_can_be_submitted_again_or_dropped(as_, cast, session):
    client, manager = as_(cast.salesperson), cast.sales_manager
    review = submitted(client, session)
    review.decide(Verdict.RETURN, by=manager, at=clock.now(), comment="请先核对电话")
    session.commit()
    url = f"/customers/imports/{review.thing_id}"
    assert "请先核对电话" in client.get(url).text
    assert client.post(f"{url}/submission", data={}).status_code == 303
    again = session.scalars(
        select(Review).where(Review.thing_id == review.thing_id).order_by(Review.id.desc())
    ).first()
    assert (again.number, again.round) == (review.number, 2)


def test_a_withdrawn_batch_waits_for_its_author(as_, cast, session):
    client = as_(cast.salesperson)
    review = submitted(client, session)
    assert client.post(f"/reviews/{review.id}/withdrawal").status_code == 303
    assert session.get(ImportBatch, review.thing_id).state == "checked"
    assert client.post(f"/customers/imports/{review.thing_id}/removal").status_code == 303
    assert session.get(ImportBatch, review.thing_id).state == "dropped"


def test_a_rejected_batch_is_over(as_, cast, session):
    review = submitted(as_(cast.salesperson), session)
    review.decide(Verdict.REJECT, by=cast.sales_manager, at=clock.now(), comment="名单来路不明")
    session.commit()
    assert session.get(ImportBatch, review.thing_id).state == "dropped"
    assert as_(cast.salesperson).post(f"/customers/imports/{review.thing_id}/submission").status_code == 409


def test_in_review_nothing_can_be_dropped_or_submitted_again(as_, cast, session):
    client = as_(cast.salesperson)
    review = submitted(client, session)
    for verb in ("submission", "removal"):
        assert client.post(f"/customers/imports/{review.thing_id}/{verb}").status_code == 409


def test_all_or_nothing_if_so_chosen(as_, cast, session):
    client = as_(cast.salesperson)
    batch_id = uploaded(client, mode="whole")
    assert client.post(f"/customers/imports/{batch_id}/submission").status_code == 409
    assert "整批不导入" in client.get(f"/customers/imports/{batch_id}").text
    good = csv_of(HEAD, "甲泵业有限公司,,,,,")
    assert submitted(client, session, data=good, mode="whole").pending


def test_a_list_without_a_usable_row_cannot_be_submitted(as_, cast):
    client = as_(cast.salesperson)
    batch_id = uploaded(client, csv_of(HEAD, ",,云南,,,"))
    assert client.post(f"/customers/imports/{batch_id}/submission").status_code == 409


def test_more_rows_than_a_page_of_the_database_come_in(as_, cast, session, monkeypatch):
    monkeypatch.setattr("crm.customers.importing.bringing.AT_ONCE", 7)
    monkeypatch.setattr("crm.kernel.bulk.AT_ONCE", 5)
    lines = [f"第{n}号客户泵业{n}厂,,,,," for n in range(1, 24)]
    review = submitted(as_(cast.salesperson), session, data=csv_of(HEAD, *lines))
    approve(as_(cast.sales_manager), review)
    notes = [a.source_note for a in archives(session)]
    assert notes == [f"客户表.csv 第 {n} 行" for n in range(2, 25)]


def test_the_limit_is_told(as_, cast, monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert upload(as_(cast.salesperson)).status_code == 422


def test_an_imported_archive_is_like_one_that_was_entered(as_, cast, session, office):
    office("2026-01-09 15:00")
    headings = (
        "客户名称,税号,行业,员工人数,省份,城市,电话,地址,网址,"
        "成立日期,资产,法定代表人,合作态度,需求,联系人,职务,手机"
    )
    line = (
        f"云州恒拓精密机械有限公司,{GOOD},制造业,320,云南,云州市,0871-65529988,人民路 1 号,www.ht.cn,"
        "2001-03-05,86,李四,积极,采购离心泵 20 台,王经理,采购,13800001057"
    )
    data = csv_of(headings, line)
    review = submitted(as_(cast.salesperson), session, data=data)
    office("2026-01-12 10:00")
    approve(as_(cast.sales_manager), review)
    (imported,) = archives(session)

    office("2026-01-09 15:00")
    values = values_of(imported) | {"uscc": OTHER}
    author = cast.salesperson
    draft = draft_for(author, "", at=clock.now())
    save(draft, values, contacts_of(imported), {}, by=author, at=clock.now())
    session.flush()
    entry = submit(draft, by=author, at=clock.now())
    session.commit()
    office("2026-01-12 10:00")
    draft.approve(by=cast.sales_manager, at=clock.now())
    session.commit()
    own = {"id", "uscc", "version", "source_note", "import_batch_id", "created_at", "updated_at"}
    own |= {"contact_due_at"}  # OWN-3 is about new customers, a list is of those one has
    assert imported.contact_due_at is None
    columns = [c.key for c in Customer.__table__.columns if c.key not in own]
    assert {k: getattr(imported, k) for k in columns} == {k: getattr(draft, k) for k in columns}
    assert values_of(imported) | {"uscc": OTHER} == values_of(draft)
    assert contacts_of(imported) == contacts_of(draft)
    for kind in ("customer", "customer_name"):
        searched = select(SearchDoc.text, SearchDoc.initials).where(SearchDoc.kind == kind)
        one, other = session.execute(searched.where(SearchDoc.thing_id.in_([imported.id, draft.id])))
        assert one == other
    assert entry.steps[0].due_at == review.steps[0].due_at


def test_a_returned_batch_waits_in_its_authors_list(as_, cast, session):
    review = submitted(as_(cast.salesperson), session)
    review.decide(Verdict.RETURN, by=cast.sales_manager, at=clock.now(), comment="请先核对电话")
    session.commit()
    assert "核对后重新提交名单" in as_(cast.salesperson).get("/todo").text
    assert "核对后重新提交名单" not in as_(cast.salesperson3).get("/todo").text
