"""The review page at its door."""

from typing import Any

import pytest

from crm.approvals import Review, Verdict
from crm.approvals.difference import marked

from .papers import NOW, PAPERS, submit


@pytest.fixture
def review(cast: Any, session: Any) -> Review:
    review = submit(cast.salesperson)
    session.commit()
    return review


def post(client: Any, review: Review, decision: str, **data: Any) -> Any:
    data = {"step_id": review.current and review.current.id, "decision": decision} | data
    return client.post(f"/reviews/{review.id}/decisions", data=data)


def test_the_manager_reads_and_decides(review: Review, as_: Any) -> None:
    manager = as_("sales_manager")
    page = manager.get(f"/reviews/{review.id}")
    assert page.status_code == 200
    assert "泵站路 18 号" in page.text
    assert 'name="verdict-address"' in page.text
    assert "第 1 件，共 1 件" in page.text
    assert "&lt;b&gt;良好" in page.text  # what was entered is text, never markup
    answer = post(manager, review, "approve")
    assert (answer.status_code, answer.location) == (303, "/todo")
    assert review.state == "approved"
    assert "已同意：审核文件 · 云州恒拓" in manager.get("/todo").text


def test_the_author_reads_only(review: Review, as_: Any) -> None:
    page = as_("salesperson").get(f"/reviews/{review.id}")
    assert page.status_code == 200
    assert "verdict-address" not in page.text
    assert "撤回" in page.text


def test_a_stranger_finds_nothing(review: Review, as_: Any) -> None:
    for name in ("salesperson3", "sales_manager2", "branch_manager", "archivist", "administrator"):
        assert as_(name).get(f"/reviews/{review.id}").status_code == 404
        assert as_(name).post(f"/reviews/{review.id}/withdrawal").status_code == 404
    assert post(as_("sales_manager2"), review, "approve").status_code == 404
    assert as_("salesperson").get("/reviews/99").status_code == 404


def test_who_may_not_review_is_forbidden(review: Review, as_: Any) -> None:
    assert post(as_("salesperson"), review, "approve").status_code == 403
    assert post(as_("general_manager"), review, "approve").status_code == 403  # sees all, was not asked
    assert as_("general_manager").get(f"/reviews/{review.id}").status_code == 200
    assert as_("sales_manager").post(f"/reviews/{review.id}/withdrawal").status_code == 403
    assert review.pending


def test_wrong_methods(review: Review, as_: Any) -> None:
    assert as_("sales_manager").post(f"/reviews/{review.id}").status_code == 405
    assert as_("sales_manager").get(f"/reviews/{review.id}/withdrawal").status_code == 405
    assert as_("sales_manager").get(f"/reviews/{review.id}/decisions").location == f"/reviews/{review.id}"


def test_not_signed_in_goes_to_the_door(review: Review, client: Any) -> None:
    assert "/sign-in" in client.get(f"/reviews/{review.id}").location


@pytest.mark.rule("ARC-8")
def test_a_field_goes_back_with_its_reason(review: Review, as_: Any) -> None:
    manager = as_("sales_manager")
    missing = post(manager, review, "return", **{"verdict-staff": "return", "opinion": "其余可以"})
    assert missing.status_code == 422
    assert "请写明这一项为什么退回" in missing.text
    assert "其余可以" in missing.text  # what was typed stays
    data = {"verdict-staff": "return", "reason-staff": "口述不作数", "verdict-address": "accept"}
    assert post(manager, review, "return", **data).status_code == 303
    assert (review.state, review.reasons) == ("returned", {"staff": "口述不作数"})
    author = as_("salesperson").get(f"/reviews/{review.id}")
    assert "口述不作数" in author.text
    assert "修改后重新提交" in author.text


def test_without_scripts_a_written_reason_is_meant(review: Review, as_: Any) -> None:
    data = {"verdict-staff": "accept", "reason-staff": "口述不作数"}
    assert post(as_("sales_manager"), review, "return", **data).status_code == 303
    assert review.reasons == {"staff": "口述不作数"}


BAD = [
    ({"decision": ""}, "请选择同意"),
    ({"decision": "perhaps"}, "请选择同意"),
    ({"decision": "reject"}, "请写明原因"),
    ({"decision": "return"}, "请写明原因"),
    ({"decision": "approve", "verdict-staff": "return", "reason-staff": "错"}, "有退回项时不能同意"),
    ({"decision": "reject", "opinion": "长" * 1001}, "最多 1000 个字"),
    ({"decision": "return", "reason-staff": "长" * 501}, "最多 500 个字"),
]


@pytest.mark.parametrize(("data", "said"), BAD)
def test_bad_input_is_told_and_changes_nothing(data: Any, said: str, review: Review, as_: Any) -> None:
    answer = post(as_("sales_manager"), review, **data)
    assert answer.status_code == 422
    assert said in answer.text
    assert review.pending
    assert PAPERS[1].state == "in_review"


