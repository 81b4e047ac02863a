"""The administrator shapes a flow: nothing is in force before it is published."""

from typing import Any

import pytest
from sqlalchemy import func, select

from crm.accounts import Role
from crm.approvals import Review, outcome, ship
from crm.approvals.models import FlowVersion
from crm.approvals.outcomes import Fact
from crm.approvals.rules import Flow, StepRule, Who
from crm.audit import AuditEntry

from .papers import NOW, PAPERS, _Papers, paper, submit

KEY = "papers:shaped"
AT = f"/reviews/flows/{KEY}"
LEVELS = (("strategic", "战略"), ("ordinary", "普通"))
FACTS = [
    Fact("level", "客户级别", "choice", LEVELS),
    Fact("staff", "员工人数", "number"),
    Fact("city", "城市"),
    Fact("urgent", "加急", "flag"),
]
ship(Flow(KEY, 1, "审核图纸", (StepRule("manager", "部门经理审核", Who("manager"), days=2),)))


@outcome(KEY)
class Shaped(_Papers):
    def fields(self) -> list[Fact]:
        return FACTS

    def facts(self, thing: Any) -> dict[str, Any]:
        return {"level": thing.state}


def step(**said: Any) -> dict[str, Any]:
    """One card of the editor, as a browser sends it."""
    return {
        "key": "manager",
        "name": "部门经理审核",
        "kind": "manager",
        "mode": "any",
        "join": "and",
        "amount": "2",
        "unit": "days",
        "remind_hours": "0",
        "once": "y",
        "empty": "up",
    } | said


TOP = step(
    key="top",
    name="总经理审核",
    kind="role_in_company",
    role="general_manager",
    **{"rows-0-field": "level", "rows-0-op": "eq", "rows-0-value": "strategic"},
)


def sent(*steps: dict[str, Any], base: int = 1, **more: Any) -> dict[str, Any]:
    """The whole editor."""
    cards = {f"steps-{n}-{name}": value for n, said in enumerate(steps) for name, value in said.items()}
    return {"base": base, **cards, **more}


def publish(admin: Any, *steps: dict[str, Any], base: int = 1, **more: Any) -> Any:
    return admin.post(f"{AT}/versions", data=sent(*steps, base=base, **more))


def order(page: str) -> list[str]:
    """The names in the cards, from top to bottom."""
    found = []
    for number in range(20):
        at = page.find(f'name="steps-{number}-name"')
        if at >= 0:
            tag = page[page.rfind("<", 0, at) : page.find(">", at)]
            found.append(tag.partition('value="')[2].partition('"')[0])
    return found


def versions(session: Any) -> int:
    return session.scalar(select(func.count()).select_from(FlowVersion))


# --- the list --------------------------------------------------------------------------------------


def test_the_list_says_each_flow_in_words_with_its_version_and_what_runs(cast: Any, as_: Any) -> None:
    submit(cast.salesperson, KEY)
    admin = as_("administrator")
    assert publish(admin, step(), TOP).status_code == 303
    page = admin.get("/reviews/flows").text
    assert "部门经理审核 → 总经理审核（客户级别是战略时）" in page
    row = page[page.index(AT) : page.index("</tr>", page.index(AT))]
    assert "第 2 版" in row
    assert "宋工" in row
    assert "件在审" in row
    assert ">1<" in row
    assert "随系统提供" in page


def test_the_settings_lead_there(as_: Any) -> None:
    assert 'href="/reviews/flows"' in as_("administrator").get("/settings").text


@pytest.mark.parametrize("door", ["/reviews/flows", AT, f"{AT}/versions", f"{AT}/versions/1"])
def test_only_an_administrator_shapes_flows(client: Any, as_: Any, door: str) -> None:
    assert as_("administrator").get(door).status_code == 200
    assert as_("general_manager").get(door).status_code == 403
    assert client.get(door).status_code == 303


def test_nobody_else_publishes(as_: Any, session: Any) -> None:
    for door in ("draft", "versions", "versions/1/revival"):
        assert as_("general_manager").post(f"{AT}/{door}", data=sent(step())).status_code == 403
    assert versions(session) == 0


@pytest.mark.parametrize("door", ["papers:unknown", "papers:unknown/versions", f"{KEY}/versions/7"])
def test_what_is_not_there_is_not_found(as_: Any, door: str) -> None:
    assert as_("administrator").get(f"/reviews/flows/{door}").status_code == 404


# --- the editor ------------------------------------------------------------------------------------


