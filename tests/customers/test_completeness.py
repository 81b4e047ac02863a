"""Each archive shows how complete its four chapters are (ARC-17)."""

import pytest

from crm.customers.archive.fields import FIELDS, Chapter
from crm.customers.archive.rules import completeness

pytestmark = pytest.mark.rule("ARC-17")


def test_an_empty_archive_has_nothing() -> None:
    assert completeness({}) == {
        "basics": 0,
        "characteristics": 0,
        "business": 0,
        "dealings": 0,
        "total": 0,
    }


def test_a_full_archive_has_everything() -> None:
    values: dict[str, dict[str, object]] = {}
    for field in FIELDS:
        values.setdefault(field.part, {})[field.key] = "x"
    assert set(completeness(values).values()) == {100}


def test_each_chapter_is_counted_by_itself() -> None:
    full = {"business": {f.key: "x" for f in FIELDS if f.chapter is Chapter.BUSINESS}}
    cents = completeness(full)
    assert (cents["business"], cents["dealings"]) == (100, 0)
    assert 0 < cents["total"] < 50


def test_what_is_known_of_a_person_does_not_count() -> None:
    named = completeness({"basics": {"owner_name": "周"}})
    assert completeness({"basics": {"owner_name": "周"}, "basics.sealed": {"owner_hobbies": "钓鱼"}}) == named


@pytest.mark.rule("CUS-2")
def test_what_is_sensitive_does_not_count() -> None:
    """The number is for everybody."""
    assert completeness({"dealings.sealed": {"credit_standing": "差", "terms": "月结"}})["total"] == 0
    assert completeness({"dealings.sealed": {"credit_standing": "差"}})["dealings"] == 0


def test_a_mandatory_field_counts_double_and_blanks_do_not() -> None:
    name = completeness({"basics": {"name": "云州恒拓"}})["basics"]
    assert name >= 2 * completeness({"basics": {"website": "x.cn"}})["basics"] - 1
    assert completeness({"basics": {"name": "", "staff": None}})["basics"] == 0
    assert completeness({"basics": {"staff": 0}})["basics"] > 0  # nobody employed is an answer
