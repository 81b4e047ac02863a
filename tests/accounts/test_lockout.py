"""Five wrong passwords, then a quarter of an hour of nothing."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.accounts import account, passwords, people, sign_in, throttle
from crm.accounts.models import Throttle
from crm.audit import AuditEntry
from crm.kernel.database import db
from tests.cast import PASSWORD, Cast
from tests.client import Client

from .test_sign_in import enter, sentence


def fail(client: Client, name: str, times: int = 5) -> None:
    for _time in range(times):
        assert enter(client, name, "wrong").status_code == 422


def test_the_fifth_try_may_be_right(client: Client) -> None:
    fail(client, "salesperson", 4)
    assert enter(client, "salesperson").status_code == 303


def test_after_five_wrong_ones_the_right_password_is_refused_too(client: Client) -> None:
    fail(client, "salesperson")
    assert enter(client, "salesperson").status_code == 422


def test_a_locked_name_sounds_like_an_unknown_one(client: Client) -> None:
    fail(client, "salesperson")
    fail(client, "nobody-here")
    locked = [enter(client, name) for name in ("salesperson", "nobody-here", "another-name")]
    assert len({sentence(answer) for answer in locked}) == 1
    assert {answer.status_code for answer in locked} == {422}


def test_it_opens_again_after_a_quarter_of_an_hour(client: Client, office: Any) -> None:
    office("2026-01-09 09:00")
    fail(client, "salesperson")
    office("2026-01-09 09:14:59")
    assert enter(client, "salesperson").status_code == 422
    office("2026-01-09 09:15:00")
    assert enter(client, "salesperson").status_code == 303


def test_tries_while_locked_do_not_lock_longer(client: Client, office: Any) -> None:
    office("2026-01-09 09:00")
    fail(client, "salesperson")
    office("2026-01-09 09:10")
    fail(client, "salesperson", 20)
    office("2026-01-09 09:15")
    assert enter(client, "salesperson").status_code == 303


def test_success_forgets_the_failures(client: Client) -> None:
    fail(client, "salesperson", 4)
    enter(client, "salesperson")
    fail(client, "salesperson", 4)
    assert enter(client, "salesperson").status_code == 303


def test_old_failures_do_not_add_up(client: Client, office: Any) -> None:
    office("2026-01-09 09:00")
    fail(client, "salesperson", 4)
    office("2026-01-09 09:20")
    fail(client, "salesperson", 4)
    assert enter(client, "salesperson").status_code == 303


def test_phone_and_name_share_their_tries(client: Client, cast: Cast) -> None:
    cast.salesperson.phone = "13800001057"
    fail(client, "salesperson", 3)
    fail(client, "138 0000 1057", 2)
    assert enter(client, "salesperson").status_code == 422


def test_others_still_get_in(client: Client) -> None:
    fail(client, "salesperson")
    assert enter(client, "sales_manager").status_code == 303


def test_an_address_that_tries_many_names_is_locked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "TRIES_OF_ADDRESS", 6)
    fail(client, "salesperson", 4)
    fail(client, "sales_manager", 2)
    assert enter(client, "branch_manager").status_code == 422


def test_one_own_account_does_not_buy_tries_at_others(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "TRIES_OF_ADDRESS", 4)
    fail(client, "sales_manager", 3)
    enter(client, "salesperson")
    fail(client, "sales_manager", 1)
    assert enter(client, "branch_manager").status_code == 422


def test_what_somebody_typed_as_a_name_is_not_kept(client: Client, session: Any) -> None:
    fail(client, "my-password-by-mistake", 1)
    assert not [key for key in session.scalars(select(Throttle.key)) if "mistake" in key]


def test_tries_while_locked_leave_no_entries(client: Client, session: Any) -> None:
    fail(client, "salesperson", 9)
    failed = select(func.count()).where(AuditEntry.tag == "user:sign_in_failed").select_from(AuditEntry)
    assert session.scalar(failed) == 5


def test_an_administrator_locked_out_gets_a_password_at_the_console(
    app: Flask, client: Client, cast: Cast
) -> None:
    fail(client, "administrator")
    result = app.test_cli_runner().invoke(args=["accounts", "reset-password", "Administrator"])
    assert result.exit_code == 0, result.output
    password = result.output.split("one-time password: ")[1].split()[0]
    assert enter(client, "administrator", password).status_code == 303
    assert client.get("/people").headers["Location"] == "/account/password"


def test_the_console_knows_whom_it_does_not_know(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["accounts", "reset-password", "nobody-here"])
    assert result.exit_code == 1


def test_many_at_once_get_no_more_tries(app: Flask, cast: Cast) -> None:
    """The try counts before it is judged."""
    from crm.kernel import clock

    tries = throttle.keys(cast.salesperson.id, "salesperson", "192.0.2.1")
    assert [throttle.take(tries, clock.now()) for _n in range(7)] == [True] * 5 + [False] * 2


def test_the_password_itself_is_used(client: Client) -> None:
    assert enter(client, "salesperson", PASSWORD + "x").status_code == 422


def test_an_unknown_name_costs_as_much_as_a_known_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []
    real = passwords._hasher

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            judged.append(stored)
            return real.verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    enter(client, "salesperson", "wrong")
    enter(client, "nobody-here", "wrong")
    assert len(judged) == 2
    assert passwords.NOBODY in judged


def test_writers_need_not_wait_while_a_password_is_judged(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_transaction: list[bool] = []

    def watched(function: Any) -> Any:
        def watch(*args: Any) -> Any:
            in_transaction.append(db.session().in_transaction())
            return function(*args)

        return watch

    for module in (sign_in, account, people):
        for name in ("password_fits", "hash_password"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, watched(getattr(module, name)))
    enter(client, "administrator")
    words = {"current": PASSWORD, "password": "quiet-lamp-by-the-river", "again": "quiet-lamp-by-the-river"}
    assert client.post("/account/password", data=words).status_code == 303
    assert client.post(f"/people/{cast.salesperson.id}/password").status_code == 200
    assert in_transaction == [False] * 4
