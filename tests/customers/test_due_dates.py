"""Dates one can count: 9 January 2026 is a Friday, 14 February a Saturday that is worked."""

from datetime import UTC, date, datetime

import pytest

from crm.customers.archive.rules import collected_due, dispatch_due, first_contact_due
from crm.workdays import Calendar

PUBLISHED = Calendar()


@pytest.mark.rule("ARC-4")
@pytest.mark.parametrize(
    ("collected", "due"),
    [
        (date(2026, 1, 9), date(2026, 1, 13)),
        (date(2026, 1, 12), date(2026, 1, 14)),
        (date(2026, 2, 12), date(2026, 2, 14)),
        (date(2026, 2, 13), date(2026, 2, 24)),
        (date(2026, 9, 30), date(2026, 10, 9)),
    ],
)
def test_an_archive_is_in_the_register_within_two_working_days(collected: date, due: date) -> None:
    assert collected_due(collected, PUBLISHED) == datetime(due.year, due.month, due.day, 10, tzinfo=UTC)


@pytest.mark.rule("ARC-5")
def test_an_approved_archive_is_sent_on_the_next_working_day() -> None:
    friday_night = datetime(2026, 1, 9, 15, tzinfo=UTC)  # 23:00 in the office
    assert dispatch_due(friday_night, PUBLISHED) == datetime(2026, 1, 12, 10, tzinfo=UTC)
    saturday = datetime(2026, 1, 9, 17, tzinfo=UTC)  # 01:00 on Saturday in the office
    assert dispatch_due(saturday, PUBLISHED) == datetime(2026, 1, 12, 10, tzinfo=UTC)


@pytest.mark.rule("OWN-3")
def test_a_new_customer_is_contacted_within_seven_days() -> None:
    assert first_contact_due(date(2026, 1, 9)) == date(2026, 1, 16)
