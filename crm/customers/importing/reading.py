"""From bytes to rows of text: the CSV of an office in its encodings, and XLSX. Knows nothing of customers.

The first of four steps, each pure: reading, headings, cleaning, judging.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NoReturn

from flask_babel import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from crm.kernel.errors import Refused

MOST_ROWS = 100_000
#: bytes of an XLSX once unpacked; a hundred thousand rows of thirty columns need about a third
MOST_UNPACKED = 400 * 1024 * 1024
MOST_COLUMNS = 500
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


def refuse(text: str) -> NoReturn:
    """Say what is wrong with the file, beside the field of the form."""
    raise Refused(text, fields={"file": text})


# --- CSV -----------------------------------------------------------------------------------------


def _text(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data, encoding) or refuse(_("文件的编码损坏，请另存为 UTF-8 的 CSV 后再导入。"))
    if b"\x00" in data:
        refuse(_("这不是表格文件。请选择 .xlsx 或 .csv 文件。"))
    for encoding in ("utf-8", "gb18030"):
        if text := _decoded(data, encoding):
            return text
    refuse(_("认不出文件的编码，请另存为 UTF-8 的 CSV 或 .xlsx 后再导入。"))


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
    _refuse_bomb(data)
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
    if sheet.total_width > MOST_COLUMNS:
        refuse(_("工作表「%(name)s」超过 %(n)s 列。请只保留客户名单。", name=sheet.name, n=MOST_COLUMNS))
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


def _refuse_bomb(data: bytes) -> None:
    """Unpack to nowhere, counting: what the archive says about its own size need not be true."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                refuse(_("这不是 .xlsx 工作簿。请选择 .xlsx 或 .csv 文件。"))
            if any(member.flag_bits & 1 for member in archive.infolist()):
                refuse(_("工作簿加了密码。请去掉密码后再导入。"))
            members = archive.infolist()
    except zipfile.BadZipFile:
        refuse(_("工作簿损坏，打不开。请用表格软件打开并另存一份后再导入。"))
    left = MOST_UNPACKED
    for member in members:
        left -= _unpacked(data, member, left)
        if left < 0:
            refuse(_("工作簿解开后超过 %(n)s MB，没有读取。请分成几个文件导入。", n=MOST_UNPACKED >> 20))


def _unpacked(data: bytes, member: zipfile.ZipInfo, most: int) -> int:
    """Bytes that a member of the archive unpacks to; counting stops above `most`."""
    head = member.header_offset
    names = int.from_bytes(data[head + 26 : head + 28], "little") + int.from_bytes(
        data[head + 28 : head + 30], "little"
    )
    packed = memoryview(data)[head + 30 + names :][: member.compress_size]
    if member.compress_type != zipfile.ZIP_DEFLATED:
        return len(packed)
    inflate, size = zlib.decompressobj(-15), 0
    try:
        for start in range(0, len(packed), 1 << 16):
            chunk = packed[start : start + (1 << 16)]
            while chunk and size <= most:
                size += len(inflate.decompress(chunk, 1 << 20))
                chunk = memoryview(inflate.unconsumed_tail)
    except zlib.error:
        refuse(_("工作簿损坏，打不开。请用表格软件打开并另存一份后再导入。"))
    return size


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