def test_the_editor_shows_the_version_in_force(as_: Any) -> None:
    page = as_("administrator").get(AT).text
    assert order(page) == ["部门经理审核"]
    assert "还没有改动" in page


BUTTONS = [
    ("above:0", ["", "部门经理审核", "总经理审核"]),
    ("below:0", ["部门经理审核", "", "总经理审核"]),
    ("up:1", ["总经理审核", "部门经理审核"]),
    ("down:0", ["总经理审核", "部门经理审核"]),
    ("remove:0", ["总经理审核"]),
    ("up:0", ["部门经理审核", "总经理审核"]),
    ("down:1", ["部门经理审核", "总经理审核"]),
    ("refresh", ["部门经理审核", "总经理审核"]),
    ("remove:9", ["部门经理审核", "总经理审核"]),
    ("remove:-1", ["部门经理审核", "总经理审核"]),
    ("unrow:1:5", ["部门经理审核", "总经理审核"]),
    ("up:²", ["部门经理审核", "总经理审核"]),
    ("", ["部门经理审核", "总经理审核"]),
]


@pytest.mark.parametrize(("button", "names"), BUTTONS)
def test_a_button_changes_the_order_keeps_what_was_typed_and_stores_nothing(
    as_: Any, session: Any, button: str, names: list[str]
) -> None:
    typed = sent(step(amount="5"), TOP, note="年度调整", do=button)
    answer = as_("administrator").post(f"{AT}/draft", data=typed)
    assert answer.status_code == 200
    assert order(answer.text) == names
    assert "年度调整" in answer.text
    if "部门经理审核" in names:
        assert 'value="5"' in answer.text
    assert versions(session) == 0


def test_a_condition_comes_and_goes(as_: Any) -> None:
    admin = as_("administrator")
    page = admin.post(f"{AT}/draft", data=sent(step(), do="row:0")).text
    assert 'name="steps-0-rows-0-field"' in page
    page = admin.post(f"{AT}/draft", data=sent(TOP)).text
    assert '<option value="strategic" selected>' in page
    page = admin.post(f"{AT}/draft", data=sent(TOP, do="unrow:0:0")).text
    assert "rows-0-field" not in page


def test_the_last_step_can_go_and_a_first_one_come(as_: Any) -> None:
    admin = as_("administrator")
    page = admin.post(f"{AT}/draft", data=sent(step(), do="remove:0")).text
    assert "还没有步骤" in page
    assert order(admin.post(f"{AT}/draft", data=sent(do="above:0")).text) == [""]


def test_people_are_found_by_a_search_not_listed(cast: Any, as_: Any) -> None:
    admin = as_("administrator")
    named = step(kind="person")
    page = admin.post(f"{AT}/draft", data=sent(named)).text
    assert cast.custodian.name not in page
    page = admin.post(f"{AT}/draft", data=sent(named | {"people_q": cast.custodian.name}, do="find")).text
    assert f'value="{cast.custodian.id}"' in page
    assert cast.archivist.name not in page
    page = admin.post(f"{AT}/draft", data=sent(named | {"people": cast.custodian.id})).text
    assert cast.custodian.name in page


def test_what_changes_is_said_in_words(as_: Any) -> None:
    page = as_("administrator").post(f"{AT}/draft", data=sent(TOP, step(amount="3"))).text
    assert "增加“总经理审核（客户级别是战略时）”（在最前面）：全公司的总经理" in page
    assert "“部门经理审核”：办理时限：2 个工作日 → 3 个工作日" in page
    page = as_("administrator").post(f"{AT}/draft", data=sent(TOP)).text
    assert "去掉“部门经理审核”" in page


def test_it_speaks_english(as_: Any) -> None:
    admin = as_("administrator")
    admin.set_cookie("locale", "en")
    admin.post("/language", data={"locale": "en"})
    for door in ("/reviews/flows", AT, f"{AT}/versions", f"{AT}/versions/1"):
        assert "审批流程" not in admin.get(door).text, door


# --- the preview -----------------------------------------------------------------------------------


def test_the_preview_says_who_would_be_asked_and_why(cast: Any, as_: Any, session: Any) -> None:
    admin, author = as_("administrator"), cast.salesperson
    ordinary = sent(step(), TOP, author=author.id, do="preview", **{"fact-level": "ordinary"})
    page = admin.post(f"{AT}/draft", data=ordinary).text
    assert cast.sales_manager.name in page
    assert "条件不符合，跳过：客户级别是战略" in page
    assert cast.general_manager.name not in page
    page = admin.post(f"{AT}/draft", data=ordinary | {"fact-level": "strategic"}).text
    assert cast.general_manager.name in page
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Review)) == 0


