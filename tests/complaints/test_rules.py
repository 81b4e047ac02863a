"""Words, ranks, numbers and dates."""

from datetime import date

import pytest

from crm.complaints import rules


@pytest.mark.rule("CMP-2")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3 号泵密封泄漏，操作员左手灼伤，已就医", ["泄漏", "灼伤", "就医"]),
        ("再不处理就找律师起诉，还要找媒体曝光", ["律师", "起诉", "媒体", "曝光"]),
        ("打了 12315，市场监督管理局会来", ["12315", "市场监督"]),
        ("泵不上水，希望换一台", []),
        ("泵体泄漏，无人受伤", ["泄漏"]),
        ("没有人受伤，未造成人员伤亡", []),
        ("没有造成任何人员伤亡", []),
        ("受伤了，受伤的人已送医", ["受伤", "送医"]),
        ("", []),
    ],
)
def test_words_that_speak_for_a_serious_case(text, words):
    assert rules.alarming(text) == words


@pytest.mark.rule("CMP-2")
def test_serious_ones_stand_first_and_closed_ones_last():
    order = [
        ("serious", "registered"), ("general", "registered"), ("general", "assigned"),
        ("general", "answered"), ("serious", "closed"), ("general", "closed"),
    ]  # fmt: skip
    ranks = [rules.rank(*each) for each in order]
    assert ranks == sorted(ranks)
    assert rules.rank("serious", "answered") == rules.rank("serious", "registered")


def test_a_letter_has_the_company_s_sign_and_a_number():
    assert rules.letter_number("明澜泵业", 2026, 1) == "明澜函〔2026〕001 号"
    assert rules.letter_number("明澜泵业", 2026, 1038) == "明澜函〔2026〕1038 号"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 20), "二〇二六年十一月二十日"),
        (date(2030, 1, 1), "二〇三〇年一月一日"),
        (date(2026, 10, 31), "二〇二六年十月三十一日"),
        (date(2026, 12, 12), "二〇二六年十二月十二日"),
    ],
)
def test_dates_on_paper(day, words):
    assert rules.paper_date(day) == words


def test_a_title_is_the_first_sentence():
    assert rules.title_of("泵漏液。已经停产两小时。") == "泵漏液"
    assert len(rules.title_of("字" * 200)) == 30
    assert rules.paragraphs("一\n\n  二  \n") == ["一", "二"]
