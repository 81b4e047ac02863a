"""The two working days follow the calendar that is in force, also when it is changed later (ARC-4)."""

from datetime import date

import pytest

from crm.kernel import clock
from crm.workdays.models import CalendarDay

from .entries import archive, the


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


def close_on(day, cast):
    CalendarDay.set(day, False, "公司庆典", by=cast.administrator, at=clock.now())


@pytest.mark.rule("ARC-4")
def test_a_day_off_moves_what_is_not_in_the_register_yet(session, cast):
    archive(cast, "in_review")
    session.commit()
    close_on(date(2026, 1, 12), cast)
    session.commit()
    session.refresh(customer := the())
    assert clock.local(customer.due_at).date() == date(2026, 1, 14)


@pytest.mark.rule("ARC-4")
def test_what_is_filed_keeps_the_deadline_it_was_judged_by(session, cast):
    archive(cast, "filed")
    session.commit()
    close_on(date(2026, 1, 12), cast)
    session.commit()
    session.refresh(customer := the())
    assert clock.local(customer.due_at).date() == date(2026, 1, 13)
