"""The frame: only what one may open, the language, what one opened last."""

from typing import Any

import pytest

NAVIGATION = """
salesperson        首页 待办 客户 投诉
sales_manager      首页 待办 客户 投诉
branch_manager     首页 待办 客户 投诉
dispatcher         首页 待办 客户
archivist          首页 待办 客户
marketing_manager  首页 待办 客户
custodian          首页 待办 客户
service_agent      首页 待办 客户 投诉
service_supervisor 首页 待办 客户 投诉
general_manager    首页 待办 客户 投诉
technician         首页 待办 投诉
attendance_admin   首页 待办
administrator      首页 待办 设置
"""


@pytest.mark.parametrize("line", NAVIGATION.strip().splitlines())
def test_the_navigation_shows_only_what_one_may_open(line: str, as_: Any) -> None:
    name, *shown = line.split()
    page = as_(name).get("/help").text
    side = page.partition('class="k-side"')[2].partition("</nav>")[0]
    for label in ("首页", "待办", "客户", "投诉", "设置"):
        assert (f'title="{label}"' in side) == (label in shown), label


@pytest.mark.parametrize("line", NAVIGATION.strip().splitlines())
def test_every_entry_of_the_navigation_opens(line: str, as_: Any) -> None:
    client = as_(line.split(maxsplit=1)[0])
    text = client.get("/more").text
    side = text.partition('class="k-panel"')[2].partition("</section>")[0]
    for address in {part.partition('"')[0] for part in side.split('<a class="k-plain" href="')[1:]}:
        assert client.get(address).status_code == 200, address


def test_the_language_is_switched_and_kept(as_: Any, cast: Any) -> None:
    client = as_("salesperson")
    answer = client.post(
        "/language", data={"locale": "en"}, headers={"Referer": "http://localhost/todo?tab=mine"}
    )
    assert (answer.status_code, answer.location) == (303, "/todo?tab=mine")
    assert cast.salesperson.locale == "en"
    assert '<html lang="en">' in client.get("/todo").text


def test_before_sign_in_a_cookie_keeps_it(client: Any) -> None:
    answer = client.post("/language", data={"locale": "en"})
    assert "locale=en" in answer.headers["Set-Cookie"]
    assert '<html lang="en">' in client.get("/sign-in").text


def test_nobody_is_led_elsewhere_by_the_language(client: Any) -> None:
    for referrer in ("http://elsewhere.example/x", "http://localhost//elsewhere.example", "nonsense"):
        headers = {"Referer": referrer}
        assert client.post("/language", data={"locale": "xx"}, headers=headers).location == "/"


def test_everybody_has_a_first_page(as_: Any) -> None:
    for line in NAVIGATION.strip().splitlines():
        answer = as_(line.split()[0]).get("/")
        assert answer.status_code == 200
        assert "工作台" in answer.text


def test_strangers_are_sent_to_the_door(client: Any) -> None:
    for address in ("/", "/todo", "/search?q=x", "/more", "/help"):
        assert "/sign-in" in client.get(address).location
