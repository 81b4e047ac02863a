"""Before the doors open: tables up to date, then a company, the demo's or one's own. Harmless to repeat."""

from dataclasses import dataclass
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy import select

from crm.kernel import schema
from crm.kernel.database import db
from crm.kernel.settings import Settings, demo_password


@dataclass(frozen=True)
class Prepared:
    """What stands: whose company, and how the first person signs in."""

    company: str = ""
    demo: bool = False
    password: str = ""  # of everybody in the demo
    link: str = ""  # path of the one-time set-up page, where no company is


def prepare(app: Flask, demo: bool | None = None) -> Prepared:
    """Bring `app`'s database up to date and see that it can be used; one process at a time.

    `demo`: True loads the sample company where none is set up, False never; None asks the settings, which
    without a word load it only where nothing is set up and the host is this machine.
    """
    settings: Settings = app.config["SETTINGS"]
    wanted = demo if demo is not None else settings.demo
    if wanted is None:
        wanted = settings.on_loopback
    with app.app_context(), schema.alone(db.engine):
        schema.upgrade(db.engine)
        _channels()
        company = _company()
        if company is None and wanted:
            _load_demo(app, demo_password(settings))
            company = _company()
        if company is None:
            return Prepared(link=_link())
        if not company.demo:
            return Prepared(company.short_name)
        return Prepared(company.short_name, demo=True, password=demo_password(settings))


def _channels() -> None:
    from crm.customers.archive.channels import seed_channels

    seed_channels()
    db.session.commit()


def _company() -> Any:
    from crm.accounts import Company

    company = db.session.execute(select(Company.short_name, Company.demo)).first()
    db.session.rollback()  # the next step has its own transaction
    return company


def _load_demo(app: Flask, password: str) -> None:
    from crm import demo

    demo.load(app, password)


def _link() -> str:
    from crm.accounts.setup import one_time_link

    return str(one_time_link())


def init_app(app: Flask) -> None:
    app.cli.add_command(setup)


@click.command("setup")
@click.option("--demo", is_flag=True, help="没有公司时装入示范公司 sample company where none is set up")
def setup(demo: bool) -> None:
    """准备数据库、日历和公司，可重复执行。Prepare database, calendar and company; may be repeated."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    click.echo(told(prepare(app, True if demo else None)))


def told(prepared: Prepared, address: str = "") -> str:
    """The lines that say how to sign in."""
    if prepared.link:
        return f"首次设置，链接只能用一次 set up, the link works once: {address}{prepared.link}"
    if prepared.demo:
        return (
            f"示范公司 sample company: {prepared.company}\n"
            "用户名即角色 user name = role: salesperson, sales_manager, dispatcher, marketing_manager, "
            "archivist, service_agent, service_supervisor, general_manager, administrator …\n"
            f"密码 password: {prepared.password}"
        )
    return f"{prepared.company}：用您的账号登录 sign in with your account"
