"""The rows that did not come in, as a sheet to correct and load again."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from crm.accounts import User
from crm.customers.models import ImportBatch
from crm.kernel import clock
from crm.kernel.languages import gettext as _

from . import words
from .sealing import opened_cells

#: a spreadsheet would run these as a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(batch: ImportBatch, rows: Iterable[Any], *, reads_sealed: bool) -> str:
    """CSV with a BOM, as spreadsheets want it: row, result and reason before the columns as they were.

    Sensitive columns are empty, and their heading says so, unless the reader may see them (CUS-2).
    """
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    indexes = [c["index"] for c in batch.columns]
    headings = [
        c["heading"] if reads_sealed or not c.get("sealed") else f"{c['heading']}{_('（敏感，未附）')}"
        for c in batch.columns
    ]
    write([_("行号"), _("结果"), _("原因"), *map(plain, headings)])
    for row in rows:
        reason = words.reason_text(row.reason, row.duplicate_row)
        cells = opened_cells(row.cells, row.record) if reads_sealed else row.cells
        write([row.number, words.STATUSES[row.status], reason, *_cells(cells, indexes)])
    return "\ufeff" + out.getvalue()


def file_name(batch: ImportBatch, who: User, now: datetime) -> str:
    """Says who took it and when (CUS-6)."""
    stem = batch.file_name.rpartition(".")[0] or batch.file_name
    return f"{stem}-未导入-{who.name}-{clock.local(now):%Y%m%d-%H%M}.csv"


def plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cells(cells: Sequence[str], indexes: Sequence[int]) -> list[str]:
    return [plain(cells[n]) if n < len(cells) else "" for n in indexes]
