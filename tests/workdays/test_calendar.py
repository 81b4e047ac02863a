"""Days one can count on the State Council's calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.workdays import Calendar

PUBLISHED = Calendar()
days = st.dates(date(2008, 1, 1), date(2043, 12, 31))  # beyond the table on both ends
counts = st.integers(1, 300)


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
        "2025-10-11",
        "2024-02-04",
    ],
)
def test_a_make_up_day_on_a_weekend_is_worked(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert PUBLISHED.is_working(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-02",
        "2026-02-16",
        "2026-02-20",
        "2026-02-23",
        "2026-04-06",
        "2026-05-05",
        "2026-06-19",
        "2026-10-07",
    ],
)
def test_a_weekday_of_a_holiday_is_free(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5
    assert not PUBLISHED.is_working(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        ("2026-01-09", 2, "2026-01-13"),  # Friday, then Monday, Tuesday
        ("2026-01-10", 1, "2026-01-12"),  # a Saturday does not count itself
        ("2026-02-13", 1, "2026-02-14"),  # the Saturday before the Spring Festival is worked
        ("2026-02-13", 2, "2026-02-24"),  # nine free days
        ("2026-02-27", 1, "2026-02-28"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-10-09", 1, "2026-10-10"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2026-01-13", -2, "2026-01-09"),
        ("2026-02-24", -1, "2026-02-14"),
        ("2026-01-13", 0, "2026-01-13"),
    ],
)
def test_the_nth_working_day_is_counted_on_the_chinese_calendar(day: str, n: int, then: str) -> None:
    assert PUBLISHED.add(date.fromisoformat(day), n) == date.fromisoformat(then)


@pytest.mark.parametrize(
    ("year", "worked"), [(2013, 250), (2020, 249), (2024, 251), (2025, 248), (2026, 248)]
)
def test_a_year_has_the_working_days_of_its_notice(year: int, worked: int) -> None:
    assert PUBLISHED.between(date(year - 1, 12, 31), date(year, 12, 31)) == worked


def test_a_year_without_notice_is_provisional_and_knows_the_statutory_holidays() -> None:
    assert not PUBLISHED.provisional(date(2026, 12, 31))
    assert PUBLISHED.provisional(date(2039, 1, 1))
    assert not PUBLISHED.is_working(date(2039, 10, 3))  # a Monday
    assert PUBLISHED.is_working(date(2039, 10, 10))
    assert not Calendar(checked=[2039]).provisional(date(2039, 1, 1))


def test_an_override_goes_before_the_published_calendar() -> None:
    own = Calendar({date(2026, 3, 6): False, date(2026, 3, 7): True})  # a Friday and the Saturday after it
    assert own.add(date(2026, 3, 5), 1) == date(2026, 3, 7)
    assert PUBLISHED.add(date(2026, 3, 5), 1) == date(2026, 3, 6)


@given(days, counts)
def test_adding_lands_on_a_working_day_and_counting_gives_it_back(day: date, n: int) -> None:
    then = PUBLISHED.add(day, n)
    assert PUBLISHED.is_working(then)
    assert PUBLISHED.between(day, then) == n
    assert PUBLISHED.between(then, day) == -n


@given(days, days, counts)
def test_who_begins_later_does_not_end_earlier(one: date, other: date, n: int) -> None:
    early, late = sorted((one, other))
    assert PUBLISHED.add(early, n) <= PUBLISHED.add(late, n)
    assert PUBLISHED.add(early, n) < PUBLISHED.add(early, n + 1)


@given(days, st.integers(0, 400))
def test_between_counts_the_working_days_one_by_one(day: date, length: int) -> None:
    end = day + timedelta(length)
    one_by_one = sum(PUBLISHED.is_working(day + timedelta(n)) for n in range(1, length + 1))
    assert PUBLISHED.between(day, end) == one_by_one


@given(days)
def test_the_next_working_day_is_the_first_after(day: date) -> None:
    then = PUBLISHED.next_working(day)
    assert then > day
    assert PUBLISHED.is_working(then)
    assert not any(PUBLISHED.is_working(day + timedelta(n)) for n in range(1, (then - day).days))
