"""What somebody typed into an entry survives a large file, a broken network and a reload."""

import re

import pytest
from playwright.sync_api import expect

from crm.customers.models import Customer
from tests.customers.entries import archive, draft

from .papers import NAME, fill_entry, png, scan

TOO_LARGE = {"name": "执照.png", "mimeType": "image/png", "buffer": b"\x89PNG" + b"0" * (21 << 20)}


def test_too_large_a_file_is_told_beside_its_field_before_anything_is_sent(live, sits_down):
    salesperson = sits_down("salesperson")
    page = salesperson.page
    salesperson.goto("/customers/new")
    fill_entry(salesperson)
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    licence, here = page.get_by_label("执照扫描件"), page.url
    licence.set_input_files(TOO_LARGE)
    expect(licence).to_have_accessible_description(re.compile("一次最多上传 20 MB"))
    salesperson.press("提交审核")
    expect(licence).to_be_focused()
    assert page.url == here
    salesperson.field("行业").fill("包装材料")  # and it goes on saving itself
    expect(page.get_by_text("还没有保存")).to_be_visible()
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    licence.set_input_files(scan())
    expect(page.get_by_text("一次最多上传 20 MB")).to_have_count(0)
    expect(licence).not_to_have_attribute("aria-invalid", "true")
    salesperson.press("提交审核")
    salesperson.sees(f"已提交审核：{NAME}")


def test_files_that_are_too_much_together_are_told_beside_the_last(live, sits_down):
    page = sits_down("salesperson").page
    page.goto("/customers/new")
    limit = len(png()) * 3 // 2
    page.eval_on_selector_all(
        "[data-limit]", f"all => all.forEach(one => {{ one.dataset.limit = {limit}; }})"
    )
    page.get_by_label("执照扫描件").set_input_files(scan())
    page.get_by_label("其他附件").set_input_files(scan())
    expect(page.get_by_label("其他附件")).to_have_accessible_description(re.compile("一次最多上传 20 MB"))
    expect(page.get_by_label("执照扫描件")).not_to_have_attribute("aria-invalid", "true")


def test_rows_of_contacts_come_back_as_they_were_after_the_network_failed(live, sits_down):
    with live.arranging() as cast:
        customer = draft(cast)
        entry = f"/customers/{customer.id}/entry"
    salesperson = sits_down("salesperson")
    page = salesperson.page
    names, titles = salesperson.field("姓名", exact=True), salesperson.field("职务", exact=True)
    salesperson.goto(entry)
    page.route(
        f"**{entry}", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    for number, who in enumerate(("江若溪", "沈书瑶", "顾北辰"), 1):
        salesperson.press("再加一位联系人")
        names.nth(number).fill(who)
        titles.nth(number).fill(f"第 {number} 位")
    page.get_by_role("button", name="移除这位").nth(1).click()
    expect(page.get_by_text("网络不通").filter(visible=True)).to_be_visible()
    page.unroute(f"**{entry}")
    page.reload()
    expect(page.get_by_text("草稿已自动保存")).to_be_visible()
    for _again in range(2):
        expect(names).to_have_count(3)
        assert [name.input_value() for name in names.all()] == ["许望舒", "江若溪", "顾北辰"]
        assert [title.input_value() for title in titles.all()] == ["总经理", "第 1 位", "第 3 位"]
        page.reload()  # now from the server


def test_a_reload_after_a_refusal_finds_the_draft(live, sits_down):
    salesperson = sits_down("salesperson")
    page = salesperson.page
    salesperson.goto("/customers/new")
    salesperson.press("提交审核")
    expect(page.get_by_role("alert")).to_contain_text("还不能提交：8 处要改")
    assert live.count(Customer) == 0
    salesperson.field("客户名称").fill(NAME)
    salesperson.press("提交审核")
    expect(page.get_by_role("alert")).to_contain_text("还不能提交：7 处要改")
    expect(page).to_have_url(re.compile(r"/customers/\d+/entry$"))
    page.reload()
    expect(salesperson.field("客户名称")).to_have_value(NAME)
    assert live.count(Customer) == 1
    salesperson.goto("/customers/submissions")
    expect(page).to_have_url(re.compile(r"/customers/new$"))


@pytest.mark.rule("ARC-6")
def test_the_desk_opens_with_the_archive_ticked_and_its_panel_stays_in_sight(live, sits_down):
    with live.arranging() as cast:
        for number in range(15):
            archive(cast, "dispatched", f"云州恒拓第{number}分厂", contact_phone=f"1380000{number:04d}")
    manager = sits_down("marketing_manager", width=1600, height=500)
    page = manager.page
    manager.goto("/todo")
    page.get_by_role("row", name="恒拓第14分厂").get_by_role("link").first.click()
    expect(page.get_by_role("checkbox", name="选择 云州恒拓第14分厂")).to_be_checked()
    page.get_by_role("row", name="恒拓第14分厂").scroll_into_view_if_needed()
    page.mouse.wheel(0, 5000)
    expect(page.get_by_role("heading", name="指定归档人")).to_be_in_viewport()
    expect(page.get_by_role("button", name="指定", exact=True)).to_be_in_viewport()
