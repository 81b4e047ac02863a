"""What one may do with a review besides a yes or a no, at its door."""

from datetime import date, timedelta
from typing import Any

import pytest

from crm.accounts import Delegation
from crm.approvals import Flow, Review, Verdict, outcome, ship
from crm.kernel.errors import Refused

from .papers import ASIDE, MANAGER, NOW, PAPERS, TOP, _Papers, submit

ship(Flow("actions:partial", 1, "审核改动", (MANAGER,)))
ship(Flow("actions:three", 1, "审核三步", (MANAGER, ASIDE, TOP)))
ship(Flow("actions:refuses", 1, "裁定", (MANAGER,)))
ship(Flow("actions:batch", 1, "确认等级", (MANAGER,)))


@outcome("actions:partial")
class Partial(_Papers):
    partial = True


@outcome("actions:three")
class Three(_Papers):
    pass


@outcome("actions:batch")
class Batch(_Papers):
    batch = True


@outcome("actions:refuses")
class Refuses(_Papers):
    def approved(self, review: Any, *, by: Any, at: Any) -> None:
        raise Refused("还缺裁定。", fields={"decision": "请先裁定。"})


@pytest.fixture(autouse=True)
def _at_ten(office: Any) -> None:
    office("2026-01-09 10:00")


@pytest.fixture
def review(cast: Any, session: Any) -> Review:
    review = submit(cast.salesperson)
    session.commit()
    return review


def post(client: Any, review: Review, decision: str, **data: Any) -> Any:
    data = {"step_id": review.current and review.current.id, "decision": decision} | data
    return client.post(f"/reviews/{review.id}/decisions", data=data)


# --- 转交, 加签 -------------------------------------------------------------------------------------


def test_a_reviewer_hands_it_on_and_the_next_one_opens(cast: Any, session: Any, as_: Any) -> None:
    first, second = submit(cast.salesperson, number=1), submit(cast.salesperson, number=2)
    session.commit()
    manager = as_("sales_manager")
    assert f"/reviews/{first.id}/hand-on" in manager.get(f"/reviews/{first.id}").text
    assert "转给谁" in manager.get(f"/reviews/{first.id}/hand-on").text
    data = {"person": cast.branch_manager.name, "reason": "我出差"}
    answer = manager.post(f"/reviews/{first.id}/hand-on", data=data)
    assert (answer.status_code, answer.location) == (303, f"/reviews/{second.id}")
    other = as_("branch_manager")
    page = other.get(f"/reviews/{first.id}").text
    assert "转交" in page
    assert "我出差" in page
    assert 'name="verdict-address"' in page
    assert post(manager, first, "approve").status_code in (403, 409)
    assert post(other, first, "approve").status_code == 303
    assert first.state == "approved"


def test_somebody_without_the_permission_answers_when_asked(review: Review, cast: Any, as_: Any) -> None:
    data = {"person": cast.technician.username, "reason": "请技术员看"}
    assert as_("sales_manager").post(f"/reviews/{review.id}/hand-on", data=data).status_code == 303
    assert post(as_("technician"), review, "approve").status_code == 303


BAD = [
    ({"person": "", "reason": "忙"}, "请写明是哪位同事"),
    ({"person": "没有此人", "reason": "忙"}, "没有找到叫“没有此人”的同事"),
    ({"person": "sales_manager", "reason": "忙"}, "请选择自己以外的同事"),
    ({"person": "salesperson", "reason": "忙"}, "不能由发起人审批自己的申请"),
    ({"person": "branch_manager", "reason": " "}, "请写明原因"),
    ({"person": "branch_manager", "reason": "长" * 501}, "最多 500 个字"),
    ({"person": "x", "person_id": "99999999999", "reason": "忙"}, "还不能提交"),
    ({"person": "", "person_id": "2147483647", "reason": "忙"}, "账号已停用"),
]


@pytest.mark.parametrize(("data", "said"), BAD)
@pytest.mark.parametrize("door", ["hand-on", "signers"])
def test_bad_input_is_told_and_keeps_what_was_typed(
    door: str, data: Any, said: str, review: Review, as_: Any
) -> None:
    answer = as_("sales_manager").post(f"/reviews/{review.id}/{door}", data=data | {"when": "after"})
    assert answer.status_code == 422
    assert said in answer.text
    assert data["reason"].strip() in answer.text
    assert len(review.steps) == 1


def test_two_of_one_name_are_offered_to_choose_from(
    review: Review, cast: Any, session: Any, as_: Any
) -> None:
    cast.branch_manager.name = cast.general_manager.name = "赵明朗"
    session.commit()
    manager, door = as_("sales_manager"), f"/reviews/{review.id}/hand-on"
    answer = manager.post(door, data={"person": "赵明朗", "reason": "忙"})
    assert answer.status_code == 422
    assert f'name="person_id" value="{cast.branch_manager.id}"' in answer.text
    data = {"person": "赵明朗", "person_id": cast.branch_manager.id, "reason": "忙"}
    assert manager.post(door, data=data).status_code == 303
    assert review.current is not None
    assert review.current.asks_now == [cast.branch_manager.id]