def test_the_preview_says_when_it_goes_one_level_up(cast: Any, as_: Any) -> None:
    own = step(kind="role_in_department", role=str(Role.SALES_MANAGER))
    typed = sent(own, author=cast.sales_manager.id, do="preview")
    page = as_("administrator").post(f"{AT}/draft", data=typed).text
    assert cast.branch_manager.name in page
    assert "改由上一级审批" in page


ODD = [
    {},
    {"do": "above:0"},
    {"steps-x-name": "?", "steps-0-rows-y-field": "?"},
    {"steps-0-name": "只有名称"},
    {"steps-99999999-name": "远"},
    sent(step(kind="anybody"), author=1),
    sent(step(kind="role_in_company", role=""), author=1),
    sent(step(kind="role_in_company", role="king"), author=1),
    sent(step(kind="person"), author=1),
    sent(step(kind="chosen", people="²"), author=99999999),
    sent(step(kind="owner"), author=1),
    sent(step(mode="most", unit="moons", empty="cry", amount="", remind_hours="x"), author=1),
    sent(step(**{"rows-0-field": "level", "rows-0-op": "bogus"}), author=1),
    sent(step(**{"rows-0-field": "urgent", "rows-0-op": "eq"}), author=1),
    sent(
        step(**{"rows-0-field": "staff", "rows-0-op": "ge", "rows-0-value": "x"}),
        author=1,
        **{"fact-staff": "y"},
    ),
    sent(*[step(key=f"k{n}") for n in range(40)], author=1),
    sent(step(name="<b>100%</b>"), base="x", author="x", do="up:0:0:0"),
]


@pytest.mark.parametrize("posted", ODD, ids=map(str, range(len(ODD))))
def test_whatever_is_sent_is_answered_with_the_editor(as_: Any, session: Any, posted: dict[str, Any]) -> None:
    admin = as_("administrator")
    answer = admin.post(f"{AT}/draft", data=posted)
    assert answer.status_code == 200
    assert "<b>100%" not in answer.text
    assert admin.post(f"{AT}/versions", data=posted).status_code in (303, 409, 422)


def test_the_preview_waits_for_a_step_that_is_not_filled_in(cast: Any, as_: Any) -> None:
    typed = sent(step(), step(key="new", name="", kind="role_in_company"), author=cast.salesperson.id)
    page = as_("administrator").post(f"{AT}/draft", data=typed).text
    assert "这一步还没有填完" in page
    assert cast.sales_manager.name in page


# --- publishing ------------------------------------------------------------------------------------


def test_what_is_published_is_asked_from_the_next_submission_on(cast: Any, as_: Any, session: Any) -> None:
    before = submit(cast.salesperson, KEY, 1)
    admin = as_("administrator")
    assert publish(admin, step(), TOP, note="战略客户由总经理把关").status_code == 303
    paper(2).state = "strategic"
    after = Review.submit(KEY, PAPERS[2], object_name="x", proposal={}, by=cast.salesperson, at=NOW)
    ordinary = submit(cast.salesperson, KEY, 3)
    session.commit()
    assert [s.key for s in before.steps] == ["manager"]
    assert [s.key for s in after.steps if s.state != "skipped"] == ["manager", "top"]
    assert [s.key for s in ordinary.steps if s.state != "skipped"] == ["manager"]
    assert (before.flow_version, after.flow_version) == (1, 2)
    assert "flow:publish" in session.scalars(select(AuditEntry.tag)).all()


WRONG = [
    (step(name=""), "请给这一步起个名称"),
    (step(name="长" * 41), "最多 40 个字"),
    (step(kind="role_in_company", role=""), "请选择角色"),
    (step(kind="role_in_company", role="king"), "请从列表中选择"),
    (step(kind="anybody"), "请从列表中选择"),
    (step(kind="person"), "请指定一个人"),
    (step(kind="person", people="999999"), "请指定一个人"),
    (step(kind="chosen"), "请至少放进一个人"),
    (step(empty="person"), "由谁审批"),
    (step(amount="0"), "请填 1 到 60 的整数"),
    (step(amount="201", unit="hours"), "请填 1 到 200 的整数"),
    (step(amount="半天"), "steps-0-amount-err"),
    (step(remind_hours="-1"), "0 是不提醒"),
    (step(mode="most"), "请从列表中选择"),
    (step(**{"rows-0-field": "", "rows-0-op": "eq"}), "请选择字段"),
    (step(**{"rows-0-field": "moon", "rows-0-op": "eq", "rows-0-value": "x"}), "请选择字段"),
    (step(**{"rows-0-field": "level", "rows-0-op": "ge", "rows-0-value": "x"}), "不能这样比较"),
    (step(**{"rows-0-field": "level", "rows-0-op": "eq"}), "请填写要比较的值"),
    (step(**{"rows-0-field": "level", "rows-0-op": "eq", "rows-0-value": "gold"}), "请从列表中选择"),
    (step(**{"rows-0-field": "staff", "rows-0-op": "ge", "rows-0-value": "many"}), "请填写数字"),
    (step(**{"rows-0-field": "staff", "rows-0-op": "ge", "rows-0-value": "inf"}), "请填写数字"),
]


