"""From an upload to a file that stays.

Taken in under a temporary name, checked, and put in its place just before the transaction commits: a
refused form leaves nothing. If the commit itself fails an unreferenced file may stay, which harms nobody;
`flask files sweep` takes it away.
"""

import hashlib
import os
import uuid
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import event, select
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.datastructures import FileStorage

from crm.kernel import clock
from crm.kernel.database import Session, db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _

from .kinds import DOCUMENTS, MIMES, ending_of, fits
from .models import StoredFile
from .names import tidy_name

_CHUNK = 1 << 18


class Unsuitable(Refused):
    """This file is not taken in (422); nothing of it was stored. The text says why."""

    status = 422


def store(upload: FileStorage, *, allowed: frozenset[str] = DOCUMENTS) -> StoredFile:
    """Keep what was uploaded; the same content gives the same row.

    `allowed`: endings of kinds.MIMES. Raises Unsuitable where there is no file, its ending is not allowed,
    it is larger than settings.upload_mb, or its content is not what the ending says; OSError where the disk
    is full. The bytes are in their place once the transaction commits (`path_of` finds them before, too).
    """
    name = tidy_name(upload.filename)
    if not name:
        raise Unsuitable(_("请选择一个文件。"))
    ending = ending_of(name)
    if ending not in allowed:
        kinds = _("、").join(sorted(allowed))
        raise Unsuitable(_("“%(name)s”的类型不能上传，可以上传：%(kinds)s。", name=name, kinds=kinds))
    staged = _folder() / "tmp" / uuid.uuid4().hex
    staged.parent.mkdir(parents=True, exist_ok=True)
    try:
        sha256, size = _take_in(upload, staged, name)
        if not fits(staged, ending):
            raise Unsuitable(_("“%(name)s”的内容与它的扩展名不符，没有保存。", name=name))
        stored = _row(sha256, size, MIMES[ending])
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    db.session.info.setdefault("staged_files", []).append((staged, sha256))
    return stored


def path_of(stored: StoredFile) -> Path:
    """Where the bytes lie now."""
    for staged, sha256 in db.session.info.get("staged_files", ()):
        if sha256 == stored.sha256:
            return Path(staged)
    return place_of(stored.sha256)


def place_of(sha256: str) -> Path:
    """Where a content belongs: instance/files/ab/cdef…"""
    return _folder() / sha256[:2] / sha256[2:]


def _folder() -> Path:
    instance: Path = current_app.config["SETTINGS"].instance
    return instance / "files"


def _take_in(upload: FileStorage, staged: Path, name: str) -> tuple[str, int]:
    """Copy to `staged`, down to the disk; gives SHA-256 and size."""
    most = current_app.config["SETTINGS"].upload_mb
    digest, size = hashlib.sha256(), 0
    with staged.open("xb") as file:
        while chunk := upload.stream.read(_CHUNK):
            size += len(chunk)
            if size > most << 20:
                raise Unsuitable(_("“%(name)s”超过 %(most)s MB，没有保存。", name=name, most=most))
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise Unsuitable(_("“%(name)s”是空的，没有保存。", name=name))
    return digest.hexdigest(), size


def _row(sha256: str, size: int, mime: str) -> StoredFile:
    """The row of this content. Writing the time locks the row, so that no sweep takes it away meanwhile."""
    dialect: Any = {"postgresql": postgresql, "sqlite": sqlite}[db.engine.dialect.name]
    insert = dialect.insert(StoredFile).values(sha256=sha256, size=size, mime=mime, stored_at=clock.now())
    keep = insert.on_conflict_do_update(
        index_elements=[StoredFile.sha256], set_={"stored_at": insert.excluded.stored_at}
    )
    db.session.execute(keep)
    return db.session.scalars(select(StoredFile).where(StoredFile.sha256 == sha256)).one()


@event.listens_for(Session, "before_commit")
def _put_in_place(session: Session) -> None:
    for staged, sha256 in session.info.get("staged_files", ()):
        place = place_of(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged, place)
    session.info.pop("staged_files", None)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    for staged, _sha256 in session.info.pop("staged_files", ()):
        staged.unlink(missing_ok=True)
