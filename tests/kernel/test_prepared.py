"""A statement kept ready still shows each person their own rows, and what is locked is read as it now is."""

import threading
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import bindparam, select
from werkzeug.exceptions import NotFound

from crm.accounts import Department, User
from crm.customers import Customer
from crm.customers.models import ChapterValues
from crm.customers.views.loading import load
from crm.kernel.database import db
from crm.kernel.drawn import drawn
from crm.kernel.errors import Unscoped
from crm.kernel.languages import stored
from crm.kernel.prepared import ask, found
from crm.kernel.scope import EVERYONE, set_viewer
from crm.kernel.todo import NOW
from tests.cast import IDS
from tests.customers.entries import draft
from tests.database import ON_POSTGRES

pytestmark = pytest.mark.rule("CUS-3")


def names() -> Any:
    return (
        select(Customer.id, Customer.name).where(Customer.name.like(bindparam("name"))).order_by(Customer.id)
    )


def test_the_same_question_shows_each_their_own(two: Any, seen_by: Any) -> None:
    for _again in range(2):
        for person, expected in (
            ("salesperson", [two[0]]),
            ("salesperson2", [two[1]]),
            ("general_manager", list(two)),
            ("archivist", []),
        ):
            with seen_by(person):
                assert [row.id for row in ask("names", names, name="%")] == expected


def test_who_moves_to_another_department_sees_the_other_rows_at_once(
    two: Any, seen_by: Any, session: Any
) -> None:
    with seen_by("sales_manager"):
        assert [row.id for row in ask("names", names, name="%")] == [two[0]]
    manager, other = session.get(User, IDS["sales_manager"]), session.get(User, IDS["sales_manager2"])
    manager.department_id = other.department_id
    session.commit()
    assert session.get(Department, other.department_id) is not None
    with seen_by("sales_manager"):
        assert [row.id for row in ask("names", names, name="%")] == [two[1]]


def test_what_was_typed_is_asked_anew(two: Any, seen_by: Any) -> None:
    with seen_by("general_manager"):
        assert [row.id for row in ask("names", names, name="云州%")] == [two[0]]
        assert [row.id for row in ask("names", names, name="青岚%")] == [two[1]]
        assert ask("names", names, name="%(x)s :: :y").all() == []


def test_without_a_viewer_nothing_is_asked(app: Flask) -> None:
    with app.app_context(), pytest.raises(Unscoped):
        ask("names", names, name="%")


def test_the_hour_cannot_be_kept_in_a_statement(two: Any, seen_by: Any) -> None:
    with seen_by("salesperson"), pytest.raises(ValueError, match="now"):
        ask("late", lambda: select(Customer.id).where(Customer.created_at < NOW))


def test_what_was_written_in_this_transaction_is_found(two: Any, seen_by: Any) -> None:
    with seen_by("salesperson") as session:
        session.get(Customer, two[0]).name = "云州新名"
        assert [row.name for row in ask("names", names, name="云州新%")] == ["云州新名"]


def test_a_foreign_row_is_not_found_and_not_touched(two: Any, seen_by: Any) -> None:
    with seen_by("salesperson") as session:
        assert found(Customer, two[0]).id == two[0]
        with pytest.raises(NotFound):
            found(Customer, two[1], lock=True)
        assert (Customer, (two[1],), None) not in session.identity_map


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has one writer, nobody waits for a row")
def test_who_waited_for_an_archive_reads_it_with_its_chapters_as_they_are_now(
    app: Flask, session: Any, cast: Any
) -> None:
    archive = draft(cast)
    session.commit()
    seen: dict[str, Any] = {}

    def second() -> None:
        with app.app_context():
            set_viewer(db.session, db.session.get(User, IDS["salesperson"]))
            row = load(archive.id, lock=True)
            seen.update(version=row.version, parts={c.part for c in row.chapters})
            db.session.rollback()

    waiting = threading.Thread(target=second)
    with app.app_context():
        set_viewer(db.session, EVERYONE("the first one"))
        row = load(archive.id, lock=True)
        row.website = "https://example.com"
        row.chapters.append(ChapterValues(part="persons", values={"a": 1}))
        db.session.flush()
        waiting.start()
        waiting.join(0.5)
        db.session.commit()
        version = row.version
    waiting.join(20)
    assert seen["version"] == version
    assert "persons" in seen["parts"]


def test_markup_and_the_same_plain_text_are_drawn_apart(app: Flask) -> None:
    with app.test_request_context("/"):
        assert "<b>" in drawn("ui/_flash.html", kind="ok", text=Markup("<b>好</b>"))
        assert "<b>" not in drawn("ui/_flash.html", kind="ok", text="<b>好</b>")


def test_a_stored_name_is_escaped_wherever_it_stands(app: Flask) -> None:
    with app.test_request_context("/", headers={"Cookie": "locale=en"}):
        template = app.jinja_env.from_string("{{ name|stored }}")
        assert template.render(name="<i>部门经理审核") == "&lt;i&gt;部门经理审核"
        assert stored("部门经理审核") != "部门经理审核"  # one of ours is translated
