"""What people do by mistake, and what two of them do at once, costs nobody their work."""

import re

import pytest
from playwright.sync_api import expect

from crm.approvals import Review
from crm.customers.models import Customer
from crm.kernel import clock
from tests.customers.entries import archive, draft

from .papers import NAME, fill_entry


@pytest.mark.rule("ARC-4")
def test_a_double_click_on_submission_makes_one_review(live, sits_down):
    salesperson = sits_down("salesperson")
    salesperson.goto("/customers/new")
    fill_entry(salesperson)
    salesperson.page.get_by_role("button", name="提交审核").dblclick()
    salesperson.sees(f"已提交审核：{NAME}")
    assert (live.count(Customer), live.count(Review)) == (1, 1)


@pytest.mark.rule("ARC-4")
def test_going_back_after_submission_does_not_submit_again(live, sits_down):
    salesperson = sits_down("salesperson")
    salesperson.goto("/customers/new")
    fill_entry(salesperson)
    expect(salesperson.page.get_by_text("草稿已自动保存")).to_be_visible()
    salesperson.press("提交审核")
    salesperson.sees(f"已提交审核：{NAME}")
    here = salesperson.page.url
    salesperson.page.go_back()
    # the entry is closed, the record stands there instead
    expect(salesperson.page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(salesperson.page.get_by_role("button", name="提交审核")).to_be_hidden()
    assert salesperson.page.url == here
    salesperson.page.reload()
    assert (live.count(Customer), live.count(Review)) == (1, 1)


@pytest.mark.rule("ARC-7")
def test_of_two_who_decide_at_once_the_second_sees_who_was_first(live, sits_down):
    with live.arranging() as cast:
        cast.salesperson3.give_roles({"sales_manager"}, by=cast.administrator, at=clock.now())
        archive(cast, "in_review")
        review = live.one(Review).id
    first, second = sits_down("sales_manager"), sits_down("salesperson3")
    for person in (first, second):
        person.goto(f"/reviews/{review}")
        person.field("审批意见").fill(f"{person.username}：名称与执照不符")
    first.press("驳回")
    first.sees("已驳回")
    second.press("驳回")
    second.sees("林晚舟")
    expect(second.main()).to_contain_text("驳回")
    with live.arranging() as cast:
        assert [d.by.username for d in live.one(Review).decisions] == ["sales_manager"]


def test_an_old_tab_does_not_overwrite_and_keeps_what_was_typed(live, sits_down):
    with live.arranging() as cast:
        entry = f"/customers/{draft(cast).id}/entry"
    salesperson = sits_down("salesperson")
    old, new = salesperson.page, salesperson.context.new_page()
    old.goto(entry)
    new.goto(entry)
    new.get_by_label("行业").fill("包装材料")
    expect(new.get_by_text("草稿已自动保存")).to_be_visible()
    old.get_by_label("行业").fill("化工泵")
    expect(old.get_by_text("内容已被别处改动")).to_be_visible()
    old.get_by_role("button", name="存草稿并离开").click()
    expect(old.get_by_role("heading", name="这份档案已在别的窗口改动")).to_be_visible()
    differing = old.get_by_role("row", name="行业")
    expect(differing).to_contain_text("包装材料")
    expect(differing).to_contain_text("化工泵")
    old.get_by_role("button", name="用我填的覆盖").click()
    expect(old.get_by_text("草稿已保存")).to_be_visible()
    old.goto(entry)
    expect(old.get_by_label("行业")).to_have_value("化工泵")


def test_what_was_typed_after_the_session_ended_is_there_after_signing_in_again(live, sits_down):
    salesperson = sits_down("salesperson")
    page, elsewhere = salesperson.page, salesperson.context.new_page()
    salesperson.goto("/customers/new")
    salesperson.field("客户名称").fill(NAME)
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    elsewhere.goto("/")
    salesperson.sign_out(elsewhere)

    salesperson.field("行业").fill("泵及真空设备制造")
    expect(page.get_by_text("登录已失效")).to_be_visible()
    page.reload()
    salesperson.sign_in()
    expect(page).to_have_url(re.compile(r"/customers/\d+/entry$"))
    expect(salesperson.field("客户名称")).to_have_value(NAME)
    expect(salesperson.field("行业")).to_have_value("泵及真空设备制造")
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    assert live.count(Customer) == 1


def test_a_submission_without_session_comes_back_after_signing_in(live, sits_down):
    """The last words were typed a moment before: nothing had saved them."""
    salesperson = sits_down("salesperson")
    page, elsewhere = salesperson.page, salesperson.context.new_page()
    salesperson.goto("/customers/new")
    salesperson.field("客户名称").fill(NAME)
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    elsewhere.goto("/")
    salesperson.sign_out(elsewhere)

    salesperson.field("行业").fill("泵及真空设备制造")
    salesperson.press("提交审核")
    salesperson.sign_in()
    expect(page).to_have_url(re.compile(r"/customers/\d+/entry$"))
    expect(salesperson.field("行业")).to_have_value("泵及真空设备制造")
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    salesperson.press("提交审核")  # what arrived does not come back a second time
    expect(page.get_by_role("alert")).to_be_visible()
    salesperson.goto("/customers?view=mine")
    page.get_by_role("row", name=NAME).get_by_role("link").first.click()
    expect(salesperson.field("客户名称")).to_have_value(NAME)
    expect(page.get_by_text("已取回")).to_be_hidden()
