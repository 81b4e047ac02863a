"""The main job, played by the people who do it (ARC-1 to ARC-8, ARC-16, CMP-1 to CMP-4)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from crm.customers.entry import entering
from crm.kernel import clock
from tests.customers.entries import draft

from .papers import INITIALS, LICENCE, NAME, VAGUE, concrete, fill_entry

PLACE = "档案室 3 柜 2 层"
OTHER = "望川禾木食品集团有限公司"
WHAT = "3 号线离心泵密封处泄漏，一名操作工被烫伤，已送医。"
INSTRUCTION = "今天到现场，先看望伤者，三天内给客户书面答复。"


@pytest.mark.rule("ARC-1", "ARC-2", "ARC-4", "ARC-5", "ARC-6", "ARC-7", "ARC-8", "ARC-16")
@pytest.mark.rule("CMP-1", "CMP-2", "CMP-3", "CMP-4")
def test_from_entry_to_filing_and_from_complaint_to_letter(live, sits_down):
    something_late_waits_for_the_general_manager(live)
    salesperson = sits_down("salesperson")
    enters(salesperson)
    manager = sits_down("sales_manager")
    returns(manager)
    corrects(salesperson)
    approves(manager)
    dispatches(sits_down("dispatcher"))
    names_the_archivist(sits_down("marketing_manager"))
    files(sits_down("archivist"))
    finds(salesperson)
    agent = sits_down("service_agent")
    number = registers(agent)
    forwards(sits_down("general_manager"), number)
    supervisor = sits_down("service_supervisor")
    answers(supervisor)
    closes(supervisor, number)
    reads_that_it_is_closed(agent)


def something_late_waits_for_the_general_manager(live):
    with live.arranging() as cast:
        late = draft(
            cast,
            OTHER,
            by="branch_manager",
            collected_on=clock.today() - timedelta(days=30),
            contact_phone="13900002222",
        )
        entering.submit(late, by=cast.branch_manager, at=clock.now())


def enters(salesperson):
    page = salesperson.page
    salesperson.press("录入客户档案")
    salesperson.sees("入册还剩 2 个工作日")
    fill_entry(salesperson, need=VAGUE)
    salesperson.sees("还不够具体，审核会退回。")
    salesperson.sees("要多少？请写出数量或金额")
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/customers/\d+/entry$"))  # a reload finds it again

    salesperson.press("提交审核")
    expect(page.get_by_role("alert")).to_contain_text("还不能提交：1 处要改")
    expect(salesperson.field("客户名称")).to_have_value(NAME)
    need = salesperson.field("需求 要什么")
    need.fill(concrete())
    salesperson.sees("够具体了：")
    expect(page.get_by_role("link", name="营业执照.png")).to_be_visible()  # it was kept with the draft

    salesperson.press("提交审核")
    salesperson.sees(f"已提交审核：{NAME}")
    salesperson.sees("审核中")


def returns(manager):
    page = manager.page
    manager.press("待办")
    row = page.get_by_role("row", name=NAME)
    expect(row).to_contain_text("陈知远")
    row.get_by_role("link", name="审核新档案").first.click()
    expect(page.get_by_role("row", name="统一社会信用代码")).to_contain_text(LICENCE)
    page.get_by_role("group", name="行业").get_by_text("退回").click()
    manager.field("退回原因").filter(visible=True).fill("写到小类，例如泵及真空设备制造")
    expect(page.get_by_role("button", name="同意")).to_be_disabled()
    manager.press("退回修改 1 项")
    manager.sees("已退回修改")


def corrects(salesperson):
    page = salesperson.page
    salesperson.goto("/todo")
    page.get_by_role("row", name=NAME).get_by_role("link").first.click()
    salesperson.sees("退回修改（第 1 轮）")
    industry = salesperson.field("行业")
    expect(industry).to_have_accessible_description("写到小类，例如泵及真空设备制造")
    industry.fill("泵及真空设备制造")
    salesperson.press("重新提交")
    salesperson.sees("已提交审核")


def approves(manager):
    page = manager.page
    manager.goto("/todo")
    page.get_by_role("row", name=NAME).get_by_role("link", name="审核新档案").first.click()
    manager.sees("第 2 轮")
    changed = page.get_by_role("row", name="行业").first
    expect(changed).to_contain_text("通用设备制造")
    expect(changed).to_contain_text("泵及真空设备制造")

    manager.press("同意")  # the checklist is not done
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("checkbox", name="客户名称与执照一致").check()
    page.get_by_role("checkbox", name="联系人已与客户核实").check()
    manager.field("何时、用什么方式、由谁核实").fill("今天上午电话，本人，林晚舟")
    page.get_by_role("checkbox", name="需求具体").check()
    manager.press("同意")
    manager.sees("已同意")


def dispatches(dispatcher):
    dispatcher.press("传送今日批次")
    row = dispatcher.page.get_by_role("row", name=NAME)
    expect(row).to_be_visible()
    dispatcher.press("传送今日批次 1 份")
    dispatcher.sees("现在没有待传送的档案")


def names_the_archivist(marketing_manager):
    page = marketing_manager.page
    marketing_manager.press("归档")
    page.get_by_role("checkbox", name=f"选择 {NAME}").check()
    marketing_manager.choose("归档人", "江若溪")
    page.get_by_role("button", name="指定").click()
    expect(page.get_by_role("row", name=NAME)).to_contain_text("江若溪")


def files(archivist):
    page = archivist.page
    archivist.goto("/todo")
    page.get_by_role("row", name=NAME).get_by_role("link").first.click()
    page.get_by_role("checkbox", name=f"选择 {NAME}").check()
    archivist.field("存放位置").fill(PLACE)
    archivist.choose("资料管理员", "温如玉")
    page.get_by_role("button", name="归档").click()
    archivist.sees("现在没有待归档的档案")


def finds(salesperson):
    page = salesperson.page
    salesperson.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type(INITIALS)
    expect(page.get_by_role("option", name=NAME)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    salesperson.sees(PLACE)
    salesperson.sees("温如玉")
    code = page.locator("dt", has_text="编码").locator("+ dd").inner_text()
    page.get_by_role("navigation").get_by_role("link", name="客户名簿").first.click()
    expect(page.get_by_role("row", name=NAME)).to_contain_text(code)


def registers(agent):
    """By the keyboard: the customer is looked up and chosen, and the words propose the severity."""
    page = agent.page
    agent.press("登记客户意见")
    expect(agent.field("客户", exact=True)).to_be_focused()
    page.keyboard.type("澄江")
    found = page.get_by_role("radio", name=NAME)
    expect(found).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(found).to_be_checked()
    agent.field("联系人").fill("许望舒")
    agent.field("电话", exact=True).fill("138 0000 1057")
    agent.field("客户说了什么").fill(WHAT)
    agent.sees("建议按情节重大登记")
    expect(page.get_by_role("radio", name="情节重大")).to_be_checked()
    agent.press("登记", exact=True)
    agent.sees("并已报总经理批示")
    return page.locator("dt", has_text="单号").locator("+ dd").inner_text()


def forwards(general_manager, number):
    page = general_manager.page
    general_manager.press("待办")
    lines = page.get_by_role("table").get_by_role("row").filter(has=page.get_by_role("link"))
    expect(lines).to_have_count(2)
    expect(lines.last).to_contain_text(OTHER)
    first = lines.first
    expect(first).to_contain_text("情节重大")
    first.get_by_role("link").first.click()
    expect(general_manager.main()).to_contain_text(number)
    general_manager.press("批示")
    page.get_by_role("radio", name="批转他人办理").check()
    general_manager.choose("批转给", "沈书瑶")
    general_manager.field("批示").fill(INSTRUCTION)
    general_manager.press("提交批示")
    general_manager.sees("批示已记录")


def answers(supervisor):
    page = supervisor.page
    supervisor.press("待办")
    page.get_by_role("link", name="答复客户意见").first.click()
    supervisor.sees(INSTRUCTION)
    supervisor.sees("未以函告答复不能办结。")
    supervisor.press("起草答复函")
    expect(supervisor.field("主送")).to_have_value(NAME)
    supervisor.field("函件标题").fill("关于密封泄漏处理结果的函")
    supervisor.field("正文").fill(
        "来电反映的情况已查明。\n一、原因。密封选型不当。\n二、处理。已更换。\n专此函复。"
    )
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    supervisor.choose("送达方式", "快递")
    supervisor.press("发出")
    supervisor.sees("答复函已发出")


def closes(supervisor, number):
    page = supervisor.page
    page.get_by_role("region", name="答复函").get_by_role("link", name="打印").click()
    expect(page.get_by_role("article")).to_contain_text("明澜函〔")
    expect(page.get_by_role("article")).to_contain_text("密封选型不当")
    supervisor.press("返回投诉")
    supervisor.press("办结")
    supervisor.sees(f"已办结 {number}")


def reads_that_it_is_closed(agent):
    agent.goto("/complaints?view=all")
    expect(agent.page.get_by_role("row", name=WHAT[:8])).to_contain_text("已办结")
