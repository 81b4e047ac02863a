"""flask --app app jobs run | list"""

import signal

import click
from flask import current_app
from flask.cli import AppGroup

from crm.kernel import clock
from crm.kernel.frame import minute
from crm.kernel.jobs import Clockwork, run_due

from . import queries, words

cli = AppGroup("jobs", help="定时任务 what runs by itself")

STATES = {
    "done": "完成 done",
    "fault": "失败 failed",
    "running": "正在执行 running",
    "interrupted": "中断 interrupted",
    "never": "还没有 never",
}


@cli.command("run")
@click.option("--once", is_flag=True, help="只做现在到期的，然后结束 what is due now, then end")
def run(once: bool) -> None:
    """单独执行定时任务，直到 Ctrl+C；网页进程设 CRM_JOBS=0。Run the jobs in a process of their own."""
    if once:
        for name in run_due():
            click.echo(name)
        return
    clockwork = Clockwork(current_app._get_current_object())  # type: ignore[attr-defined]
    signal.signal(signal.SIGTERM, lambda *_: clockwork.stop())
    click.echo("定时任务已开始，Ctrl+C 停止。Running the jobs; Ctrl+C stops.")
    try:
        clockwork.run()
    except KeyboardInterrupt:
        clockwork.stop()


@cli.command("list")
def show() -> None:
    """每项任务上次、下次什么时候执行。When each job ran last and runs next."""
    now = clock.now()
    for line in queries.lines(now):
        click.echo(
            f"{line.job.name:28} {words.when(line.job.schedule)}  上次 last {minute(line.at)} "
            f"{STATES[line.state]}  下次 next {minute(line.next)}  {line.fault}".rstrip()
        )
    outbox = queries.counts(now)
    click.echo(f"待发 waiting: {outbox.waiting}  没有发出 given up: {outbox.given_up}")
