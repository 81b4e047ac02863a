"""At the door: who has not signed in, forged forms, headers, errors."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from crm.kernel.web import LARGEST, safe_next, whole_number


def test_who_has_not_signed_in_is_sent_to_sign_in_and_back(client: Any) -> None:
    answer = client.get("/todo?kind=a")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/todo?kind%3Da"
    part = client.get("/todo", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/sign-in")


def test_who_was_on_a_page_when_the_session_ended_comes_back_to_that_page(client: Any) -> None:
    here = {"Referer": "http://localhost/customers/7/entry"}
    assert client.post("/customers/7/submission", headers=here).location == "/sign-in?next=/customers/7/entry"
    part = client.get(
        "/todo", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/todo?kind=a"}
    )
    assert part.headers["HX-Redirect"] == "/sign-in?next=/todo?kind%3Da"
    stranger = {"Referer": "http://elsewhere.example/todo"}
    assert client.post("/customers/7/submission", headers=stranger).location == "/sign-in"


def test_a_post_without_its_token_is_refused(app: Flask, as_: Any) -> None:
    """Every other test switches this off; here it is on, as it is by default."""
    app.config["WTF_CSRF_ENABLED"] = True
    answer = as_("salesperson").post("/sign-out")
    assert answer.status_code == 400
    assert "刷新页面" in answer.text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing-here"])
def test_every_page_says_what_a_browser_may_do(as_: Any, path: str) -> None:
    headers = as_("salesperson").get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", ""]
)
def test_nobody_is_sent_to_another_site(target: str) -> None:
    assert safe_next(target) is None
    assert safe_next("/customers?q=a") == "/customers?q=a"


def test_a_page_that_is_not_there_is_told_in_the_companys_language(as_: Any) -> None:
    answer = as_("salesperson").get("/nothing-here")
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_an_unknown_error_shows_a_number_and_no_trace(
    app: Flask, as_: Any, monkeypatch: Any, capsys: Any
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    _fail(app, monkeypatch, ZeroDivisionError("secret detail"))
    answer = as_("salesperson").get("/todo")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device"), OperationalError("", {}, Exception("database is locked"))],
)
def test_a_full_disk_or_a_locked_database_is_a_clear_503(
    app: Flask, as_: Any, monkeypatch: Any, error: Exception
) -> None:
    _fail(app, monkeypatch, error)
    client = as_("salesperson")
    answer = client.get("/todo")
    assert answer.status_code == 503
    assert "没有存下" in answer.text
    part = client.get("/todo", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Retarget"]) == (503, "#notice")


def _fail(app: Flask, monkeypatch: Any, error: Exception) -> None:
    def view(**_values: Any) -> None:
        raise error

    view.lock = "signed_in"  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "home.todo", view)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("42", 42), (str(LARGEST), LARGEST), (str(LARGEST + 1), None), ("9" * 5000, None)]
    + [(odd, None) for odd in ("", None, "²", "٣", "-1", "+1", " 1", "1.0", "0x1")],
)
def test_a_whole_number_is_plain_digits_no_larger_than_an_id(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number
