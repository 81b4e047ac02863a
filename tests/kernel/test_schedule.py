"""Slots are pure: every process counts the same ones, however often it looks."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm.kernel.clock import at_office, local
from crm.kernel.jobs.schedule import CAUGHT_UP, Daily, Every, Schedule

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
SPANS = st.timedeltas(timedelta(0), timedelta(days=20))
DAILY = st.builds(Daily, st.integers(0, 23), st.integers(0, 59), st.one_of(st.none(), st.integers(0, 6)))
EVERY = st.builds(Every, st.timedeltas(timedelta(minutes=20), timedelta(days=9)))
SCHEDULES: st.SearchStrategy[Schedule] = st.one_of(DAILY, EVERY)


@given(SCHEDULES, MOMENTS, SPANS, SPANS)
def test_looking_twice_finds_what_looking_once_finds(
    schedule: Schedule, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    whole = schedule.slots(start, end)
    assert whole == schedule.slots(start, middle) + schedule.slots(middle, end)
    assert whole == sorted(set(whole))
    assert all(start < slot <= end for slot in whole)


@given(SCHEDULES, MOMENTS)
def test_newest_and_next_are_neighbours(schedule: Schedule, now: datetime) -> None:
    newest, coming = schedule.newest(now), schedule.next(now)
    assert newest <= now < coming
    assert schedule.slots(newest, coming) == [coming]
    assert schedule.next(newest) == coming


@given(DAILY, MOMENTS)
def test_a_slot_stands_at_its_hour_of_the_offices_clock(schedule: Daily, now: datetime) -> None:
    shown = local(schedule.newest(now))
    assert (shown.hour, shown.minute) == (schedule.hour, schedule.minute)
    assert schedule.weekday in (None, shown.weekday())


@given(SCHEDULES, MOMENTS, SPANS)
def test_what_is_made_good_is_missed_and_no_more_than_a_week_old(
    schedule: Schedule, since: datetime, later: timedelta
) -> None:
    now = since + later
    missed = schedule.missed(schedule.newest(since), now)
    assert missed[-1:] == [schedule.newest(now)] or not missed
    if isinstance(schedule, Every):
        assert len(missed) == 1
    else:
        assert all(now - CAUGHT_UP < slot <= now for slot in missed)
        assert len(missed) <= 7
    assert schedule.missed(None, now) == [schedule.newest(now)]


def test_an_interval_of_a_day_turns_at_the_offices_midnight() -> None:
    assert Every(timedelta(days=1)).newest(at_office(datetime(2026, 1, 9).date(), 15)) == at_office(
        datetime(2026, 1, 9).date(), 0
    )
