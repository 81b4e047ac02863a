"""The administrator adjusts the calendar."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm import workdays
from crm.audit import AuditEntry
from crm.workdays.models import CalendarDay

FRIDAY = date(2026, 3, 6)
FREE = {"day": "2026-03-06", "working": "0", "note": "公司年会"}


def test_an_administrator_frees_a_day_and_deadlines_follow(app: Flask, as_: Any, session: Any) -> None:
    admin = as_("administrator")
    assert workdays.calendar().add(date(2026, 3, 5), 1) == FRIDAY
    assert admin.post("/settings/workdays/2026/days", data=FREE).status_code == 303
    assert workdays.calendar().add(date(2026, 3, 5), 1) == date(2026, 3, 9)
    page = admin.get("/settings/workdays/2026").text
    assert "公司年会" in page
    assert admin.post("/settings/workdays/days/2026-03-06/removal").status_code == 303
    assert workdays.calendar().is_working(FRIDAY)
    tags = session.scalars(select(AuditEntry.tag).order_by(AuditEntry.seq)).all()
    assert tags[-2:] == ["calendar:set", "calendar:remove"]


def test_a_day_that_is_so_already_is_refused(as_: Any, session: Any) -> None:
    admin = as_("administrator")
    answer = admin.post("/settings/workdays/2026/days", data=FREE | {"working": "1"})
    assert answer.status_code == 409
    assert "这一天本来就上班" in answer.text
    assert "公司年会" in answer.text  # what was typed is kept
    assert session.scalar(select(func.count()).select_from(CalendarDay)) == 0


@pytest.mark.parametrize("wrong", [{"day": "2026-02-30"}, {"day": ""}, {"note": ""}, {"working": "2"}])
def test_a_wrong_form_is_shown_again(as_: Any, wrong: dict[str, str]) -> None:
    assert as_("administrator").post("/settings/workdays/2026/days", data=FREE | wrong).status_code == 422


def test_a_year_outside_of_the_table_is_not_there(as_: Any) -> None:
    admin = as_("administrator")
    assert admin.get("/settings/workdays/1999").status_code == 404
    assert admin.post("/settings/workdays/days/2026-03-06/removal").status_code == 404
    assert admin.post("/settings/workdays/days/never/removal").status_code == 404
    assert admin.get("/settings/workdays/2026/check").status_code == 405
    assert admin.get("/settings/workdays/2026/days").location == "/settings/workdays/2026"
    assert admin.post("/settings/workdays/2026/days", data=FREE | {"day": "1999-03-06"}).status_code == 409


def test_only_an_administrator_opens_the_calendar(client: Any, as_: Any) -> None:
    assert client.get("/settings/workdays/2026").status_code == 303
    assert as_("salesperson").get("/settings/workdays/2026").status_code == 403
    assert as_("general_manager").post("/settings/workdays/2026/days", data=FREE).status_code == 403
    assert as_("administrator").get("/settings/workdays").status_code == 303


def test_a_year_checked_against_the_notice_is_no_longer_provisional(
    app: Flask, as_: Any, session: Any
) -> None:
    admin = as_("administrator")
    assert "暂定" in admin.get("/settings/workdays/2039").text
    assert admin.post("/settings/workdays/2039/check", data={"checked": "y"}).status_code == 303
    assert not workdays.calendar().provisional(date(2039, 5, 5))
    assert "取消核对" in admin.get("/settings/workdays/2039").text
    admin.post("/settings/workdays/2039/check", data={})
    assert workdays.calendar().provisional(date(2039, 5, 5))


def test_another_process_sees_the_change_within_a_minute(app: Flask, session: Any, monkeypatch: Any) -> None:
    workdays.calendar()
    keep = workdays.current.forget
    monkeypatch.setattr("crm.workdays.current.forget", lambda: None)  # as if somebody else had committed
    CalendarDay.set(FRIDAY, False, "年会", by=None, at=workdays.clocks._EPOCH)
    session.commit()
    assert workdays.calendar().is_working(FRIDAY)
    monkeypatch.setattr("crm.workdays.current.LOOK_EVERY", 0)
    assert not workdays.calendar().is_working(FRIDAY)
    keep()


def test_a_change_that_is_rolled_back_changes_nothing(app: Flask, session: Any) -> None:
    CalendarDay.set(FRIDAY, False, "年会", by=None, at=workdays.clocks._EPOCH)
    session.rollback()
    assert workdays.calendar().is_working(FRIDAY)


def test_the_command_prints_what_differs_from_monday_to_friday(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(args=["workdays", "show", "2026"]).output
    assert printed.startswith("2026：248 个工作日")
    assert "2026-02-14 六 上班 worked 调休上班" in printed
    assert "2026-02-17 二 休息 free   春节" in printed
