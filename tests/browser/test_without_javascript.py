"""Scripts make it quick; without them it still works."""

import pytest
from playwright.sync_api import expect

from crm.approvals import Review
from crm.complaints import Opinion
from tests.customers.entries import archive

from .papers import NAME, VAGUE, concrete, fill_entry


@pytest.fixture
def plainly(sits_down):
    """sits_down, with scripts switched off."""
    return lambda username: sits_down(username, scripts=False)


@pytest.mark.rule("ARC-1", "ARC-7")
def test_an_archive_is_entered_corrected_and_submitted(plainly):
    salesperson = plainly("salesperson")
    salesperson.press("录入客户档案")
    fill_entry(salesperson, need=VAGUE)
    salesperson.press("提交审核")
    expect(salesperson.page.get_by_role("alert")).to_contain_text("需求")
    salesperson.sees("还不够具体：")
    salesperson.field("需求 要什么").fill(concrete())
    salesperson.press("提交审核")
    salesperson.sees(f"已提交审核：{NAME}")


@pytest.mark.rule("ARC-7", "ARC-8")
def test_a_review_is_returned_with_a_reason_and_approved_in_the_next_round(live, plainly):
    with live.arranging() as cast:
        archive(cast, "in_review", NAME)
        review = live.one(Review).id
    manager = plainly("sales_manager")
    manager.goto(f"/reviews/{review}")
    manager.page.get_by_role("row", name="行业").first.get_by_text("退回").click()
    manager.page.locator("#reason-industry").fill("写到小类")
    manager.press("退回修改")
    manager.sees("已退回修改")

    salesperson = plainly("salesperson")
    salesperson.goto("/todo")
    salesperson.page.get_by_role("row", name=NAME).get_by_role("link").first.click()
    salesperson.sees("写到小类")
    salesperson.field("行业").fill("泵及真空设备制造")
    salesperson.press("重新提交")
    salesperson.sees(f"已提交审核：{NAME}")

    manager.goto("/todo")
    manager.page.get_by_role("row", name=NAME).get_by_role("link").first.click()
    manager.page.get_by_role("checkbox", name="联系人已与客户核实").check()
    manager.field("何时、用什么方式、由谁核实").fill("今天上午电话，本人")
    manager.page.get_by_role("checkbox", name="需求具体").check()
    manager.press("同意")
    manager.sees("已同意")


@pytest.mark.rule("CMP-1", "CMP-2")
def test_a_complaint_is_taken_in(live, plainly):
    """Customer and severity are asked back where scripts would have asked while typing."""
    with live.arranging() as cast:
        archive(cast, "filed", NAME)
    agent = plainly("service_agent")
    agent.goto("/complaints/new")
    agent.field("客户", exact=True).fill("澄江")
    agent.field("联系人").fill("许望舒")
    agent.field("客户说了什么").fill("离心泵密封处泄漏，一名操作工被烫伤。")
    agent.page.get_by_role("radio", name="一般").check()
    agent.press("登记", exact=True)
    agent.sees("有相近的客户，请选一家")
    agent.sees("建议按情节重大登记")
    agent.page.get_by_role("radio", name=NAME).check()
    agent.page.get_by_role("radio", name="情节重大").check()
    agent.press("登记", exact=True)
    agent.sees("并已报总经理批示")
    with live.arranging():
        opinion = live.one(Opinion)
        assert (opinion.severity, opinion.customer_name, opinion.customer_id is None) == (
            "serious",
            NAME,
            False,
        )