def test_a_signer_before_me_and_one_after_me(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson)
    session.commit()
    manager, door = as_("sales_manager"), f"/reviews/{review.id}/signers"
    before = {"person": "custodian", "when": "before", "reason": "先核对资信"}
    assert manager.post(door, data=before).status_code == 303
    assert "加签" in manager.get(f"/reviews/{review.id}").text
    assert post(as_("custodian"), review, "approve").status_code == 303
    after = {"person": "branch_manager", "when": "after", "reason": "请上级过目"}
    assert manager.post(door, data=after).status_code == 303
    assert post(manager, review, "approve").status_code == 303
    assert review.pending
    assert post(as_("branch_manager"), review, "approve").status_code == 303
    assert review.state == "approved"


def test_who_is_not_asked_hands_nothing_on(review: Review, as_: Any) -> None:
    for door in ("hand-on", "signers"):
        assert as_("salesperson").get(f"/reviews/{review.id}/{door}").status_code == 403
        assert as_("sales_manager2").get(f"/reviews/{review.id}/{door}").status_code == 404
        data = {"person": "branch_manager", "reason": "忙", "when": "after"}
        assert as_("salesperson").post(f"/reviews/{review.id}/{door}", data=data).status_code == 403


# --- 退回到某一步 -----------------------------------------------------------------------------------


def test_it_goes_back_to_an_earlier_step(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson, "actions:three")
    session.commit()
    manager = as_("sales_manager")
    assert "退回到“" not in manager.get(f"/reviews/{review.id}").text
    first = review.steps[0].id
    assert post(manager, review, "approve").status_code == 303
    aside = as_("branch_manager2")
    assert "退回到“部门经理审核”" in aside.get(f"/reviews/{review.id}").text
    assert post(aside, review, "return", back_to=first).status_code == 422  # why?
    kept = post(aside, review, "return", back_to="77", opinion="请再核对")
    assert kept.status_code == 422
    assert "请再核对" in kept.text
    assert post(aside, review, "return", back_to=first, opinion="请再核对").status_code == 303
    assert review.pending
    page = manager.get(f"/reviews/{review.id}").text
    assert "部门经理审核（再次）" in page
    assert "退回到前面的步骤" in page
    assert post(manager, review, "approve").status_code == 303


# --- 评论, 抄送, 催办 -------------------------------------------------------------------------------


def test_comments_stand_in_the_course(review: Review, as_: Any) -> None:
    author, door = as_("salesperson"), f"/reviews/{review.id}/comments"
    assert author.post(door, data={"text": "执照<b>明天</b>补"}).status_code == 303
    page = as_("sales_manager").get(f"/reviews/{review.id}").text
    assert "执照&lt;b&gt;明天&lt;/b&gt;补" in page
    for text, said in (("", "请写评论内容"), ("长" * 1001, "最多 1000 个字")):
        answer = author.post(door, data={"text": text})
        assert answer.status_code == 422
        assert said in answer.text
    assert as_("sales_manager2").post(door, data={"text": "看看"}).status_code == 404
    assert len(review.comments) == 1


def test_who_was_sent_a_copy_reads_and_does_not_decide(review: Review, cast: Any, as_: Any) -> None:
    names = f"{cast.custodian.name}、{cast.service_agent.name}"
    answer = as_("sales_manager").post(f"/reviews/{review.id}/copies", data={"people": names})
    assert answer.status_code == 303
    reader = as_("custodian")
    assert "1 未读" in reader.get("/todo").text
    assert "云州恒拓" in reader.get("/todo?tab=copied").text
    page = reader.get(f"/reviews/{review.id}").text
    assert "泵站路 18 号" in page
    assert "verdict-address" not in page
    assert post(reader, review, "approve").status_code == 403
    assert reader.post(f"/reviews/{review.id}/reading").status_code == 303
    assert "1 未读" not in reader.get("/todo?tab=copied").text
    assert as_("sales_manager").post(f"/reviews/{review.id}/reading").status_code == 404
    again = as_("sales_manager").post(f"/reviews/{review.id}/copies", data={"people": "custodian"})
    assert again.status_code == 422
    assert "抄送" in as_("salesperson").get(f"/reviews/{review.id}").text


def test_the_author_presses_at_most_once_an_hour(review: Review, as_: Any, office: Any) -> None:
    author, door = as_("salesperson"), f"/reviews/{review.id}/presses"
    assert author.post(door).status_code == 303
    page = author.get(f"/reviews/{review.id}").text
    assert "01-09 11:00 以后可以再催" in page
    assert "催办" in page
    assert author.post(door).status_code == 409
    assert as_("sales_manager").post(door).status_code == 403
    office("2026-01-09 11:01")
    assert author.post(door).status_code == 303


# --- 代理 -------------------------------------------------------------------------------------------