@pytest.mark.parametrize(("card", "said"), WRONG)
def test_what_makes_no_sense_is_told_beside_it_and_kept(
    as_: Any, session: Any, card: dict[str, Any], said: str
) -> None:
    answer = publish(as_("administrator"), card, note="试")
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="试"' in answer.text
    assert versions(session) == 0


def test_a_flow_without_steps_is_refused(as_: Any, session: Any) -> None:
    answer = publish(as_("administrator"))
    assert answer.status_code == 422
    assert "至少要有一个步骤" in answer.text
    assert versions(session) == 0


def test_a_flow_that_cannot_end_is_refused_beside_the_step(cast: Any, as_: Any, session: Any) -> None:
    gone = cast.branch_manager2
    gone.active = False
    session.commit()
    last = step(key="last", name="最后", kind="person", people=gone.id)
    answer = publish(as_("administrator"), step(), last)
    assert answer.status_code == 422
    assert "steps-1-kind-err" in answer.text or "steps-1-people-err" in answer.text
    assert versions(session) == 0


def test_who_publishes_second_sees_both_and_loses_nothing(cast: Any, as_: Any, session: Any) -> None:
    cast.sales_manager2.give_roles({Role.ADMINISTRATOR}, by=cast.administrator, at=NOW)
    session.commit()
    first, second = as_("administrator"), as_(cast.sales_manager2)
    assert publish(first, step(), TOP, note="战略").status_code == 303
    answer = publish(second, step(amount="4"), note="放宽")
    assert answer.status_code == 409
    assert versions(session) == 1
    assert "宋工" in answer.text
    assert "增加“总经理审核（客户级别是战略时）”" in answer.text  # theirs
    assert "去掉“总经理审核（客户级别是战略时）”" in answer.text  # mine beside it
    assert 'value="4"' in answer.text
    assert 'value="放宽"' in answer.text
    assert 'name="base" type="hidden" value="2"' in answer.text
    assert publish(second, step(amount="4"), base=2).status_code == 303
    assert versions(session) == 2


# --- the history -----------------------------------------------------------------------------------


def test_every_version_stays_and_can_come_back(as_: Any, session: Any) -> None:
    admin = as_("administrator")
    publish(admin, step(), TOP, note="战略客户把关")
    publish(admin, step(amount="1"), base=2, note="提速")
    page = admin.get(f"{AT}/versions").text
    assert "战略客户把关" in page
    assert "提速" in page
    page = page[page.index('class="k-list"') :]
    assert page.index("第 3 版") < page.index("第 2 版") < page.index("第 1 版")
    old = admin.get(f"{AT}/versions/2").text
    assert "总经理审核（客户级别是战略时）" in old
    assert "再次发布" in old
    assert order(admin.get(f"{AT}?version=2").text) == ["部门经理审核", "总经理审核"]
    assert admin.post(f"{AT}/versions/2/revival", data={"base": 3}).status_code == 303
    page = admin.get(f"{AT}/versions").text
    assert "第 4 版" in page
    assert "恢复第 2 版" in page


def test_back_to_what_ships(as_: Any) -> None:
    admin = as_("administrator")
    publish(admin, step(amount="9"))
    assert "恢复默认" in admin.get(f"{AT}/versions/1").text
    assert admin.post(f"{AT}/versions/1/revival", data={"base": 2, "note": "退回"}).status_code == 303
    assert order(admin.get(AT).text) == ["部门经理审核"]


def test_an_old_version_does_not_overtake_a_new_one_unseen(as_: Any, session: Any) -> None:
    admin = as_("administrator")
    publish(admin, step(amount="9"))
    for base in ({"base": 1}, {}, {"base": "x"}):
        assert admin.post(f"{AT}/versions/1/revival", data=base).status_code == 409
    assert versions(session) == 1
