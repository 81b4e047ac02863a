"""The tables of a database brought up to date, by one process at a time."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from .settings import ROOT

ADVISORY_KEY = 0x6B6564616E67  # "kedang"
_one_here = threading.Lock()


def upgrade(engine: Engine, to: str = "head") -> None:
    """Apply what is missing, in one transaction: all of it or nothing."""
    with _migrating(engine) as connection:
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str = "base") -> None:
    """Take migrations back."""
    with _migrating(engine) as connection:
        command.downgrade(_config(connection), to)


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest tables."""
    newest = set(ScriptDirectory.from_config(_config()).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == newest


def has_versions() -> bool:
    """Whether there is any migration."""
    return bool(ScriptDirectory.from_config(_config()).get_heads())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(schema_work=True) as connection:
        sqlite = engine.dialect.name == "sqlite"
        driver: Any = connection.connection.dbapi_connection
        if sqlite:
            # SQLite alters a table by making it anew; with foreign keys on, dropping the old one would
            # delete all children. The switch works only outside of a transaction.
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if sqlite:
                    _refuse_orphans(connection)
        finally:
            if sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


def _refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise RuntimeError(f"the migration would leave {len(orphans)} rows without parent: {orphans[:3]}")


# --- one process at a time -----------------------------------------------------------------------


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Only one process at a time prepares this database; the others wait here."""
    with _one_here:
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (ADVISORY_KEY,))
                try:
                    yield
                finally:
                    connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (ADVISORY_KEY,))
            return
        path = engine.url.database
        if not path or path == ":memory:":
            yield
            return
        with Path(f"{path}.prepare").open("ab") as file:
            _lock(file)
            yield  # closing the file lets go of the lock


if sys.platform == "win32":
    import msvcrt
    import time

    def _lock(file: IO[bytes]) -> None:
        while True:  # LK_LOCK itself gives up after ten seconds
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                return
            except OSError:
                time.sleep(0.2)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
