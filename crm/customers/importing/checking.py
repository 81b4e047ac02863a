"""A file checked row by row (the dry run), and the batch that keeps the result until it is reviewed."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crm.accounts import User
from crm.audit import record
from crm.customers.models import ImportBatch, ImportRow
from crm.files import StoredFile
from crm.kernel.bulk import insert_many
from crm.kernel.database import db
from crm.kernel.languages import gettext as _

from .cleaning import clean
from .headings import Column, Headings, find
from .judging import TAKEN, Judged, Status, judge, keys_of
from .reading import read
from .refusing import refuse
from .register import known_in_register
from .sealing import seal, sealed_columns


@dataclass(frozen=True)
class Checked:
    """What a file would bring."""

    sheet: str
    headings: Headings
    rows: list[Judged]
    other_sheets: list[str]  # visible, but not read

    def count(self, *statuses: Status) -> int:
        counts = Counter(row.status for row in self.rows)
        return sum(counts[status] for status in statuses)


def check(data: bytes, *, people: Collection[str], today: date) -> Checked:
    """Read and judge a file without writing anything. Refused where it is no list of customers."""
    tables = read(data)
    found = next(((table, headings) for table in tables if (headings := find(table.rows))), None)
    if found is None:
        refuse(
            _(
                "没有找到“客户名称”这一列。请在数据上方用一行写明各列名称，如：客户名称、税号、省份、城市、地址。"
            )
        )
    table, headings = found
    cleaned = [
        row
        for number, cells in table.rows
        if number > headings.row
        and (row := clean(number, cells, headings, today=today, people=people)) is not None
    ]
    if not cleaned:
        refuse(_("列名下面没有一行数据。"))
    register = known_in_register(keys_of(row.record for row in cleaned if not row.reason))
    others = [t.name for t in tables if t is not table and t.rows]
    return Checked(table.name, headings, list(judge(cleaned, register)), others)


def lay(
    checked: Checked, *, file_name: str, stored: StoredFile | None, whole: bool, by: User, at: datetime
) -> ImportBatch:
    """Keep a checked file as a batch, for its author to look at and submit."""
    sealed = sealed_columns(checked.headings.columns)
    batch = ImportBatch(
        file_name=file_name,
        file_id=stored.id if stored else None,
        sheet=checked.sheet,
        columns=[
            {"index": c.index, "heading": c.heading, "key": c.key, "sealed": c in sealed}
            for c in checked.headings.columns
        ],
        whole=whole,
        author=by,
        author_id=by.id,
        department_id=by.department_id,
        created_at=at,
        total=len(checked.rows),
        valid=checked.count(*TAKEN),
        warned=checked.count(Status.WARNED),
        duplicates=checked.count(Status.DUPLICATE),
        rejected=checked.count(Status.REJECTED),
    )
    db.session.add(batch)
    db.session.flush()
    insert_many(ImportRow, (_row(batch.id, row, sealed) for row in checked.rows))
    record("import:check", batch, by=by, at=at, file=file_name, total=batch.total, valid=batch.valid)
    return batch


def _row(batch_id: int, row: Judged, sealed: Sequence[Column]) -> dict[str, object]:
    kept, warnings, cells = seal(row, sealed)
    return {
        "batch_id": batch_id,
        "number": row.number,
        "status": row.status,
        "record": kept,
        "warnings": warnings,
        "cells": cells,
        "reason": row.reason,
        "duplicate_row": row.duplicate_row,
        "duplicate_of_id": row.duplicate_of_id,
    }
