"""From bytes to rows of text: the CSV of an office in its encodings, and XLSX. Knows nothing of customers.

The first of four steps, each pure: reading, headings, cleaning, judging.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from crm.kernel.languages import gettext as _

from .refusing import refuse
from .unpacking import refuse_bomb

MOST_ROWS = 100_000
LONGEST_CELL = 131_072  # characters; what a forgotten quote swallows is longer

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

#: (number as people see it in the sheet, cells)
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """One sheet: its rows that are not blank, every cell as text."""

    name: str
    rows: list[Row]


def read(data: bytes) -> list[Table]:
    """The visible sheets of a file, told apart by content, not by name. Refused with what to do about it."""
    if not data.strip():
        refuse(_("文件是空的。"))
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        refuse(_("这是旧版 .xls 文件，或加了密码的工作簿。请去掉密码，另存为 .xlsx 或 CSV 后再导入。"))
    return [Table("", _csv(_text(data)))]


# --- CSV -----------------------------------------------------------------------------------------


def _text(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data, encoding) or refuse(_("文件的编码损坏，请另存为 UTF-8 的 CSV 后再导入。"))
    if b"\x00" in data:
        refuse(_("这不是表格文件。请选择 .xlsx 或 .csv 文件。"))
    text = _decoded(data, "utf-8") or _decoded(data, "gb18030")
    return text or refuse(_("认不出文件的编码，请另存为 UTF-8 的 CSV 或 .xlsx 后再导入。"))


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _csv(text: str) -> list[Row]:
    head = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max(",\t;", key=head.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _kept(enumerate(reader, 1))
    except csv.Error:
        refuse(_("第 %(line)s 行附近的引号不成对，无法分清各列。请检查后再导入。", line=reader.line_num))


# --- XLSX ----------------------------------------------------------------------------------------


def _workbook(data: bytes) -> list[Table]:
    refuse_bomb(data, MOST_ROWS)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [
            s.name
            for s in book.sheets_metadata
            if s.visible == SheetVisibleEnum.Visible and s.typ == SheetTypeEnum.WorkSheet
        ]
        return [Table(name, _sheet(book.get_sheet_by_name(name))) for name in visible]
    except PasswordError:
        refuse(_("工作簿加了密码。请去掉密码后再导入。"))
    except CalamineError:
        refuse(_("工作簿损坏，打不开。请用表格软件打开并另存一份后再导入。"))


def _sheet(sheet: Any) -> list[Row]:
    return _kept((n, [_said(cell) for cell in cells]) for n, cells in enumerate(sheet.iter_rows(), 1))


def _said(cell: Any) -> str:
    """A cell as text; a formula is what it came to when the file was saved, an error is nothing."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


# --- both ----------------------------------------------------------------------------------------


def _kept(rows: Iterator[Row]) -> list[Row]:
    kept = []
    for number, cells in rows:
        if not any(cell and not cell.isspace() for cell in cells):
            continue
        kept.append((number, cells))
        if len(kept) > MOST_ROWS + 1:  # and the headings
            refuse(_("超过 %(n)s 行。请分成几个文件导入。", n=f"{MOST_ROWS:,}"))
    return kept
