"""The administrator sees what runs by itself, what failed, and sends again what was given up."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from crm.audit import AuditEntry
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.jobs import Outgoing, carries, job, run_due, send
from crm.kernel.jobs.schedule import Daily, Every
from crm.kernel.jobs.tables import PAUSES, TRIES
from crm.notifications import Message
from tests.kernel.ticking import only

PAGE = "/settings/jobs"


@pytest.fixture(autouse=True)
def _only_ours() -> Iterator[None]:
    with only("outbox:deliver"):
        yield


def lost(session: Any, **values: Any) -> int:
    """A delivery that was given up."""
    row = Outgoing(
        topic="test", payload={"address": "不给人看"}, created_at=clock.now(), due_at=clock.now(), tries=TRIES
    )
    row.fault = "OSError · 3F2A"
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.commit()
    return row.id


def test_each_job_stands_with_its_last_run_and_the_next(
    app: Flask, as_: Any, office: Callable[..., None]
) -> None:
    office("2026-01-09 10:00")

    @job("test:good", at="08:30", label="好的任务")
    def good(at: Any) -> None: ...

    @job("test:bad", every=timedelta(minutes=10), label="坏的任务")
    def bad(at: Any) -> None:
        raise ValueError("客户的秘密")

    run_due(app=app)
    page = as_("administrator").get(PAGE).text
    for text in (
        "好的任务",
        "每天 08:30",
        "01-09 10:00",
        "01-10 08:30",
        "坏的任务",
        "每 10 分钟",
        "ValueError · ",
    ):
        assert text in page
    assert "客户的秘密" not in page
    assert page.index("坏的任务") < page.index("好的任务")  # trouble first
    assert "没有在执行" not in page


def test_it_says_when_no_process_runs_the_jobs(app: Flask, as_: Any, office: Callable[..., None]) -> None:
    office("2026-01-09 08:40")

    @job("test:good", at="08:30")
    def good(at: Any) -> None: ...

    administrator = as_("administrator")
    assert "没有在执行" not in administrator.get(PAGE).text
    office("2026-01-09 08:50")
    assert "没有在执行" in administrator.get(PAGE).text
    run_due(app=app)
    assert "没有在执行" not in administrator.get(PAGE).text


def test_what_was_given_up_is_sent_again(as_: Any, session: Any, office: Callable[..., None]) -> None:
    office("2026-01-09 10:00")
    arrived: list[Any] = []
    carries("test", label="邮件")(arrived.append)
    id = lost(session)
    administrator = as_("administrator")
    page = administrator.get(PAGE).text
    assert "0 条待发，1 条没有发出" in page
    assert "邮件" in page
    assert "不给人看" not in page
    assert administrator.post(f"{PAGE}/deliveries/{id}/resending").status_code == 303
    run_due()
    assert len(arrived) == 1
    assert (
        session.scalar(select(AuditEntry.tag).order_by(AuditEntry.seq.desc()).limit(1)) == "outgoing:resend"
    )
    assert "没有发送失败的消息" in administrator.get(PAGE).text


@pytest.mark.parametrize(
    ("state", "said"),
    [({"tries": 2, "due_at": "later"}, "还在自动重试"), ({"sent_at": "later"}, "已经发出")],
)
def test_what_is_not_given_up_is_not_sent_again(as_: Any, session: Any, state: Any, said: str) -> None:
    later = clock.now() + PAUSES[1]
    id = lost(session, **{name: later if value == "later" else value for name, value in state.items()})
    answer = as_("administrator").post(f"{PAGE}/deliveries/{id}/resending")
    assert answer.status_code == 409
    assert said in answer.text


def test_the_ladder_of_the_door(as_: Any, client: Any, session: Any) -> None:
    id = lost(session)
    door = f"{PAGE}/deliveries/{id}/resending"
    assert client.post(door).status_code == 303  # to the sign-in page
    assert as_("general_manager").get(PAGE).status_code == 403
    assert as_("salesperson").post(door).status_code == 403
    administrator = as_("administrator")
    assert administrator.post(f"{PAGE}/deliveries/{id + 1}/resending").status_code == 404
    assert administrator.get(door).status_code == 303  # the page it stands on
    assert administrator.get("/settings").text.count("定时任务") == 1


def test_administrators_are_told_of_what_was_given_up(
    app: Flask, session: Any, cast: Any, office: Callable[..., None]
) -> None:
    office("2026-01-09 10:00")

    @carries("test", label="邮件")
    def fails(payload: Any) -> None:
        raise OSError

    send("test")
    session.commit()
    for pause in (timedelta(0), *PAUSES):
        office(clock.local(clock.now() + pause))
        run_due()
    told = session.execute(select(Message.recipient_id, Message.text, Message.link)).all()
    assert [tuple(row) for row in told] == [
        (cast.administrator.id, "有一条消息多次没能发出：邮件 #1", "/settings/jobs")
    ]


def test_the_words_of_a_schedule(app: Flask) -> None:
    from crm.clockwork.words import when

    said = {
        "每 30 秒": Every(timedelta(seconds=30)),
        "每分钟": Every(timedelta(minutes=1)),
        "每 10 分钟": Every(timedelta(minutes=10)),
        "每小时": Every(timedelta(hours=1)),
        "每 36 小时": Every(timedelta(hours=36)),
        "每天 08:30": Daily(8, 30),
        "每周一 09:05": Daily(9, 5, 0),
    }
    with app.app_context():
        assert [when(schedule) for schedule in said.values()] == list(said)


def test_the_commands_run_and_list(app: Flask, office: Callable[..., None]) -> None:
    office("2026-01-09 10:00")

    @job("test:good", at="08:30")
    def good(at: Any) -> None: ...

    runner = app.test_cli_runner()
    assert runner.invoke(args=["jobs", "run", "--once"]).output == "test:good\n"
    assert runner.invoke(args=["jobs", "run", "--once"]).output == ""
    listed = runner.invoke(args=["jobs", "list"]).output
    assert "test:good" in listed
    assert "2026-01-09 10:00 完成 done" in listed
    assert "下次 next 2026-01-10 08:30" in listed
    with app.app_context():
        db.session.rollback()
