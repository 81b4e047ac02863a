"""Likely same companies are shown before saving; different ones are not (ARC-14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.customers.alike.likeness import likeness, name_key, probes

pytestmark = pytest.mark.rule("ARC-14")

SAME = [
    ("云州恒拓精密机械有限公司", "云州恒拓精密机械有限责任公司"),
    ("云州恒拓精密机械有限公司", "云州恒拓精密机械股份有限公司"),
    ("云州恒拓精密机械有限公司", "云州恒拓精密机械"),
    ("云州恒拓精密机械有限公司", " 云州恒拓 精密机械有限公司\u200b"),
    ("云州恒拓精密机械有限公司", "恒拓精密机械有限公司"),
    ("云州恒拓精密机械有限公司", "云州恒托精密机械有限公司"),  # typed by ear
    ("云州恒拓精密机械有限公司", "云州恒拓精密机戒有限公司"),  # a slip of the pen
    ("云州恒拓精密机械有限公司", "云州恒拓精密械有限公司"),  # a sign too few
    ("云州恒拓精密机械有限公司", "云州恒拓精密机械有限公司（原云州机床厂）"),
    ("云州恒拓精密机械有限公司", "(重复)云州恒拓精密机械有限公司"),
    ("启衡自动化仪表（青岚）有限公司", "启衡自动化仪表(青岚)有限公司"),
    ("启衡自动化仪表（青岚）有限公司", "青岚启衡自动化仪表有限公司"),
    ("启衡自动化仪表（青岚）有限公司", "启衡自动化仪表有限公司"),
    ("北京恒拓（北京）新药技术有限公司", "恒拓（北京）新药技术有限公司"),
    ("浙江省杭州市恒拓精密机械有限公司", "杭州恒拓精密机械有限公司"),
    ("浙江恒拓精密机械有限公司", "杭州恒拓精密机械有限公司"),
    ("恒拓（集团）股份有限公司", "恒拓集团股份有限公司"),
    ("ＡＢＣ泵业有限公司", "abc泵业有限公司"),
]
OTHER = [
    ("云州恒拓精密机械有限公司", "云州恒信精密机械有限公司"),  # another brand
    ("云州恒拓机械有限公司", "云州恒拓机电有限公司"),  # another trade
    ("北京恒拓精密机械有限公司", "上海恒拓精密机械有限公司"),  # another place
    ("杭州恒拓精密机械有限公司", "宁波恒拓精密机械有限公司"),
    ("恒拓精密机械（青岚）有限公司", "恒拓精密机械（云州）有限公司"),
    ("云州恒拓精密机械有限公司", "青岚恒拓精密机械有限公司"),
    ("云州第一水务有限公司", "云州第二水务有限公司"),
    ("云州三一重工有限公司", "云州三二重工有限公司"),
    ("青岚锦程纺织有限公司", "青岚锦程物流有限公司"),
    ("青岚白鹭包装材料股份有限公司", "青岚和光包装材料股份有限公司"),
    ("恒拓石化有限公司北京分公司", "恒拓石化有限公司上海分公司"),
    ("云州恒拓精密机械有限公司", "望川禾木食品集团有限公司"),
    ("广东朝阳电子科技有限公司", "冠远电子科技有限公司"),
    ("广西白药集团有限公司", "云南白药集团有限公司"),
]
PERHAPS = [
    ("福建青松股份有限公司", "青松股份有限公司"),
    ("恒拓石化有限公司", "恒拓石化有限公司北京分公司"),
    ("云州恒拓精密机械有限公司", "云州恒拓精密机械设备有限公司"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_small_variations_are_the_same_company(one: str, other: str) -> None:
    assert likeness(one, other) >= 90


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_brand_place_trade_or_number_is_another_company(one: str, other: str) -> None:
    assert likeness(one, other) < 80


@pytest.mark.parametrize(("one", "other"), PERHAPS)
def test_what_only_a_person_can_tell_lies_between(one: str, other: str) -> None:
    assert 80 <= likeness(one, other) < 90


@pytest.mark.parametrize(("one", "other"), SAME + OTHER + PERHAPS)
def test_likeness_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == 100


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("浙江省杭州市恒拓精密机械有限公司", "恒拓精密机械"),
        ("恒拓精密机械（杭州）有限责任公司", "恒拓精密机械"),
        ("云南白药集团股份有限公司", "云南白药"),
        ("永辉超市股份有限公司", "永辉超市"),
        ("广东朝阳电子科技股份有限公司", "朝阳电子科技"),
        ("恒拓石化有限公司北京分公司", "恒拓石化北京分公司"),
        ("周德茂（个人）", "周德茂"),
        ("有限公司", "有限公司"),
        ("", ""),
    ],
)
def test_the_key_leaves_place_and_form_out(name: str, key: str) -> None:
    assert name_key(name) == key


def test_one_wrong_sign_leaves_a_probe_whole() -> None:
    for wrong in ("云州恒托精密机械有限公司", "云州恒拓精密机戒有限公司", "云州恒拓精密械有限公司"):
        assert any(probe in "云州恒拓精密机械有限公司" for probe in probes(wrong))
    assert probes("恒拓") == ["恒拓"]
    assert probes("") == []


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_two_texts_get_a_per_cent(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 100
    assert likeness(one, other) == likeness(other, one)
