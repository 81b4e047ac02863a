"""flask --app app workdays show 2026"""

from datetime import date, timedelta

import click
from flask.cli import AppGroup

from .calendar import FIRST, LAST
from .current import calendar
from .queries import day_names

cli = AppGroup("workdays", help="工作日历 the working-day calendar")


@cli.command("show")
@click.argument("year", type=click.IntRange(FIRST, LAST))
def show(year: int) -> None:
    """Print what differs from Monday to Friday in YEAR."""
    now, names = calendar(), day_names(year)
    start = date(year, 1, 1)
    days = [start + timedelta(n) for n in range((date(year + 1, 1, 1) - start).days)]
    worked = sum(now.is_working(day) for day in days)
    mark = "（暂定 provisional）" if now.provisional(start) else ""
    click.echo(f"{year}{mark}：{worked} 个工作日 working days")
    for day in days:
        working = now.is_working(day)
        if working != (day.weekday() < 5):
            word = "上班 worked" if working else "休息 free  "
            own = " *" if day in now.overrides else ""
            click.echo(f"{day} {'一二三四五六日'[day.weekday()]} {word} {names.get(day, '')}{own}")
