"""The 18-digit code passes its check digit, or says what is wrong (ARC-7)."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from crm.customers.archive.rules import licence_fault, tidy_licence

GOOD = "91110000600037341L"

pytestmark = pytest.mark.rule("ARC-7")


@pytest.mark.parametrize(
    "code",
    [
        GOOD,
        "91440300192185379H",
        " 9111 0000-6000 37341l ",
        "９１１１００００６００037341L",
        "12100000400000422U",
    ],
)
def test_a_right_code_has_no_fault(code: str) -> None:
    assert licence_fault(code) is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91110000600037341", "应为 18 位，现在 17 位"),
        ("", "应为 18 位，现在 0 位"),
        ("91110000600037341L1", "应为 18 位，现在 19 位"),
        ("91110000600037341M", "第 18 位校验不对，请对照执照核对"),
        ("91110000600037314L", "第 18 位校验不对，请对照执照核对"),  # two digits swapped
        ("9111000060003734IL", "第 17 位不能是字母 I（代码不用 I、O、Z、S、V）"),
        ("9111OOOO600037341L", "第 5 位不能是字母 O（代码不用 I、O、Z、S、V）"),
        ("91110A00600037341L", "第 6 位应为数字，现在是 A"),
        ("91110000６00037３4号L", "第 17 位只能是数字或大写字母"),
    ],
)
def test_a_wrong_code_says_what_is_wrong(app: Flask, code: str, fault: str) -> None:
    with app.test_request_context():
        assert licence_fault(code) == fault


@given(st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(place: int, digit: str) -> None:
    changed = GOOD[:place] + digit + GOOD[place + 1 :]
    assert (licence_fault(changed) is None) == (changed == GOOD)


@given(st.text(max_size=30))
def test_any_text_gets_an_answer(text: str) -> None:
    if licence_fault(text) is None:
        assert len(tidy_licence(text)) == 18
