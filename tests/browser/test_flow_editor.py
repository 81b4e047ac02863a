"""An administrator shapes a flow: strategic customers go to the general manager, from the next entry on."""

from playwright.sync_api import expect

from crm.approvals import Review
from crm.customers.entry import entering
from crm.kernel import clock
from tests.customers.entries import draft

from .papers import NAME, fill_entry

BEFORE = "望川禾木食品集团有限公司"
STEP = "总经理审核"


def test_strategic_customers_go_to_the_general_manager_from_the_next_entry_on(live, sits_down):
    a_strategic_customer_is_in_review(live)
    administrator = sits_down("administrator")
    adds_a_step(administrator)
    tries_it(administrator)
    publishes(administrator)
    enters_a_strategic_customer(sits_down("salesperson"))
    manager = sits_down("sales_manager")
    approves(manager, BEFORE)
    approves(manager, NAME)
    finds_only_the_second(sits_down("general_manager"))
    with live.arranging():
        asked = {r.object_name: [s.key for s in r.steps] for r in live.all(Review)}
        states = {r.object_name: r.state for r in live.all(Review)}
    assert len(asked[BEFORE]) == 1
    assert len(asked[NAME]) == 2
    assert states == {BEFORE: "approved", NAME: "pending"}


def a_strategic_customer_is_in_review(live):
    with live.arranging() as cast:
        before = draft(cast, BEFORE, value_level="strategic", contact_phone="13900002222")
        entering.submit(before, by=cast.salesperson, at=clock.now())


def adds_a_step(administrator):
    page = administrator.page
    administrator.goto("/settings")
    administrator.press("审批流程")
    page.get_by_role("link", name="审核新档案").click()
    page.get_by_role("button", name="在后面加一步").click()
    card = page.get_by_role("region", name="第 2 步")
    card.get_by_label("步骤名称").fill(STEP)
    card.get_by_label("谁审批").select_option(label="全公司的角色")
    card.get_by_label("哪个角色").select_option(label="总经理")
    expect(card.get_by_label("步骤名称")).to_have_value(STEP)
    card.get_by_role("button", name="加条件").click()
    card.get_by_label("字段").select_option(label="客户级别")
    card.get_by_label("怎样").select_option(label="是")
    card.get_by_label("值").select_option(label="战略")
    administrator.sees(f"增加“{STEP}（客户级别是战略时）”")


def tries_it(administrator):
    page = administrator.page
    tried = page.get_by_role("region", name="试一试")
    tried.get_by_role("searchbox").fill("陈知远")
    tried.get_by_role("radio", name="陈知远").check()
    expect(tried).to_contain_text("林晚舟")
    expect(tried).to_contain_text("条件不符合，跳过：客户级别是战略")
    tried.get_by_label("客户级别").select_option(label="战略")
    expect(tried).to_contain_text("许怀瑾")


def publishes(administrator):
    administrator.field("发布说明").fill("战略客户由总经理把关")
    administrator.press("发布", exact=True)
    administrator.sees("已发布第 2 版")
    administrator.sees("战略客户由总经理把关")


def enters_a_strategic_customer(salesperson):
    salesperson.press("录入客户档案")
    fill_entry(salesperson)
    salesperson.choose("客户级别", "战略")
    salesperson.press("提交审核")
    salesperson.sees(f"已提交审核：{NAME}")


def approves(manager, name):
    page = manager.page
    manager.goto("/todo")
    page.get_by_role("row", name=name).get_by_role("link", name="审核新档案").first.click()
    for box in page.get_by_role("checkbox").all():
        if box.is_enabled():
            box.check()
    manager.field("何时、用什么方式、由谁核实").fill("今天上午电话，本人，林晚舟")
    manager.press("同意")
    manager.sees("已同意")


def finds_only_the_second(general_manager):
    page = general_manager.page
    general_manager.goto("/todo")
    expect(page.get_by_role("row", name=NAME)).to_be_visible()
    expect(page.get_by_role("row", name=BEFORE)).to_have_count(0)


def test_a_flow_is_shaped_without_scripts(live, sits_down):
    administrator = sits_down("administrator", scripts=False)
    page = administrator.page
    administrator.goto("/reviews/flows/customers:entry")
    page.get_by_role("button", name="在前面加一步").click()
    card = page.get_by_role("region", name="第 1 步")
    card.get_by_label("步骤名称").fill("资料核对")
    card.get_by_label("谁审批").select_option(label="指定的人")
    page.get_by_role("button", name="刷新页面上的选项").click()
    card.get_by_role("searchbox").fill("温如玉")
    card.get_by_role("button", name="找人").click()
    card.get_by_role("radio", name="温如玉").check()
    card.get_by_role("button", name="下移").click()
    expect(page.get_by_role("region", name="第 2 步").get_by_label("步骤名称")).to_have_value("资料核对")
    administrator.sees("增加“资料核对”（在“部门经理审核”之后）：温如玉")
    administrator.press("发布", exact=True)
    administrator.sees("已发布第 2 版")


def test_a_step_is_moved_by_the_keyboard_and_the_focus_goes_along(live, sits_down):
    administrator = sits_down("administrator")
    page = administrator.page
    administrator.goto("/reviews/flows/customers:entry")
    page.get_by_role("button", name="在前面加一步").click()
    expect(page.get_by_role("region", name="第 2 步")).to_be_visible()
    page.get_by_role("region", name="第 1 步").get_by_label("步骤名称").fill("资料核对")
    page.keyboard.press("Enter")
    administrator.sees("增加“资料核对”")
    down = page.get_by_role("region", name="第 1 步").get_by_role("button", name="下移")
    down.focus()
    page.keyboard.press("Enter")
    second = page.get_by_role("region", name="第 2 步")
    expect(second.get_by_label("步骤名称")).to_have_value("资料核对")
    expect(second.get_by_role("button", name="下移")).to_be_focused()
