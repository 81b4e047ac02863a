"""Which files are taken in: an allow-list of endings, and whether the bytes are what the ending says."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import filetype

_OFFICE = "application/vnd.openxmlformats-officedocument"

#: ending to the type it is stored and sent under
MIMES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ofd": "application/ofd",
    "txt": "text/plain",
    "csv": "text/csv",
}

DOCUMENTS = frozenset(MIMES)
IMAGES = frozenset({"jpg", "jpeg", "png", "webp", "heic"})
#: scans of papers: the licence, a signed letter
SCANS = IMAGES | {"pdf", "ofd"}
SHEETS = frozenset({"xlsx", "csv"})
#: what a browser may show in its own window; everything else is handed over as a download
SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_CHUNK = 1 << 20


def accept(allowed: frozenset[str]) -> str:
    """The `accept` attribute of an upload field: ".csv,.xlsx"."""
    return ",".join(f".{ending}" for ending in sorted(allowed))


def ending_of(name: str) -> str:
    """The ending without its dot, lower case: "扫描件.PDF" gives "pdf"."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def fits(path: Path, ending: str) -> bool:
    """Whether the content of `path` is what `ending` (one of MIMES) says it is."""
    return _CHECKS[ending](path, ending)


def _by_signature(path: Path, ending: str) -> bool:
    guess = filetype.guess(str(path))
    return guess is not None and guess.mime == MIMES[ending]


#: a part that only this kind of package has
_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}


def _package(path: Path, ending: str) -> bool:
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    # a document with macros runs code on a colleague's machine, whatever its ending says
    return _PARTS[ending] in names and not any(n.lower().endswith("vbaproject.bin") for n in names)


#: streams of an OLE container; installers and mails are containers too
_STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}


def _container(path: Path, ending: str) -> bool:
    marks = [name.encode("utf-16-le") for name in _STREAMS[ending]]
    with path.open("rb") as file:
        if file.read(len(_OLE)) != _OLE:
            return False
        before = b""
        while chunk := file.read(_CHUNK):
            window = before + chunk
            if any(mark in window for mark in marks):
                return True
            before = chunk[-64:]
    return False


_CONTROL = frozenset(range(32)) - {9, 10, 12, 13}


def _text(path: Path, _ending: str) -> bool:
    content = path.read_bytes()
    if not _CONTROL.isdisjoint(content):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


_CHECKS: dict[str, Callable[[Path, str], bool]] = {
    **dict.fromkeys(("pdf", "jpg", "jpeg", "png", "webp", "heic"), _by_signature),
    **dict.fromkeys(_PARTS, _package),
    **dict.fromkeys(_STREAMS, _container),
    **dict.fromkeys(("txt", "csv"), _text),
}
