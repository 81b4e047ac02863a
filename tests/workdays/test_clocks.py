"""What a clock says, at a moment one can count from."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from crm.kernel.clock import OFFICE
from crm.workdays import Calendar, clock, days_clock, deadline
from crm.workdays.clocks import DAY, working_minutes

PUBLISHED = Calendar()
FRIDAY = "2026-11-20 09:42"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE).astimezone(UTC)


def said(due: str, now: str = FRIDAY, **more: str) -> tuple[str, str]:
    moments = {key: at(value) for key, value in more.items() if key != "prefix"}
    shown = clock(at(due), now=at(now), calendar=PUBLISHED, prefix=more.get("prefix", ""), **moments)  # type: ignore[arg-type]
    assert shown is not None
    return shown.kind, shown.text


@pytest.mark.rule("ARC-4")
def test_a_deadline_is_six_in_the_evening_of_the_working_day() -> None:
    assert deadline(date(2026, 1, 9), 2, PUBLISHED) == datetime(2026, 1, 13, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "now", "kind", "text"),
    [
        ("2026-11-23 18:00", "2026-11-20 10:00", "ok", "还剩 1 个工作日 8 小时"),
        ("2026-11-24 18:00", "2026-11-20 10:00", "ok", "还剩 2 个工作日 8 小时"),
        ("2026-11-24 18:00", "2026-11-20 19:30", "ok", "还剩 2 个工作日"),
        ("2026-11-24 18:00", "2026-11-21 12:00", "ok", "还剩 2 个工作日"),  # a Saturday takes nothing
        ("2026-11-23 13:00", FRIDAY, "ok", "还剩 1 个工作日 3 小时"),
        ("2026-11-26 18:00", FRIDAY, "ok", "还剩 4 个工作日"),
        ("2026-11-20 11:30", FRIDAY, "near", "还剩 1 小时 48 分"),
        ("2026-11-20 15:42", FRIDAY, "near", "还剩 6 小时"),
        ("2026-11-20 10:00", FRIDAY, "near", "还剩 18 分"),
        ("2026-11-20 09:42", FRIDAY, "near", "还剩 1 分"),
        ("2026-11-21 14:00", "2026-11-21 10:00", "near", "还剩 4 小时"),  # a Saturday: time on the wall
        ("2026-02-24 09:00", "2026-02-16 09:00", "ok", "还剩 8 天"),  # all of the Spring Festival
        ("2026-11-18 16:20", FRIDAY, "late", "逾期 1 个工作日 2 小时"),
        ("2026-11-19 15:40", FRIDAY, "late", "逾期 3 小时"),
        ("2026-11-20 09:00", FRIDAY, "late", "逾期 42 分"),
        ("2026-11-20 18:00", "2026-11-21 12:00", "late", "已到期"),
        ("2026-02-13 18:00", "2026-02-24 09:00", "late", "逾期 1 个工作日"),  # the make-up Saturday
    ],
)
def test_a_clock_tells_the_working_time_left_or_gone(
    app: Flask, due: str, now: str, kind: str, text: str
) -> None:
    with app.test_request_context():
        assert said(due, now) == (kind, text)


def test_a_clock_is_near_in_its_last_quarter(app: Flask) -> None:
    with app.test_request_context():
        # 4 working days of 9 hours: the last quarter begins with the last day
        assert said("2026-11-20 18:00", "2026-11-19 16:00", start="2026-11-16 18:00")[0] == "ok"
        assert said("2026-11-20 12:00", "2026-11-19 17:00", start="2026-11-16 18:00")[0] == "near"


def test_a_clock_of_an_unpublished_year_is_tentative(app: Flask) -> None:
    with app.test_request_context():
        assert said("2039-02-15 18:00") == ("tentative", "2039-02-15 前（暂定）")
        assert said("2039-02-15 18:00", "2039-02-15 10:00") == ("near", "还剩 8 小时（暂定）")
        assert said("2039-02-15 18:00", "2039-02-16 10:00") == ("late", "逾期 1 小时")


def test_what_is_done_says_how_long_it_took(app: Flask) -> None:
    with app.test_request_context():
        took = said("2026-11-20 10:00", start="2026-11-20 09:00", done_at="2026-11-20 09:18")
        assert took == ("done", "18 分（限 1 小时）")
        assert said("2026-11-20 10:00", done_at="2026-11-20 09:18") == ("done", "按时完成")
        assert said("2026-11-19 18:00", done_at="2026-11-20 11:00") == ("done", "逾期 2 小时完成")


def test_a_clock_says_of_what_and_until_when(app: Flask) -> None:
    with app.test_request_context():
        shown = clock(at("2026-11-23 18:00"), now=at("2026-11-20 10:00"), calendar=PUBLISHED, prefix="入册")
        assert shown is not None
        assert shown.text == "入册还剩 1 个工作日 8 小时"
        assert shown.iso == "2026-11-23T18:00"
        assert shown.title == "截止 2026-11-23 18:00"
        assert clock(None, now=at(FRIDAY)) is None


@pytest.mark.rule("OWN-3")
@pytest.mark.parametrize(
    ("due", "kind", "text"),
    [
        ("2026-11-23", "ok", "首次联系还剩 3 天"),
        ("2026-11-21", "near", "首次联系还剩 1 天"),
        ("2026-11-20", "near", "首次联系今天到期"),
        ("2026-11-19", "late", "首次联系逾期 1 天"),
    ],
)
def test_a_clock_of_days_counts_weekends_too(app: Flask, due: str, kind: str, text: str) -> None:
    with app.test_request_context():
        shown = days_clock(date.fromisoformat(due), date(2026, 11, 20), prefix="首次联系")
        assert shown is not None
        assert (shown.kind, shown.text, shown.iso) == (kind, text, due)
        done = days_clock(date.fromisoformat(due), date(2026, 12, 1), done_on=date(2026, 11, 20))
        assert done is not None
        assert (done.kind, done.text) == ("done", "逾期 1 天完成" if kind == "late" else "按时完成")


moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@given(moments, moments, moments)
def test_working_time_adds_up(one: datetime, two: datetime, three: datetime) -> None:
    a, b, c = sorted((one, two, three))
    first, second = working_minutes(a, b, PUBLISHED), working_minutes(b, c, PUBLISHED)
    assert first >= 0
    assert first + second == working_minutes(a, c, PUBLISHED)


@given(st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_a_day_has_nine_working_hours_or_none(day: date) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=OFFICE)
    minutes = working_minutes(start, start.replace(hour=23, minute=59), PUBLISHED)
    assert minutes == (DAY if PUBLISHED.is_working(day) else 0)
