"""What nothing refers to goes after a day; what something refers to stays."""

import os
import time

from sqlalchemy import select

from crm.files import StoredFile, path_of, store
from crm.files.sweep import sweep
from crm.kernel import clock
from tests.complaints.cases import register

from .samples import JPG, PDF, PNG, upload


def test_sweeping(app, session, cast, office):
    office("2026-11-19 10:00")
    used, unused = store(upload(PDF, "a.pdf")), store(upload(PNG, "a.png"))
    register(cast.service_agent).attach(used, "a.pdf", by=cast.service_agent, at=clock.now())
    session.commit()
    used_path, unused_path = path_of(used), path_of(unused)

    office("2026-11-20 09:00")
    sweep()
    assert unused_path.exists(), "younger than a day"

    office("2026-11-21 10:00")
    fresh = store(upload(JPG, "a.jpg"))
    session.commit()
    sweep()
    assert used_path.exists()
    assert not unused_path.exists()
    assert path_of(fresh).exists()
    left = set(session.scalars(select(StoredFile.sha256).execution_options(populate_existing=True)))
    assert left == {used.sha256, fresh.sha256}


def test_files_without_a_row_go(app, session):
    folder = app.config["SETTINGS"].instance / "files"
    orphan, half = folder / "ab" / ("c" * 62), folder / "tmp" / "half"
    for path in (orphan, half):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    session.rollback()
    sweep()
    assert orphan.exists()
    assert half.exists()
    old = time.time() - 2 * 86400
    for path in (orphan, half):
        os.utime(path, (old, old))
    answer = app.test_cli_runner().invoke(args=["files", "sweep"])
    assert answer.exit_code == 0, answer.output
    assert not orphan.exists()
    assert not half.exists()
    assert session.scalars(select(StoredFile)).all() == []
