"""The first start without demo: a link that works once."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from crm.accounts import Company, Department, LoginSession, User, UserRole
from crm.accounts.setup import KNOWN, one_time_link
from crm.audit import AuditEntry
from tests.client import Client

FORM = {
    "company_name": "云州恒泽阀门有限公司",
    "short_name": "恒泽阀门",
    "departments": "市场营销部\n云州分公司\n    销售一部",
    "name": "李工",
    "username": "Admin",
    "password": "quiet-lamp-by-the-river",
    "again": "quiet-lamp-by-the-river",
}


@pytest.fixture
def bare(app: Flask, session: Any, tmp_path: Path) -> Iterator[Flask]:
    """The application with nothing set up."""
    for model in (LoginSession, UserRole, User):
        session.execute(delete(model))
    for path in session.scalars(select(Department.id).order_by(Department.id.desc())).all():
        session.execute(delete(Department).where(Department.id == path))
    session.execute(delete(Company))
    session.commit()
    app.extensions.pop(KNOWN, None)
    yield app
    app.extensions.pop(KNOWN, None)
    (app.config["SETTINGS"].instance / "setup_token").unlink(missing_ok=True)


def link(app: Flask) -> str:
    with app.app_context():
        made = one_time_link()
    assert made is not None
    return made


def test_every_page_says_where_the_link_is(bare: Flask, client: Client) -> None:
    for url in ("/", "/sign-in", "/people", "/customers"):
        answer = client.get(url, follow_redirects=True)
        assert answer.request.path == "/welcome"
        assert "启动服务器的那个窗口" in answer.get_data(as_text=True)


@pytest.mark.parametrize("wrong", ["/setup", "/setup?token=", "/setup?token=guess"])
def test_without_the_right_token_there_is_nothing(bare: Flask, client: Client, wrong: str) -> None:
    assert client.get(wrong).status_code == 404  # no link was made yet
    link(bare)
    assert client.get(wrong).status_code == 404
    assert client.post(wrong, data=FORM).status_code == 404


def test_only_the_hash_is_kept_for_the_owner_alone(bare: Flask) -> None:
    made = link(bare)
    file = bare.config["SETTINGS"].instance / "setup_token"
    assert made.split("token=")[1] not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_link_kills_the_one_before(bare: Flask, client: Client) -> None:
    first, second = link(bare), link(bare)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_the_form_makes_everything_and_signs_in(bare: Flask, client: Client, session: Any) -> None:
    url = link(bare)
    assert client.post(url, data=FORM).headers["Location"] == "/people"
    assert client.get("/people").status_code == 200
    company = session.get(Company, 1)
    assert (company.name, company.demo) == ("云州恒泽阀门有限公司", False)
    tree = session.execute(select(Department.name, Department.kind).order_by(Department.path)).all()
    assert [tuple(row) for row in tree] == [
        ("总公司", "company"),
        ("市场营销部", "department"),
        ("云州分公司", "branch"),
        ("销售一部", "department"),
    ]
    admin = session.scalars(select(User)).one()
    assert (admin.username, admin.roles, admin.department.name) == ("admin", {"administrator"}, "总公司")
    tags = set(session.scalars(select(AuditEntry.tag)))
    assert tags >= {"company:set_up", "department:add", "user:add", "user:sign_in"}


def test_a_used_link_is_dead(bare: Flask, client: Client) -> None:
    url = link(bare)
    client.post(url, data=FORM)
    assert client.get(url).status_code == 404
    assert client.post(url, data={**FORM, "username": "second"}).status_code == 404
    assert not (bare.config["SETTINGS"].instance / "setup_token").exists()
    with bare.app_context():
        assert one_time_link() is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("company_name", ""),
        ("short_name", "名" * 13),
        ("departments", ""),
        ("departments", "综合部\n综合部"),
        ("username", "有空 格"),
        ("password", "short"),
        ("again", "something-else-altogether"),
        ("name", " "),
    ],
)
def test_a_wrong_form_is_422_and_makes_nothing(
    bare: Flask, client: Client, session: Any, field: str, value: str
) -> None:
    url = link(bare)
    answer = client.post(url, data={**FORM, field: value})
    assert answer.status_code == 422
    assert "已填的内容都还在" in answer.get_data(as_text=True)
    assert session.scalar(select(func.count()).select_from(Department)) == 0
    assert client.get(url).status_code == 200


def test_the_password_may_not_be_made_of_the_company(bare: Flask, client: Client) -> None:
    words = {"short_name": "hengzefamen", "password": "hengzefamen", "again": "hengzefamen"}
    assert client.post(link(bare), data={**FORM, **words}).status_code == 422


def test_a_company_that_stands_has_no_set_up(client: Client) -> None:
    assert client.get("/setup?token=x").status_code == 404
    assert client.get("/welcome").status_code == 303


def test_the_language_can_be_switched_before_anything_is_set_up(bare: Flask, client: Client) -> None:
    client.post("/language", data={"locale": "en"})
    cookie = client.get_cookie("locale")
    assert cookie is not None
    assert cookie.value == "en"
