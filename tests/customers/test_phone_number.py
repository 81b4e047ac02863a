"""A working phone (ARC-2): stored as digits, shown in groups, told what is missing."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from crm.customers.archive.rules import phone_fault, shown_phone, tidy_phone

pytestmark = pytest.mark.rule("ARC-2")


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("13800001057", "13800001057", "138 0000 1057"),
        ("138-0000-1057", "13800001057", "138 0000 1057"),
        ("+86 138 0000 1057", "13800001057", "138 0000 1057"),
        ("8613800001057", "13800001057", "138 0000 1057"),
        ("0086 13800001057", "13800001057", "138 0000 1057"),
        ("013800001057", "13800001057", "138 0000 1057"),
        ("１５４００００１０５７", "15400001057", "154 0000 1057"),
        ("0900-88000000", "090088000000", "0900-8800 0000"),
        ("（0571）8800 0001", "057188000001", "0571-8800 0001"),
        ("+86-571-8800-0001", "057188000001", "0571-8800 0001"),
        ("+86-0571-8800-0001", "057188000001", "0571-8800 0001"),
        ("010-65529988", "01065529988", "010-6552 9988"),
        ("010-65529988-801", "01065529988-801", "010-6552 9988 转 801"),
        ("010-65529988 转 801", "01065529988-801", "010-6552 9988 转 801"),
        ("0512-5550123分机12", "05125550123-12", "0512-555 0123 转 12"),
        ("400-800-1234", "4008001234", "400-800-1234"),
        ("4008001234-6", "4008001234-6", "400-800-1234 转 6"),
        ("800 820 1234", "8008201234", "800-820-1234"),
        ("95588", "95588", "95588"),
        ("+49 30 1234567", "+49301234567", "+49301234567"),
        ("+852 2123 4567", "+85221234567", "+85221234567"),
    ],
)
def test_a_number_is_stored_as_digits_and_shown_in_groups(
    app: Flask, typed: str, stored: str, shown: str
) -> None:
    with app.test_request_context():
        assert phone_fault(typed) is None
        assert tidy_phone(typed) == stored
        assert tidy_phone(stored) == stored
        assert shown_phone(stored) == shown
        assert tidy_phone(shown) == stored


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("1380000105", "少 1 位数字"),
        ("138000010579", "多 1 位数字"),
        ("12800001057", "手机号第 2 位应为 3 到 9"),
        ("0571-880000", "少 1 位数字"),
        ("0571-880000019", "多 1 位数字"),
        ("400-800-12", "少 2 位数字"),
        ("88000001", "请加区号，如 0571-88000001"),
        ("12", "少 9 位数字"),
        ("567890", "请填手机号，或带区号的座机号"),
        ("+49 12", "国际号码应为 8 到 15 位数字"),
        ("", "没有数字"),
        ("-", "没有数字"),
        ("找王经理", "电话里有不能识别的字"),
        ("13800001057、13800001058", "一个格子只填一个号码"),
        ("13800001057/0571-88000001", "一个格子只填一个号码"),
    ],
)
def test_a_wrong_number_says_what_is_wrong(app: Flask, typed: str, fault: str) -> None:
    with app.test_request_context():
        assert phone_fault(typed) == fault


@given(st.text(alphabet="0123456789-+() 转", max_size=20))
def test_what_is_stored_stays_as_it_is(text: str) -> None:
    stored = tidy_phone(text)
    if phone_fault(text) is None:
        assert tidy_phone(stored) == stored
        assert phone_fault(stored) is None
