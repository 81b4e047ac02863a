"""Preparing: in one go or not at all, and by one process at a time."""

import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from crm import create_app
from crm.kernel import schema
from crm.kernel.database import db
from crm.kernel.settings import ROOT, Settings
from crm.prepare import Prepared, prepare, told
from tests.database import ON_POSTGRES

SECOND = """
    import sys
    from pathlib import Path
    from crm import create_app
    from crm.kernel import schema
    from crm.kernel.database import db
    from crm.kernel.settings import Settings
    app = create_app(Settings(instance=Path(sys.argv[1]), secret_key="test", demo=False))
    with app.app_context():
        print("waits", flush=True)
        with schema.alone(db.engine):
            print("enters", flush=True)
"""


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    """An application that nobody has prepared yet, on SQLite."""
    return create_app(Settings(instance=tmp_path, secret_key="test", demo=False))


@pytest.mark.skipif(ON_POSTGRES, reason="the lock file of SQLite")
def test_a_second_process_waits_until_the_first_has_prepared(bare: Flask, tmp_path: Path) -> None:
    program = [sys.executable, "-c", textwrap.dedent(SECOND), str(tmp_path)]
    with bare.app_context():
        with schema.alone(db.engine):
            second = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            assert second.stdout is not None
            assert second.stdout.readline() == "waits\n"
            time.sleep(0.3)
            assert second.poll() is None
        assert second.communicate(timeout=20)[0] == "enters\n"
        db.engine.dispose()


def test_a_second_thread_waits_too(app: Flask) -> None:
    inside = []

    def enter() -> None:
        with app.app_context(), schema.alone(db.engine):
            inside.append("second")

    with app.app_context(), schema.alone(db.engine):
        second = threading.Thread(target=enter)
        second.start()
        second.join(timeout=0.2)
        inside.append("first")
    second.join(timeout=10)
    assert inside == ["first", "second"]


@pytest.mark.skipif(ON_POSTGRES or not schema.has_versions(), reason="SQLite's way of altering tables")
def test_a_migration_that_loses_parents_is_refused(bare: Flask) -> None:
    with bare.app_context():
        schema.upgrade(db.engine)
        with pytest.raises(RuntimeError, match="without parent"), schema._migrating(db.engine) as connection:
            connection.exec_driver_sql("INSERT INTO user_role (user_id, role) VALUES (99, 'salesperson')")
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM user_role").scalar() == 0
        db.engine.dispose()


@pytest.mark.skipif(ON_POSTGRES or not schema.has_versions(), reason="nothing to migrate")
def test_a_migration_that_fails_leaves_nothing_behind(bare: Flask) -> None:
    with bare.app_context():
        with pytest.raises(OperationalError), schema._migrating(db.engine) as connection:
            connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
            connection.exec_driver_sql("CREATE TABLE broken (")
        assert "half" not in inspect(db.engine).get_table_names()
        db.engine.dispose()


@pytest.mark.skipif(ON_POSTGRES or not schema.has_versions(), reason="prepares an empty SQLite database")
def test_preparing_twice_is_harmless_and_offers_a_set_up_page(bare: Flask) -> None:
    first = prepare(bare)
    assert first.link.startswith("/")
    assert not first.company
    assert prepare(bare).link.startswith("/")
    with bare.app_context():
        db.engine.dispose()


def test_a_company_that_is_set_up_stays_as_it_is(app: Flask) -> None:
    if not schema.has_versions():
        pytest.skip("no migration yet")
    assert prepare(app, demo=True) == Prepared(company="明澜泵业")


def test_what_is_printed_tells_how_to_sign_in() -> None:
    assert "http://127.0.0.1:8000/setup?key=1" in told(Prepared(link="/setup?key=1"), "http://127.0.0.1:8000")
    assert "geheim-1" in told(Prepared("明澜泵业", demo=True, password="geheim-1"))
    assert "geheim" not in told(Prepared("明澜泵业"))
