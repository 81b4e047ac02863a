"""The door: who gets in, and what nobody learns there."""

from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from crm.accounts import LoginSession, User, passwords
from crm.accounts.sweeping import sweep
from crm.audit import AuditEntry
from crm.kernel import clock
from tests.cast import PASSWORD, Cast
from tests.client import Client


def enter(client: Client, name: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/sign-in", data={"username": name, "password": password, **more})


def sentence(response: Any) -> str:
    text: str = response.get_data(as_text=True)
    return text[text.index("账号或密码不对") :].split("<", maxsplit=1)[0]


def test_the_door_is_shown_to_strangers(client: Client) -> None:
    assert client.get("/sign-in").status_code == 200


def test_a_stranger_is_sent_to_the_door_and_back(client: Client) -> None:
    away = client.get("/account?x=1")
    assert (away.status_code, away.headers["Location"]) == (303, "/sign-in?next=/account?x%3D1")
    back = client.post(away.headers["Location"], data={"username": "salesperson", "password": PASSWORD})
    assert (back.status_code, back.headers["Location"]) == (303, "/account?x=1")


@pytest.mark.parametrize(
    "elsewhere", ["https://example.com/", "//example.com", "/\\example.com", "javascript:1"]
)
def test_nobody_is_sent_to_another_site(client: Client, elsewhere: str) -> None:
    data = {"username": "salesperson", "password": PASSWORD}
    assert client.post("/sign-in", query_string={"next": elsewhere}, data=data).headers["Location"] == "/"


def test_who_is_signed_in_is_not_asked_again(as_: Any) -> None:
    assert as_("salesperson").get("/sign-in").status_code == 303


@pytest.mark.parametrize("typed", ["salesperson", "SalesPerson", " salesperson ", "ｓalesperson"])
def test_a_name_is_known_however_it_is_typed(client: Client, typed: str) -> None:
    assert enter(client, typed).status_code == 303


@pytest.mark.parametrize("typed", ["138 0000 1057", "13800001057", "138-0000-1057", "Chen@Example.com"])
def test_one_signs_in_by_phone_or_mail_too(client: Client, cast: Cast, typed: str) -> None:
    cast.salesperson.phone, cast.salesperson.email = "13800001057", "chen@example.com"
    assert enter(client, typed).status_code == 303
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("name", "password"), [("", PASSWORD), ("salesperson", ""), ("x" * 201, "y"), ("x", "y" * 201)]
)
def test_an_incomplete_form_is_422_and_keeps_the_name(client: Client, name: str, password: str) -> None:
    answer = enter(client, name, password)
    assert answer.status_code == 422
    assert name[:200] in answer.get_data(as_text=True)


def test_all_failures_sound_the_same(client: Client, cast: Cast) -> None:
    cast.salesperson2.active = False
    wrong = enter(client, "salesperson", "wrong")
    unknown = enter(client, "nobody-here", "wrong")
    disabled = enter(client, "salesperson2")
    assert [r.status_code for r in (wrong, unknown, disabled)] == [422, 422, 422]
    assert sentence(wrong) == sentence(unknown) == sentence(disabled)


def test_a_password_is_never_sent_back(client: Client) -> None:
    assert "my-secret-word" not in enter(client, "salesperson", "my-secret-word").get_data(as_text=True)


def test_signing_in_and_out_is_in_the_audit_chain(client: Client, cast: Cast, session: Any) -> None:
    enter(client, "salesperson", "wrong")
    enter(client, "nobody-here", "wrong")
    enter(client, "salesperson")
    client.post("/sign-out")
    told = session.execute(
        select(AuditEntry.tag, AuditEntry.thing_id, AuditEntry.actor_id).order_by(AuditEntry.seq)
    )
    who = cast.salesperson.id
    assert [tuple(row) for row in told] == [
        ("user:sign_in_failed", who, None),
        ("user:sign_in", who, who),
        ("user:sign_out", who, who),
    ]


def test_the_token_changes_at_sign_in_and_is_kept_only_as_a_hash(
    app: Flask, client: Client, session: Any
) -> None:
    client.get("/sign-in")
    enter(client, "salesperson")
    first = client.get_cookie("kedang")
    enter(client, "salesperson")
    second = client.get_cookie("kedang")
    assert first is not None
    assert second is not None
    assert first.value != second.value
    assert len(set(session.scalars(select(LoginSession.token_hash)))) == 2


def test_a_dated_hash_is_made_anew(client: Client, cast: Cast) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    cast.salesperson.password_hash = old
    assert enter(client, "salesperson").status_code == 303
    assert cast.salesperson.password_hash != old
    assert not passwords._hasher.check_needs_rehash(cast.salesperson.password_hash)
    assert enter(client, "salesperson").status_code == 303


def test_signing_out_ends_the_session_for_a_copied_cookie_too(app: Flask, client: Client) -> None:
    enter(client, "salesperson")
    cookie = client.get_cookie("kedang")
    assert cookie is not None
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    thief = app.test_client()
    thief.set_cookie("kedang", cookie.value)
    assert thief.get("/account").status_code == 303


def test_signing_out_needs_a_post(as_: Any) -> None:
    assert as_("salesperson").get("/sign-out").status_code == 405


def test_a_forged_form_is_refused_with_a_page(app: Flask, client: Client) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = enter(client, "salesperson")
    assert answer.status_code == 400
    assert "刷新" in answer.get_data(as_text=True)


def test_old_sessions_are_swept(client: Client, office: Any, session: Any) -> None:
    office("2026-01-09 08:00")
    enter(client, "salesperson")
    office("2026-01-09 20:01")
    enter(client, "salesperson2")
    sweep(clock.now())
    assert list(session.scalars(select(User.username).join(LoginSession))) == ["salesperson2"]
