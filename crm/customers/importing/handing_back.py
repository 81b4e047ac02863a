"""The rows that did not come in, as a sheet to correct and load again."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from crm.accounts import User
from crm.customers.models import ImportBatch
from crm.kernel import clock

from . import words

#: a spreadsheet would run these as a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(batch: ImportBatch, rows: Iterable[Any]) -> str:
    """CSV with a BOM, as spreadsheets want it: row, result and reason before the columns as they were."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    indexes = [c["index"] for c in batch.columns]
    write([_("行号"), _("结果"), _("原因"), *(plain(c["heading"]) for c in batch.columns)])
    for row in rows:
        reason = words.reason_text(row.reason, row.duplicate_row)
        write([row.number, words.STATUSES[row.status], reason, *_cells(row.cells, indexes)])
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
