"""Taking away what nothing refers to any more."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import delete, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from crm.kernel import clock
from crm.kernel.database import Base, db
from crm.kernel.jobs import job
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.scope import as_everyone

from .models import StoredFile
from .store import place_of

cli = AppGroup("files", help="附件 stored files")

#: younger ones may belong to a form that is being filled in
KEEP = timedelta(days=1)


def sweep() -> int:
    """Remove contents nothing refers to and files without a row, older than a day; gives how many.

    Files go before the commit and under the lock of their row: an upload of the same content waits, and then
    puts it back.
    """
    removed = 0
    with as_everyone("sweep stored files") as session:
        gone = (
            delete(StoredFile)
            .where(StoredFile.stored_at < clock.now() - KEEP, StoredFile.id.not_in(_referred()))
            .returning(StoredFile.sha256)
            .execution_options(synchronize_session=False)
        )
        for sha256 in session.scalars(gone).all():
            place_of(sha256).unlink(missing_ok=True)
            removed += 1
        for path in _old_files():
            removed += _remove_orphan(session, path)
    return removed


def _referred() -> Any:
    """SELECT of the ids some table refers to."""
    columns = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table is StoredFile.__table__ for key in column.foreign_keys)
    ]
    return union_all(*(select(column).where(column.is_not(None)) for column in columns))


def _old_files() -> list[Path]:
    folder: Path = current_app.config["SETTINGS"].instance / "files"
    oldest = (clock.now() - KEEP).timestamp()
    return [p for p in folder.glob("*/*") if p.is_file() and p.stat().st_mtime < oldest]


def _remove_orphan(session: Any, path: Path) -> int:
    if path.parent.name == "tmp":
        path.unlink(missing_ok=True)
        return 1
    sha256 = path.parent.name + path.name
    dialect: Any = {"postgresql": postgresql, "sqlite": sqlite}[db.engine.dialect.name]
    # a row of its own claims the content: whoever uploads it just now waits for the end of the sweep
    claim = dialect.insert(StoredFile).values(sha256=sha256, size=0, mime="", stored_at=clock.now())
    claimed = session.scalar(claim.on_conflict_do_nothing().returning(StoredFile.id))
    if claimed is None:
        return 0
    path.unlink(missing_ok=True)
    session.execute(delete(StoredFile).where(StoredFile.id == claimed))
    return 1


@job("files:sweep", at="03:30", label=_l("删除没有任何记录引用的附件"), in_pieces=True)
def sweep_nightly(_at: datetime) -> None:
    sweep()


@cli.command("sweep")
def sweep_command() -> None:
    """删除没有任何记录引用、存放超过一天的附件。Remove what nothing refers to, older than a day."""
    click.echo(f"已删除 removed: {sweep()}")
