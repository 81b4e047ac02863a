"""Things are found by any piece of their text (ui.md: Chinese, initials, phone tail, code)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.kernel.text import folded, initials
from crm.searching import SearchDoc, drop, matches, put, put_many
from crm.searching.tokens import lines, terms_for, terms_of

pytestmark = pytest.mark.rule("ARC-16")

NAMES = {
    1: ("云州恒拓精密机械有限公司", "KH-2026-0402", "13800001057"),
    2: ("青岚白鹭包装材料股份有限公司", "KH-2022-0018", "010-6552 9988"),
    3: ("启衡自动化仪表（青岚）有限公司", "KH-2023-0071", None),
    4: ("云州鹿鸣乳业 ABC-Ｐumps 100%_纯", "KH-2025-0233", ""),
}


@pytest.fixture
def filled(session: Any) -> Any:
    put_many("customer", [(n, texts, initials(texts[0] or "")) for n, texts in NAMES.items()])
    put("opinion", 1, "云州恒拓精密机械有限公司 泵漏")
    session.commit()
    return session


def found(session: Any, query: str, kind: str = "customer") -> set[int]:
    return set(session.scalars(matches(kind, query)))


@pytest.mark.parametrize(
    ("query", "things"),
    [
        ("恒拓", {1}),  # two characters
        ("鹿", {4}),  # one
        ("司", {1, 2, 3}),  # the last one of a name
        ("精密机械", {1}),
        ("云州", {1, 4}),
        ("云州 机械", {1}),  # both words
        ("州云", set()),  # not in this order
        ("密精", set()),
        ("机械精密", set()),  # all of its pairs but one
        ("(青岚)", {2, 3}),  # brackets do not matter
        ("仪表青岚", {3}),
        ("KH-2026", {1}),
        ("kh2022", {2}),
        ("0402", {1}),
        ("1057", {1}),  # the tail of a telephone
        ("057", {1}),
        ("65529988", {2}),
        ("6552 9988", {2}),
        ("pumps", {4}),
        ("ＡＢＣ", {4}),
        ("bc", {4}),
        ("yzht", {1}),  # initials
        ("htjm", {1}),  # from the middle
        ("YZ", {1, 4}),
        ("h", {1, 2, 3, 4}),  # a single letter: of KH-…, not of the initials
        ("x", set()),  # although 械 begins with it
        ("100%", {4}),
        ("%", set()),
        ("_", set()),
        ("0%2", {1, 2, 3, 4} & {2, 3, 4, 1}),
        ("", set()),
        ("   ", set()),
        ("'; DROP TABLE search_doc", set()),
        ('"恒拓" OR 白鹭', set()),
        ("恒拓*", {1}),
        ("不存在的名字", set()),
    ],
)
def test_a_piece_is_enough(filled: Any, query: str, things: set[int]) -> None:
    if query == "0%2":  # the sign is folded away, it is no wildcard
        things = found(filled, "02")
    assert found(filled, query) == things


def test_kinds_are_kept_apart(filled: Any) -> None:
    assert found(filled, "恒拓", "opinion") == {1}
    assert found(filled, "泵漏", "customer") == set()


def test_what_changes_is_found_by_its_new_text_only(filled: Any) -> None:
    put("customer", 1, "望川松果医疗器械有限公司", initials="wcsg")
    filled.commit()
    assert found(filled, "恒拓") == set()
    assert found(filled, "松果") == {1}
    assert found(filled, "yzht") == set()
    put("customer", 1, "望川松果医疗器械有限公司", initials="wcsg")  # once more, the same
    assert found(filled, "wcsg") == {1}


def test_what_is_dropped_is_not_found(filled: Any) -> None:
    drop("customer", 1, 2)
    filled.commit()
    assert found(filled, "恒拓") == found(filled, "白鹭") == set()
    assert found(filled, "恒拓", "opinion") == {1}


def test_what_is_rolled_back_is_not_found(filled: Any) -> None:
    put("customer", 9, "沧屿远洋冷链物流有限公司")
    assert found(filled, "冷链") == {9}
    filled.rollback()
    assert found(filled, "冷链") == set()


def test_it_is_a_subquery(filled: Any) -> None:
    query = select(SearchDoc.thing_id).where(
        SearchDoc.kind == "customer",
        SearchDoc.thing_id.in_(matches("customer", "云州")),
        SearchDoc.thing_id.in_(matches("opinion", "云州")),
    )
    assert filled.scalars(query).all() == [1]


def test_a_rare_character_is_found(session: Any) -> None:
    put("customer", 5, "云州𬭎𠮷铸造厂 Ünïcode")
    assert found(session, "𬭎𠮷") == {5}
    assert found(session, "𠮷") == {5}
    assert found(session, "ünï") == {5}


text = st.text(alphabet="云州恒拓机械ab12 -（", max_size=12)


@given(text, text)
def test_the_tokens_of_a_piece_are_tokens_of_the_whole(one: str, other: str) -> None:
    whole = folded(one + other)
    tokens = set(terms_of(lines([one + other])).split(" "))
    for start in range(len(whole)):
        for end in range(start + 1, len(whole) + 1):
            assert set(terms_for(whole[start:end])) <= tokens


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(text, min_size=1, max_size=6), st.text(alphabet="云州恒拓机械ab12", min_size=1, max_size=3))
def test_the_index_finds_what_reading_all_would_find(session: Any, texts: list[str], query: str) -> None:
    put_many("any", [(n, [one], "") for n, one in enumerate(texts)])
    assert found(session, query, "any") == {n for n, one in enumerate(texts) if query in folded(one)}
    drop("any", *range(len(texts)))
