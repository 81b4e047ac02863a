"""Pure rules: trees typed in lines, names typed anyhow, browsers."""

import pytest

from crm.accounts.rules import device_name, planned_departments, sign_in_names


def plan(text: str) -> list[tuple[str, int, str]]:
    return [(p.name, p.depth, p.kind) for p in planned_departments(text)]


def test_a_tree_is_read_by_its_indents() -> None:
    text = (
        "市场营销部\n\n云州分公司\n    销售一部\n        一组\n    综合部\n青岚办事处\n\t销售二部\n大客户部"
    )
    assert plan(text) == [
        ("市场营销部", 0, "department"),
        ("云州分公司", 0, "branch"),
        ("销售一部", 1, "department"),
        ("一组", 2, "department"),
        ("综合部", 1, "department"),
        ("青岚办事处", 0, "branch"),
        ("销售二部", 1, "department"),
        ("大客户部", 0, "department"),
    ]


def test_full_width_blanks_indent_too() -> None:
    assert plan("青岚分公司\n　销售二部") == [("青岚分公司", 0, "branch"), ("销售二部", 1, "department")]


def test_the_same_name_may_stand_under_two_branches() -> None:
    assert len(plan("甲分公司\n 综合部\n乙分公司\n 综合部")) == 4


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "至少写一个"),
        (" \n\n", "至少写一个"),
        ("  综合部", "第 1 行"),
        ("综合部\n综合部", "第 2 行"),
        ("综合部\n" + "字" * 41, "第 2 行"),
        ("\n".join(" " * n + f"第{n}级" for n in range(8)), "第 7 行"),
        ("\n".join(f"部门{n}" for n in range(201)), "最多 200 个"),
    ],
)
def test_a_tree_that_cannot_be_read_says_which_line(text: str, line: str) -> None:
    with pytest.raises(ValueError, match=line):
        planned_departments(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ADMIN", "admin"),
        ("138 0000-1057", "13800001057"),
        ("Ａdmin", "admin"),
        ("100-23", "100-23"),
        ("100-23", "10023"),
    ],
)
def test_names_as_they_are_kept(typed: str, kept: str) -> None:
    assert kept in sign_in_names(typed)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130 Mobile MicroMessenger/8.0", "微信 · Android"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_devices_by_their_everyday_names(agent: str, name: str) -> None:
    assert device_name(agent) == name