def test_the_course_says_who_acted_for_whom(review: Review, cast: Any, session: Any, as_: Any) -> None:
    manager, deputy = cast.sales_manager, cast.branch_manager
    day = date(2026, 1, 9)
    Delegation.appoint(manager, deputy, day, day + timedelta(days=3), "出差", by=manager, at=NOW)
    session.commit()
    door = as_("branch_manager")
    page = door.get(f"/reviews/{review.id}").text
    assert f"您正在代 {manager.name} 审批" in page
    assert f"（代 {manager.name}）" in page
    assert f"代 {manager.name}" in door.get("/todo").text
    assert post(door, review, "approve").status_code == 303
    said = f"{deputy.name}（代 {manager.name}）"
    assert said in as_("salesperson").get(f"/reviews/{review.id}").text
    assert f"代 {manager.name}" in door.get("/todo?tab=done").text


# --- 阅读之后有改动 -----------------------------------------------------------------------------------


def test_what_changed_since_it_was_read_is_shown_and_nothing_typed_is_lost(
    review: Review, session: Any, as_: Any
) -> None:
    manager = as_("sales_manager")
    PAPERS[1].version = "1"
    page = manager.get(f"/reviews/{review.id}").text
    stamp, seen = (
        page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("stamp", "seen")
    )
    assert stamp == "1"
    PAPERS[1].version = "2"
    review.proposal = {"address": "澄江大道 266 号", "staff": "320"}
    session.commit()
    typed = {"stamp": stamp, "seen": seen, "opinion": "可以", "reason-staff": ""}
    answer = post(manager, review, "approve", **typed)
    assert answer.status_code == 409
    assert "内容在您阅读之后有改动" in answer.text
    assert answer.text.count("您阅读后有改动") == 1  # the address, not the staff
    assert 'value="可以"' in answer.text
    assert 'name="stamp" value="2"' in answer.text
    assert review.pending
    assert post(manager, review, "approve", stamp="2", opinion="可以").status_code == 303


# --- 逐项同意 ---------------------------------------------------------------------------------------


def test_single_lines_are_refused_and_the_rest_approved(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson, "actions:partial")
    session.commit()
    manager = as_("sales_manager")
    assert "data-partial" in manager.get(f"/reviews/{review.id}").text
    data = {"verdict-staff": "return", "reason-staff": "口述不作数"}
    assert post(manager, review, "approve", **data).status_code == 303
    assert (review.state, review.refused) == ("approved", {"staff": "口述不作数"})
    assert "同意 2 项，拒绝 1 项" in manager.get(f"/reviews/{review.id}").text
    author = as_("salesperson").get(f"/reviews/{review.id}").text
    assert "口述不作数" in author


def test_all_lines_refused_is_no_approval(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson, "actions:partial")
    session.commit()
    data = {f"reason-{key}": "错" for key in ("address", "staff", "credit")}
    assert post(as_("sales_manager"), review, "approve", **data).status_code == 422
    assert review.pending


# --- 批量 -------------------------------------------------------------------------------------------


def test_many_are_approved_each_by_itself(cast: Any, session: Any, as_: Any) -> None:
    reviews = [submit(cast.salesperson, "actions:batch", number=n) for n in range(4)]
    read = submit(cast.salesperson, number=9)
    session.commit()
    manager = as_("sales_manager")
    page = manager.get("/todo").text
    assert f'name="id" value="{reviews[0].id}"' in page
    assert f'name="id" value="{read.id}"' not in page  # one has to read it
    reviews[1].withdraw(by=cast.salesperson, at=NOW)
    session.commit()
    answer = manager.post("/reviews/approvals", data={"id": [r.id for r in [*reviews, read]]})
    assert answer.status_code == 200
    assert "同意 3 件" in answer.text
    assert "1 件已由他人处理" in answer.text
    assert "1 件要打开处理" in answer.text
    assert [r.state for r in reviews] == ["approved", "withdrawn", "approved", "approved"]
    assert read.pending
    from crm.audit import history

    for settled in (reviews[0], reviews[2], reviews[3]):
        assert [e.tag for e in history("review", settled.id)].count("review:approve") == 1
    assert PAPERS[0].state == "approved"


def test_a_batch_of_nothing_and_of_strangers(review: Review, as_: Any) -> None:
    assert as_("sales_manager").post("/reviews/approvals").status_code == 303
    answer = as_("sales_manager2").post("/reviews/approvals", data={"id": [review.id, "x", "²"]})
    assert "云州恒拓" not in answer.text
    assert review.pending


def test_batch_and_single_decision_say_the_same(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson, "actions:batch")
    session.commit()
    as_("sales_manager").post("/reviews/approvals", data={"id": review.id})
    assert [d.verdict for d in review.decisions] == [Verdict.APPROVE]
    assert as_("sales_manager").get("/reviews/approvals").location == "/todo"


def test_where_the_room_refuses_the_page_shows_what_holds(cast: Any, session: Any, as_: Any) -> None:
    review = submit(cast.salesperson, "actions:refuses")
    session.commit()
    answer = post(as_("sales_manager"), review, "approve", opinion="很好")
    assert answer.status_code == 422
    assert "请先裁定" in answer.text
    assert "很好" in answer.text
    assert "已同意" not in answer.text
    assert 'name="verdict-address"' in answer.text  # still theirs to decide
