"""The administrator's desk: people and roles."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from crm.accounts import GRANTS, ROLE_NAMES, Perm, Role, User, UserRole
from crm.accounts.roles import PERM_NAMES
from crm.audit import history
from tests.cast import PASSWORD, Cast
from tests.client import Client

from .test_sign_in import enter

NEW = {
    "username": "Wang.Wu",
    "name": "王五",
    "title": "业务员",
    "phone": "138 0000 2222",
    "email": "W@Example.com",
}


def new(cast: Cast, **more: Any) -> dict[str, Any]:
    return {**NEW, "department": cast.department("销售一部").id, "roles": ["salesperson"], **more}


def one_time(answer: Any) -> str:
    found = re.search(r"<output class=\"k-password\">([^<]+)</output>", answer.get_data(as_text=True))
    assert found, answer.get_data(as_text=True)
    return found[1]


@pytest.mark.parametrize(
    "url", ["/people", "/people/new", "/people/1", "/departments", "/departments/1", "/settings"]
)
def test_only_an_administrator_opens_the_desk(as_: Any, client: Client, url: str) -> None:
    assert as_("administrator").get(url).status_code == 200
    assert as_("general_manager").get(url).status_code == 403
    assert client.get(url).status_code == 303


@pytest.mark.parametrize("url", ["/people/999", "/departments/999"])
def test_who_does_not_exist_is_404(as_: Any, url: str) -> None:
    assert as_("administrator").get(url).status_code == 404


def test_a_new_person_gets_a_one_time_password(client: Client, as_: Any, cast: Cast, session: Any) -> None:
    answer = as_("administrator").post("/people", data=new(cast))
    assert answer.status_code == 200
    password = one_time(answer)
    user = session.scalars(select(User).where(User.username == "wang.wu")).one()
    assert (user.phone, user.email, user.must_change) == ("13800002222", "w@example.com", True)
    assert user.roles == {Role.SALESPERSON}
    assert password not in str([entry.facts for entry in history("user", user.id)])
    assert enter(client, "13800002222", password).status_code == 303
    assert client.get("/account").headers["Location"] == "/account/password"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": ""}, "请填写账号"),
        ({"username": "有空 格"}, "账号用字母或数字"),
        ({"username": "salesperson"}, "这个账号已有人使用"),
        ({"name": ""}, "请填写姓名"),
        ({"name": "字" * 41}, "字" * 41),
        ({"phone": "很多"}, "电话只写数字"),
        ({"phone": "13800001057"}, "这个手机号已有人使用"),
        ({"email": "no mail"}, "邮箱的写法不对"),
        ({"email": "CHEN@example.com"}, "这个邮箱已有人使用"),
        ({"department": "9999"}, ""),
        ({"roles": ["emperor"]}, ""),
    ],
)
def test_a_wrong_person_is_422_and_keeps_what_was_typed(
    as_: Any, cast: Cast, session: Any, wrong: dict[str, Any], said: str
) -> None:
    cast.salesperson.phone, cast.salesperson.email = "13800001057", "chen@example.com"
    before = len(session.scalars(select(User.id)).all())
    answer = as_("administrator").post("/people", data=new(cast, **wrong))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert "业务员" in text
    assert "k-err" in text
    assert len(session.scalars(select(User.id)).all()) == before


def test_a_person_is_amended(as_: Any, cast: Cast) -> None:
    person = cast.salesperson
    data = {
        "name": "陈知远",
        "title": "高级业务员",
        "phone": "",
        "email": "",
        "department": cast.department("销售二部").id,
    }
    assert as_("administrator").post(f"/people/{person.id}", data=data).status_code == 303
    assert (person.title, person.department.name) == ("高级业务员", "销售二部")
    assert history("user", person.id)[0].tag == "user:edit"


def test_a_reset_password_is_shown_once_and_must_be_changed(client: Client, as_: Any, cast: Cast) -> None:
    password = one_time(as_("administrator").post(f"/people/{cast.salesperson.id}/password"))
    assert enter(client, "salesperson", PASSWORD).status_code == 422
    assert enter(client, "salesperson", password).status_code == 303
    assert client.get("/account").headers["Location"] == "/account/password"


def test_disabling_and_enabling(client: Client, as_: Any, cast: Cast) -> None:
    admin, url = as_("administrator"), f"/people/{cast.salesperson.id}/suspension"
    assert admin.post(url).status_code == 303
    assert admin.post(url).status_code == 409
    assert enter(client, "salesperson").status_code == 422
    assert admin.post(url + "/removal").status_code == 303
    assert admin.post(url + "/removal").status_code == 409
    assert enter(client, "salesperson").status_code == 303


def test_nobody_disables_himself(as_: Any, cast: Cast) -> None:
    assert as_("administrator").post(f"/people/{cast.administrator.id}/suspension").status_code == 409


def test_the_last_administrator_stays(app: Flask, as_: Any, cast: Cast) -> None:
    admin = cast.administrator
    answer = as_("administrator").post(f"/people/{admin.id}/roles", data={"roles": ["salesperson"]})
    assert answer.status_code == 409
    assert "至少要有一位" in answer.get_data(as_text=True)
    assert admin.roles == {Role.ADMINISTRATOR}


def test_a_second_administrator_may_replace_the_first(as_: Any, cast: Cast, session: Any) -> None:
    admin, second = cast.administrator, cast.technician
    second.role_rows.append(UserRole(role=Role.ADMINISTRATOR))
    assert as_("technician").post(f"/people/{admin.id}/suspension").status_code == 303
    assert as_("technician").post(f"/people/{second.id}/roles", data={"roles": []}).status_code == 409


def test_a_disabled_administrator_does_not_count(as_: Any, cast: Cast) -> None:
    second = cast.technician
    second.role_rows.append(UserRole(role=Role.ADMINISTRATOR))
    second.active = False
    answer = as_("administrator").post(f"/people/{cast.administrator.id}/roles", data={"roles": []})
    assert answer.status_code == 409


def test_people_are_found_by_name_phone_department_and_state(as_: Any, cast: Cast) -> None:
    cast.salesperson.phone = "13800001057"
    cast.salesperson2.active = False
    admin = as_("administrator")

    def names(**query: Any) -> list[str]:
        text = admin.get("/people", query_string=query).get_data(as_text=True)
        return re.findall(r'<a href="/people/\d+">([^<]+)</a>', text)

    assert len(names()) == 24
    assert names(q="陈知") == ["陈知远"]
    assert names(q="0001057") == ["陈知远"]
    assert names(q="SALESPERSON3") == ["何青山"]
    assert names(state="disabled") == ["赵明朗"]
    assert set(names(department=cast.department("云州分公司").id)) >= {"方叙白", "陈知远", "温如玉"}
    assert "许怀瑾" not in names(department=cast.department("云州分公司").id)
    assert "没有符合条件的人" in admin.get("/people?q=%25").get_data(as_text=True)


def test_the_list_pages_by_key(as_: Any, cast: Cast, session: Any) -> None:
    house = cast.department("综合部")
    for n in range(60):
        session.add(
            User(
                username=f"temp{n:02d}",
                name=f"临时{n}",
                department=house,
                password_hash="x",
                created_at=cast.administrator.created_at,
            )
        )
    admin = as_("administrator")
    first = admin.get("/people").get_data(as_text=True)
    following = re.search(r'href="([^"]+after=[^"]+)"', first)
    assert following is not None
    second = admin.get(following[1].replace("&amp;", "&")).get_data(as_text=True)
    seen = re.findall(r'href="/people/(\d+)"', first) + re.findall(r'href="/people/(\d+)"', second)
    assert len(seen) == len(set(seen)) == 85


def test_the_roles_page_prints_the_one_table(as_: Any) -> None:
    text = as_("administrator").get("/roles").get_data(as_text=True)
    rows = dict(re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', text))
    assert set(rows) == {str(name) for name in PERM_NAMES.values()}
    for perm in Perm:
        cells = re.findall(r"<td>(.*?)</td>", rows[str(PERM_NAMES[perm])])
        assert [">能<" in cell for cell in cells] == [role in GRANTS[perm] for role in ROLE_NAMES]


def test_every_permission_has_a_name_and_a_holder() -> None:
    assert set(PERM_NAMES) == set(GRANTS) == set(Perm)
    assert all(GRANTS.values())


@pytest.mark.rule("CUS-3")
def test_an_administrator_holds_no_permission_on_customers() -> None:
    held = {perm for perm, roles in GRANTS.items() if Role.ADMINISTRATOR in roles}
    assert held == {
        Perm.PEOPLE_EDIT,
        Perm.PEOPLE_HAND_OVER,  # how many, never which
        Perm.SETTINGS_EDIT,
        Perm.CHANNEL_EDIT,
        Perm.FLOW_EDIT,
        Perm.AUDIT_READ,
    }
