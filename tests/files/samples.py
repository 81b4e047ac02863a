"""Small true files of each kind."""

import io
import zipfile

from werkzeug.datastructures import FileStorage

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf"
    "f00f0004010180c9a7a5360000000049454e44ae426082"
)
JPG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600


def package(*names: str) -> bytes:
    """An office package with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "<x/>")
    return out.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")
XLSX = package("[Content_Types].xml", "xl/workbook.xml")
OFD = package("OFD.xml")
DOCM = package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
DOC = OLE + "WordDocument".encode("utf-16-le") + b"\x00" * 60
XLS = OLE + "Workbook".encode("utf-16-le") + b"\x00" * 60


def upload(content: bytes, name: str) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)
