"""flask customers: the company's list comes in from the command line, by the same steps as on the screen."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from crm.accounts import Perm, User
from crm.approvals import Review, Verdict
from crm.files import SHEETS, store, tidy_name
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.scope import set_viewer

from .importing import words
from .importing.checking import Checked, check, lay
from .importing.judging import Judged
from .importing.queries import companies
from .importing.register import people_below
from .models import ImportBatch

cli = AppGroup("customers", help="客户档案 customer archives")


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "author_name", required=True, metavar="USER", help="导入人的用户名 who imports")
@click.option("--dry-run", is_flag=True, help="只检查，不写入 check only")
@click.option("--json", "as_json", is_flag=True, help="每行一个 JSON 对象 one JSON object a row")
@click.option("--whole", is_flag=True, help="有一行不能导入就整批不导入 all rows or none")
@click.option(
    "--approve-as", metavar="MANAGER", help="经理随即同意，记为该经理的决定 decided at once by MANAGER"
)
@click.option(
    "--checked", default="以命令行批准，未逐行抽查", help="抽查说明，随审批意见保存 how it was checked"
)
def import_command(
    file: Path,
    author_name: str,
    dry_run: bool,
    as_json: bool,
    whole: bool,
    approve_as: str | None,
    checked: str,
) -> None:
    """导入一份客户名单（.xlsx、.csv），作为一批提交审核。Bring in a list as one batch for review."""
    author = _viewer(author_name)
    if not author.may(Perm.CUSTOMER_IMPORT):
        raise click.ClickException(f"{author_name}: 没有导入权限 may not import")
    try:
        result = check(file.read_bytes(), people=set(people_below(author)), today=clock.today())
        _print(result, as_json)
        if dry_run:
            db.session.rollback()
            return
        batch = _lay(file, result, whole=whole, author=author)
        review = batch.submit(by=author, at=clock.now())
        batch_id, review_id, number = batch.id, review.id, review.number
        db.session.commit()
        click.echo(f"已提交审核 submitted: {number}", err=True)
        if approve_as:
            click.echo(_approve(review_id, batch_id, approve_as, checked), err=True)
    except Refused as refusal:
        db.session.rollback()
        raise click.ClickException(refusal.text) from None


def _viewer(username: str) -> User:
    """Whoever the command speaks for; a session of its own, narrowed to what that person may see."""
    db.session.remove()
    user = db.session.scalar(select(User).where(User.username == username.lower(), User.active))
    if user is None:
        raise click.ClickException(f"{username}: 没有这个在职用户 no such active user")
    set_viewer(db.session, user)
    return user


def _lay(file: Path, result: Checked, *, whole: bool, author: User) -> ImportBatch:
    with file.open("rb") as stream:
        stored = store(FileStorage(stream, filename=file.name), allowed=SHEETS)
    return lay(result, file_name=tidy_name(file.name), stored=stored, whole=whole, by=author, at=clock.now())


def _approve(review_id: int, batch_id: int, username: str, checked: str) -> str:
    manager = _viewer(username)
    review = db.session.scalar(select(Review).where(Review.id == review_id))
    if review is None or not manager.may(Perm.REVIEW_DECIDE):
        raise Refused(_("这张审批单不在您手上。"))
    review.decide(Verdict.APPROVE, by=manager, at=clock.now(), ticks={"sampled": checked})
    db.session.commit()
    batch = db.session.get_one(ImportBatch, batch_id)
    return f"已导入 imported: {batch.valid}"


# --- what is printed -------------------------------------------------------------------------------


def _print(result: Checked, as_json: bool) -> None:
    known = companies({row.duplicate_of_id for row in result.rows if row.duplicate_of_id})
    for row in result.rows:
        if as_json:
            click.echo(json.dumps(_plain(result.sheet, row, known), ensure_ascii=False))
        elif row.warnings or row.reason:
            said = [words.reason_text(row.reason, row.duplicate_row)] if row.reason else []
            said += [words.fault_text(fault) for fault in row.warnings]
            click.echo(
                f"{row.number}\t{words.STATUSES[row.status]}\t{row.record.get('name', '')}\t{'；'.join(said)}"
            )
    counts = Counter(str(row.status) for row in result.rows)
    told = " · ".join(f"{words.STATUSES[status]} {counts[status]}" for status in words.STATUSES)
    unknown = [c.heading for c in result.headings.columns if not c.key]
    click.echo(f"{len(result.rows)} 行: {told}", err=True)
    if unknown:
        click.echo(f"其他列（留在导入记录里）other columns: {'、'.join(unknown)}", err=True)
    if result.other_sheets:
        click.echo(f"没有读的工作表 sheets not read: {'、'.join(result.other_sheets)}", err=True)


def _plain(sheet: str, row: Judged, known: dict[int, Any]) -> dict[str, Any]:
    """One row as JSON. `duplicate_of`: a row of this file, or an archive, named only where one may see it."""
    duplicate: dict[str, Any] | None = None
    if row.duplicate_row is not None:
        duplicate = {"sheet": sheet, "row": row.duplicate_row}
    elif row.duplicate_of_id is not None:
        company = known.get(row.duplicate_of_id)
        duplicate = {"customer": {"name": company.name, "code": company.code} if company else None}
    return {
        "sheet": sheet,
        "row": row.number,
        "status": row.status,
        "record": row.record,
        "warnings": row.warnings,
        "reason": row.reason or None,
        "duplicate_of": duplicate,
    }
