"""flask --app app accounts reset-password NAME"""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from crm.kernel import clock
from crm.kernel.database import db

from . import queries
from .models import Throttle, User
from .passwords import hash_password, one_time_password

cli = AppGroup("accounts", help="账号 the accounts")


@cli.command("reset-password")
@click.argument("name")
def reset_password(name: str) -> None:
    """给 NAME 一个一次性密码（锁定的管理员用）。Give NAME (account, phone, e-mail) a one-time password."""
    account = queries.account_of(name)
    if account is None:
        raise click.ClickException(f"没有这个账号 no such account: {name}")
    password = one_time_password()
    hashed = hash_password(password)
    user = db.session.get_one(User, account.id)
    user.change_password(hashed, by=None, at=clock.now(), must_change=True)
    for row in db.session.scalars(select(Throttle).where(Throttle.key == f"user:{user.id}")):
        db.session.delete(row)
    db.session.commit()
    state = "" if user.active else "（账号已停用 the account is disabled）"
    click.echo(f"{user.name} {user.username}{state}")
    click.echo(f"一次性密码 one-time password: {password}")
    click.echo("下次登录时要换成自己的密码。It must be changed at the next sign-in.")
