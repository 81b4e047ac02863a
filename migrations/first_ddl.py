"""What 0001 makes besides tables: the audit chain's lock and the search index. Belongs to 0001: later changes
are migrations of their own."""

from importlib.util import find_spec
from typing import Any

from sqlalchemy import Connection

SQLITE_CREATE = [
    f"""CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb.upper()} ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit_entry is append only'); END"""
    for verb in ("update", "delete")
]
SQLITE_DROP = [f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}" for verb in ("update", "delete")]

POSTGRES_CREATE = [
    """CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit_entry is append only'; END $$""",
    """CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only()""",
    """CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only()""",
]
POSTGRES_DROP = [
    "DROP TRIGGER IF EXISTS audit_entry_no_truncate ON audit_entry",
    "DROP TRIGGER IF EXISTS audit_entry_no_change ON audit_entry",
    "DROP FUNCTION IF EXISTS audit_entry_is_append_only()",
]


def create(connection: Connection) -> None:
    for line in SQLITE_CREATE if connection.dialect.name == "sqlite" else POSTGRES_CREATE:
        connection.exec_driver_sql(line)
    # the chain's end exists before the first entry, so that even the first writers queue for it
    connection.exec_driver_sql(f"INSERT INTO audit_head (id, seq, digest) VALUES (1, 0, '{'0' * 64}')")
    if searching := _searching():
        searching.create(connection)


def drop(connection: Connection) -> None:
    if searching := _searching():
        searching.drop(connection)
    for line in SQLITE_DROP if connection.dialect.name == "sqlite" else POSTGRES_DROP:
        connection.exec_driver_sql(line)


def _searching() -> Any:
    if find_spec("crm.searching.ddl") is None:
        return None
    from crm.searching import ddl

    return ddl
