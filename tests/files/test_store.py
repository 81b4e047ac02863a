"""A file is taken in whole or not at all, and once."""

import errno
import io
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm.files import DOCUMENTS, SCANS, StoredFile, Unsuitable, path_of, store, tidy_name
from crm.files import store as store_function
from crm.files.kinds import MIMES

from .samples import DOC, DOCM, DOCX, EXE, JPG, OFD, OLE, PDF, PNG, XLS, XLSX, upload


def folder(app) -> Path:
    return app.config["SETTINGS"].instance / "files"


def files_of(app) -> list[Path]:
    return [p for p in folder(app).rglob("*") if p.is_file()]


@pytest.fixture(autouse=True)
def empty_folder(app):
    import shutil

    shutil.rmtree(folder(app), ignore_errors=True)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PDF, "营业执照.pdf"),
        (PDF, "扫描件.PDF"),
        (PNG, "a.png"),
        (JPG, "a.jpg"),
        (JPG, "a.jpeg"),
        (DOCX, "a.docx"),
        (XLSX, "a.xlsx"),
        (OFD, "发票.ofd"),
        (DOC, "a.doc"),
        (XLS, "a.xls"),
        ("名称,电话\n".encode(), "a.csv"),
        ("名称,电话\n".encode("gb18030"), "a.csv"),
        ("\ufeff说明".encode(), "a.txt"),
    ],
)
def test_what_its_ending_says_is_kept(app, session, content, name):
    stored = store(upload(content, name))
    session.commit()
    assert path_of(stored).read_bytes() == content
    assert stored.size == len(content)
    assert stored.mime == MIMES[name.rpartition(".")[2].lower()]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (EXE, "发票.pdf"),
        (EXE, "a.txt"),
        (EXE, "a.csv"),
        (PNG, "a.pdf"),
        (PDF, "a.png"),
        (XLSX, "a.docx"),
        (DOCX, "a.xlsx"),
        (DOCM, "a.docx"),
        (OLE, "installer.doc"),
        (DOC, "a.xls"),
        (b"PK\x03\x04broken", "a.docx"),
        (b"\xff\xfe\xfd\x81", "a.txt"),
        (b"", "a.pdf"),
        (EXE, "a.exe"),
        (PDF, "a.pdf.exe"),
        (PDF, "pdf"),
        (b"<script>alert(1)</script>", "a.html"),
        (b"<svg/>", "a.svg"),
        (PDF, ""),
    ],
)
def test_what_it_is_not_is_refused_and_nothing_stays(app, session, content, name):
    with pytest.raises(Unsuitable) as refusal:
        store(upload(content, name))
    assert refusal.value.status == 422
    assert refusal.value.text
    session.commit()
    assert files_of(app) == []
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_only_the_endings_asked_for_are_taken(session):
    with pytest.raises(Unsuitable, match="可以上传"):
        store(upload(XLSX, "a.xlsx"), allowed=SCANS)
    assert "exe" not in DOCUMENTS


def test_too_large_is_refused_while_it_arrives(app, session):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            Endless.given += size
            return b"%PDF-1.7" + b"x" * (size - 8)

    from werkzeug.datastructures import FileStorage

    with pytest.raises(Unsuitable, match="20 MB"):
        store(FileStorage(Endless(), filename="big.pdf"))
    assert Endless.given < 22 << 20
    assert files_of(app) == []


def test_the_same_content_twice_is_one_file(app, session):
    first, second = store(upload(PDF, "a.pdf")), store(upload(PDF, "副本.pdf"))
    session.commit()
    assert first.id == second.id
    assert len(files_of(app)) == 1
    again = store(upload(PDF, "later.pdf"))
    session.commit()
    assert again.id == first.id
    assert len(files_of(app)) == 1


def test_a_refused_form_leaves_nothing(app, session):
    stored = store(upload(PDF, "a.pdf"))
    assert path_of(stored).read_bytes() == PDF  # readable already
    session.rollback()
    assert files_of(app) == []
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_a_full_disk_leaves_nothing(app, session, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store_function(upload(PDF, "a.pdf"))
    session.rollback()
    assert files_of(app) == []


def test_a_disk_that_is_full_at_the_end_undoes_the_whole_transaction(app, session, monkeypatch):
    store(upload(PDF, "a.pdf"))

    def full(_source, _target):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space"):
            session.commit()
    session.rollback()
    assert files_of(app) == []
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\公司\\合同.pdf", "合同.pdf"),
        ("执照\r\nSet-Cookie: a.pdf", "执照Set-Cookie: a.pdf"),
        ("发票\u202efdp.exe", "发票fdp.exe"),
        ("...", ""),
        ("字" * 300 + ".pdf", "字" * 116 + ".pdf"),
        (None, ""),
    ],
)
def test_names_are_only_names(name, tidy):
    assert tidy_name(name) == tidy


def test_a_path_in_the_name_leads_nowhere(app, session):
    store(upload(PDF, "../../../../tmp/evil.pdf"))
    session.commit()
    (only,) = files_of(app)
    assert only.parent.parent == folder(app)
