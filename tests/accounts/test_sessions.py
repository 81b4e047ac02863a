"""Sessions live in the table: idle half an hour, twelve hours at most; they end with the rights they had."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from crm.accounts import LoginSession, Role
from crm.accounts.passwords import hash_password
from crm.kernel import clock
from tests.cast import PASSWORD, Cast
from tests.client import Client

from .test_sign_in import enter


def is_in(client: Client) -> bool:
    return bool(client.get("/account").status_code == 200)


def test_half_an_hour_without_a_click_ends_it(client: Client, office: Any) -> None:
    office("2026-01-09 09:00")
    enter(client, "salesperson")
    office("2026-01-09 09:29")
    assert is_in(client)
    office("2026-01-09 09:58")
    assert is_in(client)
    office("2026-01-09 10:28")
    assert not is_in(client)


def test_posts_count_as_use_too(client: Client, office: Any) -> None:
    office("2026-01-09 09:00")
    enter(client, "salesperson")
    office("2026-01-09 09:20")
    assert client.post("/account/sessions/removal").status_code == 303
    office("2026-01-09 09:45")
    assert is_in(client)


def test_a_session_ends_after_twelve_hours_however_busy(client: Client, office: Any) -> None:
    office("2026-01-09 08:00")
    enter(client, "salesperson")
    for hour in range(8, 20):
        for minute in (10, 35, 59):
            office(f"2026-01-09 {hour:02d}:{minute}")
            assert is_in(client)
    office("2026-01-09 20:00")
    assert not is_in(client)


def test_a_kept_session_outlives_lunch_but_not_the_twelve_hours(client: Client, office: Any) -> None:
    office("2026-01-09 08:00")
    enter(client, "salesperson", keep="y")
    cookie = client.get_cookie("kedang")
    assert cookie is not None
    assert cookie.expires is not None
    office("2026-01-09 19:59")
    assert is_in(client)
    office("2026-01-09 20:00")
    assert not is_in(client)


def test_disabling_ends_all_sessions_at_once(client: Client, as_: Any, cast: Cast) -> None:
    enter(client, "salesperson")
    assert as_("administrator").post(f"/people/{cast.salesperson.id}/suspension").status_code == 303
    assert not is_in(client)
    assert enter(client, "salesperson").status_code == 422


def test_a_change_of_roles_ends_all_sessions_at_once(client: Client, as_: Any, cast: Cast) -> None:
    enter(client, "salesperson")
    admin = as_("administrator")
    data = {"roles": ["salesperson", "technician"]}
    assert admin.post(f"/people/{cast.salesperson.id}/roles", data=data).status_code == 303
    assert not is_in(client)
    assert cast.salesperson.roles == {Role.SALESPERSON, Role.TECHNICIAN}


def test_the_same_roles_again_end_nothing(client: Client, as_: Any, cast: Cast) -> None:
    enter(client, "salesperson")
    as_("administrator").post(f"/people/{cast.salesperson.id}/roles", data={"roles": ["salesperson"]})
    assert is_in(client)


def test_a_new_password_ends_the_others_and_this_browser_goes_on(app: Flask, client: Client) -> None:
    other = app.test_client()
    enter(client, "salesperson")
    enter(other, "salesperson")  # type: ignore[arg-type]
    before = client.get_cookie("kedang")
    words = {"current": PASSWORD, "password": "quiet-lamp-by-the-river", "again": "quiet-lamp-by-the-river"}
    assert client.post("/account/password", data=words).status_code == 303
    after = client.get_cookie("kedang")
    assert is_in(client)
    assert not is_in(other)  # type: ignore[arg-type]
    assert before is not None
    assert after is not None
    assert before.value != after.value
    client.post("/sign-out")
    assert enter(client, "salesperson").status_code == 422
    assert enter(client, "salesperson", "quiet-lamp-by-the-river").status_code == 303


@pytest.mark.parametrize(
    ("current", "password", "again", "said"),
    [
        ("wrong", "quiet-lamp-by-the-river", "quiet-lamp-by-the-river", "现在的密码不对"),
        (PASSWORD, "quiet-lamp-by-the-river", "quiet-lamp-by-the-lake", "两次输入的不一样"),
        (PASSWORD, "short", "short", "至少 8 位"),
        (PASSWORD, "password1", "password1", "太容易猜到"),
        (PASSWORD, "salesperson", "salesperson", "太容易猜到"),
        ("", "", "", "请填写"),
    ],
)
def test_a_bad_new_password_is_422_and_changes_nothing(
    client: Client, current: str, password: str, again: str, said: str
) -> None:
    enter(client, "salesperson")
    answer = client.post("/account/password", data={"current": current, "password": password, "again": again})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    client.post("/sign-out")
    assert enter(client, "salesperson").status_code == 303


def test_guessing_the_current_password_stops_after_five(client: Client) -> None:
    enter(client, "salesperson")
    words = {"password": "quiet-lamp-by-the-river", "again": "quiet-lamp-by-the-river"}
    for _time in range(5):
        client.post("/account/password", data={"current": "wrong", **words})
    assert client.post("/account/password", data={"current": PASSWORD, **words}).status_code == 422


def test_one_device_or_all_others_can_be_signed_out(app: Flask, client: Client, session: Any) -> None:
    phone, library = app.test_client(), app.test_client()
    for browser in (client, phone, library):
        enter(browser, "salesperson")  # type: ignore[arg-type]
    second = sorted(session.scalars(select(LoginSession.id)))[1]
    assert client.post(f"/account/sessions/{second}/removal").status_code == 303
    assert [is_in(b) for b in (client, phone, library)] == [True, False, True]  # type: ignore[arg-type]
    assert client.post("/account/sessions/removal").status_code == 303
    assert [is_in(b) for b in (client, library)] == [True, False]  # type: ignore[arg-type]


def test_a_colleagues_session_is_not_found(client: Client, as_: Any, cast: Cast, session: Any) -> None:
    enter(client, "salesperson")
    theirs = session.scalars(select(LoginSession.id)).one()
    assert as_("sales_manager").post(f"/account/sessions/{theirs}/removal").status_code == 404
    assert is_in(client)


def test_somebody_elses_password_opens_only_the_door_to_a_new_one(client: Client, cast: Cast) -> None:
    cast.salesperson.change_password(
        hash_password("k7wd-9xqm-3fhp"), by=None, at=clock.now(), must_change=True
    )
    enter(client, "salesperson", "k7wd-9xqm-3fhp")
    assert client.get("/account").headers["Location"] == "/account/password"
    assert client.get("/account/password").status_code == 200
    new = {
        "current": "k7wd-9xqm-3fhp",
        "password": "quiet-lamp-by-the-river",
        "again": "quiet-lamp-by-the-river",
    }
    assert client.post("/account/password", data=new).status_code == 303
    assert is_in(client)


def test_the_account_page_names_the_device(app: Flask, client: Client) -> None:
    agent = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0"
    )
    client.post(
        "/sign-in", data={"username": "salesperson", "password": PASSWORD}, headers={"User-Agent": agent}
    )
    text = client.get("/account").get_data(as_text=True)
    assert "Edge · Windows" in text
    assert "销售一部" in text
    assert "业务员" in text