def test_without_a_step_it_is_bad_input(review: Review, as_: Any) -> None:
    assert post(as_("sales_manager"), review, "approve", step_id="").status_code == 422


@pytest.mark.rule("ARC-7")
def test_the_checklist_is_asked_for(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson, "papers:checked")
    session.commit()
    manager = as_("sales_manager")
    answer = post(manager, review, "approve", **{"tick-contact": "1"})
    assert answer.status_code == 422
    assert "同意之前要核对这一项" in answer.text
    data = {"tick-licence": "1", "tick-contact": "1", "detail-contact": "01-08 电话，梁伯言"}
    assert post(manager, review, "approve", **data).status_code == 303
    assert review.decisions[0].ticks == {"licence": "", "contact": "01-08 电话，梁伯言"}
    assert "01-08 电话，梁伯言" in manager.get(f"/reviews/{review.id}").text


def test_the_next_one_opens(cast: Any, session: Any, as_: Any) -> None:
    reviews = [submit(cast.salesperson, number=n) for n in range(3)]
    session.commit()
    manager = as_("sales_manager")
    second = manager.get(f"/reviews/{reviews[1].id}").text
    assert "第 2 件，共 3 件" in second
    assert f'href="/reviews/{reviews[0].id}" data-prev' in second
    assert f'href="/reviews/{reviews[2].id}" data-next' in second
    assert post(manager, reviews[1], "approve").location == f"/reviews/{reviews[2].id}"
    assert post(manager, reviews[2], "approve").location == f"/reviews/{reviews[0].id}"
    assert post(manager, reviews[0], "approve").location == "/todo"


@pytest.mark.rule("ARC-8")
def test_every_round_is_readable_by_author_and_reviewer(cast: Any, session: Any, as_: Any) -> None:
    first = submit(cast.salesperson)
    first.decide(Verdict.RETURN, by=cast.sales_manager, at=NOW, reasons={"staff": "请补依据"})
    cast.sales_manager.active = False  # the next round goes to somebody else
    second = submit(cast.salesperson, address="泵站路 18 号", staff="410")
    session.commit()
    for name in ("salesperson", "branch_manager"):
        page = as_(name).get(f"/reviews/{second.id}").text
        assert "第 1 轮：" in page
        assert "请补依据" in page
        assert "<ins>410</ins>" in page
        assert as_(name).get(f"/reviews/{first.id}").status_code == 200


def test_who_was_asked_beside_sees_that_it_is_done_and_no_more(cast: Any, session: Any, as_: Any) -> None:
    second = cast.sales_manager2
    second.department = cast.sales_manager.department
    session.flush()
    review = submit(cast.salesperson)
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    session.commit()
    page = as_("sales_manager2").get(f"/reviews/{review.id}")
    assert page.status_code == 200
    assert "林晚舟 已在“部门经理审核”同意" in page.text
    assert "泵站路" not in page.text


def test_the_next_step_is_hidden_until_its_turn(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson, "papers:aside")
    session.commit()
    later = as_("branch_manager2")
    assert later.get(f"/reviews/{review.id}").status_code == 404
    assert post(as_("sales_manager"), review, "approve").status_code == 303
    page = later.get(f"/reviews/{review.id}")
    assert page.status_code == 200
    assert "泵站路" in page.text
    assert post(later, review, "approve").status_code == 303
    assert PAPERS[1].state == "approved"


def test_the_author_withdraws(review: Review, as_: Any) -> None:
    author = as_("salesperson")
    assert author.post(f"/reviews/{review.id}/withdrawal").status_code == 303
    assert review.state == "withdrawn"
    assert author.post(f"/reviews/{review.id}/withdrawal").status_code == 409


DIFFERENCES = [
    ("云州市经开区泵站路 18 号", "云州市经开区澄江大道 266 号", "云州市经开区<ins>澄江大道 266</ins> 号"),
    ("2.10 亿元", "2.86 亿元", "<ins>2.86</ins> 亿元"),
    ("梁伯言（采购部经理）拍板", "许望舒拍板，梁伯言影响", "<ins>许望舒拍板，梁伯言影响</ins>"),
    ("机床主轴配套", "机床主轴配套，新增电驱壳体", "机床主轴配套<ins>，新增电驱壳体</ins>"),
    ("", "新的", "<ins>新的</ins>"),
    ("旧的", "", ""),
    ("一样", "一样", "一样"),
    ("<i>", "<b>", "&lt;<ins>b</ins>&gt;"),
]


@pytest.mark.parametrize(("old", "new", "shown"), DIFFERENCES)
def test_only_the_words_that_differ_are_marked(old: str, new: str, shown: str) -> None:
    assert str(marked(old, new)[1]) == shown
