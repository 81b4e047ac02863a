"""Before a workbook is read: how large it is once unpacked, and how far out its cells lie. Pure.

The reader makes a grid up to the outermost cell, so that a kilobyte with one cell in the last corner of a
sheet would take all memory. What the archive and the sheet say of their own size need not be true.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, NoReturn
from xml.parsers import expat

from crm.kernel.languages import gettext as _

from .refusing import refuse

#: bytes of an XLSX once unpacked; a hundred thousand rows of thirty columns need about a third
MOST_UNPACKED = 400 * 1024 * 1024
MOST_COLUMNS = 200
#: of the grid between the first corner and the outermost cell, empty ones too
MOST_CELLS = 6_000_000
#: rows of a title above the headings, beside the rows that are counted as customers
TITLE_ROWS = 30

#: parts by which the reader would take the archive for another kind of workbook, with bombs of its own
_OTHER_KINDS = {"xl/workbook.bin", "content.xml"}
_LINKS = "xl/_rels/workbook.xml.rels"
_PLACE = re.compile(r"([A-Za-z]{1,4})(\d{1,9})")


def refuse_bomb(data: bytes, most_rows: int) -> None:
    """Unpack to nowhere, counting bytes, and look where the cells of every sheet lie.

    Refused above MOST_UNPACKED bytes, `most_rows` rows, MOST_COLUMNS columns or MOST_CELLS of one sheet.
    """
    members = _members(data)
    links = _Links()
    for member in members:
        if member.filename.lower() == _LINKS:
            _parse(_unpacked(data, member, MOST_UNPACKED), links)
    left = MOST_UNPACKED
    for member in members:
        unpacked = _unpacked(data, member, left)
        if _last(member.filename) in links.names:
            left -= _parse(unpacked, _Extent(most_rows))
        else:
            left -= sum(map(len, unpacked))


class _Links:
    """The names of the parts that the workbook refers to: its sheets are among them."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def start(self, _tag: str, given: dict[str, str]) -> None:
        if target := given.get("Target"):
            self.names.add(_last(target))

    def end(self, _tag: str) -> None: ...


class _Extent:
    """How far the cells of a sheet reach; rows and cells that do not say where they stand count onward."""

    def __init__(self, most_rows: int) -> None:
        self.most_rows = most_rows
        self.row, self.column = 1, 0  # where the last cell stood
        self.rows = self.columns = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag in ("v", "t", "is", "f"):
            return
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._cell(given.get("r"))
        elif tag == "row" and (number := given.get("r")) is not None:
            if not (number.isascii() and number.isdigit() and len(number) < 10):
                _refuse_damaged()
            self.row = int(number)

    def end(self, tag: str) -> None:
        if tag == "row" or tag.endswith(":row"):
            self.row, self.column = self.row + 1, 0

    def _cell(self, place: str | None) -> None:
        row, self.column = self.row, self.column + 1
        if place is not None:
            found = _PLACE.fullmatch(place)
            if not found:
                _refuse_damaged()
            row, self.column = int(found[2]), _number(found[1])
        if row > self.rows or self.column > self.columns:
            self.rows, self.columns = max(row, self.rows), max(self.column, self.columns)
            self._check()

    def _check(self) -> None:
        rows = self.most_rows + TITLE_ROWS
        if self.rows > rows or self.columns > MOST_COLUMNS or self.rows * self.columns > MOST_CELLS:
            refuse(
                _(
                    "工作表太大：最多 %(rows)s 行、%(columns)s 列，"
                    "单元格却到了第 %(row)s 行、第 %(column)s 列。"
                    "请把名单单独复制到一个新工作簿后再导入。",
                    rows=f"{self.most_rows:,}",
                    columns=MOST_COLUMNS,
                    row=f"{self.rows:,}",
                    column=f"{self.columns:,}",
                )
            )


def _parse(chunks: Iterator[bytes], into: _Links | _Extent) -> int:
    """Read a part as XML, element by element; its size in bytes. Refused where it is none."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = into.start, into.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    size = 0
    try:
        for chunk in chunks:
            size += len(chunk)
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        _refuse_damaged()
    return size


def _refuse_doctype(*_given: Any) -> None:
    """Entities are how a few bytes of XML become many; a workbook has none."""
    _refuse_damaged()


def _refuse_damaged() -> NoReturn:
    refuse(_("工作簿损坏，打不开。请用表格软件打开并另存一份后再导入。"))


def _number(letters: str) -> int:
    """The number of a column from 1: "A" gives 1, "AA" 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _last(path: str) -> str:
    return re.split(r"[/\\]", path.lower())[-1]


def _members(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        _refuse_damaged()
    names = {member.filename.replace("\\", "/").lower() for member in members}
    if "xl/workbook.xml" not in names or names & _OTHER_KINDS:
        refuse(_("这不是 .xlsx 工作簿。请选择 .xlsx 或 .csv 文件。"))
    if any(member.flag_bits & 1 for member in members):
        refuse(_("工作簿加了密码。请去掉密码后再导入。"))
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        _refuse_damaged()
    return members


def _unpacked(data: bytes, member: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """What a member of the archive unpacks to, about a megabyte at a time. Refused above `most` bytes."""
    head = member.header_offset
    names = int.from_bytes(data[head + 26 : head + 28], "little") + int.from_bytes(
        data[head + 28 : head + 30], "little"
    )
    packed = memoryview(data)[head + 30 + names :][: member.compress_size]
    size = 0
    for chunk in _inflated(packed) if member.compress_type == zipfile.ZIP_DEFLATED else iter([bytes(packed)]):
        size += len(chunk)
        if size > most:
            refuse(_("工作簿解开后超过 %(n)s MB，没有读取。请分成几个文件导入。", n=MOST_UNPACKED >> 20))
        yield chunk


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-15)
    try:
        for start in range(0, len(packed), 1 << 16):
            chunk: Any = packed[start : start + (1 << 16)]
            while chunk and not inflate.eof:
                yield inflate.decompress(chunk, 1 << 20)
                chunk = inflate.unconsumed_tail
        yield inflate.flush()
    except zlib.error:
        _refuse_damaged()
