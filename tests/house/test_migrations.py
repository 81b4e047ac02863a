"""Migrations go up, down and up again on both databases, and lead to exactly the models."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import MetaData, Table, inspect, text
from sqlalchemy.exc import DBAPIError

from crm import create_app
from crm.kernel import schema
from crm.kernel.database import Base, db
from crm.kernel.settings import Settings
from tests.database import ON_POSTGRES, new_database

pytestmark = pytest.mark.skipif(not schema.has_versions(), reason="no migration yet")


@pytest.fixture
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An application whose database has no tables yet."""
    url = ""
    if ON_POSTGRES:
        url = new_database(request.getfixturevalue("postgres_url"), f"empty_{tmp_path.name}".lower())
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="test", demo=False))
    with app.app_context():
        yield app
        db.engine.dispose()


def _not_the_search_index(thing: Any, name: str, _kind: str, reflected: bool, counterpart: Any) -> bool:
    """The search index is made by hand (crm/searching/ddl.py) and unknown to the models."""
    return not (reflected and counterpart is None and "search" in (name or getattr(thing, "name", "")))


def _tables() -> set[str]:
    return {name for name in inspect(db.engine).get_table_names() if name != "alembic_version"}


def test_migrations_lead_to_the_models(empty: Flask) -> None:
    schema.upgrade(db.engine)
    assert schema.is_current(db.engine)
    with db.engine.connect() as connection:
        options = {"include_object": _not_the_search_index, "compare_type": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    assert differences == []


def test_migrations_go_down_to_nothing_and_up_again(empty: Flask) -> None:
    schema.upgrade(db.engine)
    tables = _tables()
    schema.downgrade(db.engine)
    assert _tables() == set()
    schema.upgrade(db.engine)
    assert _tables() == tables


def test_applying_again_changes_nothing(empty: Flask) -> None:
    schema.upgrade(db.engine)
    schema.upgrade(db.engine)
    assert schema.is_current(db.engine)


def test_foreign_keys_are_on_again_afterwards(empty: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite can switch them off")
    schema.upgrade(db.engine)
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"],
)
def test_the_database_itself_refuses_to_change_the_audit_chain(
    session: Any, as_recorded: Callable[[], None], change: str
) -> None:
    if change.startswith("TRUNCATE") and not ON_POSTGRES:
        pytest.skip("SQLite has no TRUNCATE")
    as_recorded()
    with pytest.raises(DBAPIError, match="append only"):
        session.execute(text(change))


@pytest.fixture
def as_recorded(session: Any) -> Callable[[], None]:
    from crm.audit import record
    from crm.kernel import clock

    def write() -> None:
        record("test:write", None, by=None, at=clock.now())
        session.commit()

    return write


DAY = datetime(2026, 1, 9, tzinfo=UTC)


def _insert(connection: Any, name: str, **said: Any) -> None:
    """A row of the table as it is now; what must be there and was not said is made up."""
    table = Table(name, MetaData(), autoload_with=connection)
    for column in table.columns:
        if column.name in said or column.nullable or column.server_default is not None:
            continue
        kind = column.type.python_type
        made_up = {int: 1, bool: False, str: "x", dict: {}, date: date(2026, 1, 9)}
        said[column.name] = made_up.get(kind, DAY)
    connection.execute(table.insert().values(**said))


def test_an_upgrade_and_the_way_back_keep_what_was_decided(empty: Flask) -> None:
    schema.upgrade(db.engine, "0001")
    with db.engine.connect().execution_options(schema_work=True) as connection, connection.begin():
        _insert(connection, "department", id=1, parent_id=None, kind="company", path="/1/")
        _insert(connection, "user", id=7, department_id=1, username="a")
        _insert(
            connection,
            "review",
            id=3,
            author_id=7,
            state="approved",
            closed_at=datetime(2026, 1, 9, tzinfo=UTC),
        )
        _insert(
            connection, "review_step", id=4, review_id=3, state="done",
            opened_at=DAY, counted_from=date(2026, 1, 9),
        )  # fmt: skip
        _insert(connection, "review_asked", step_id=4, user_id=7)
        _insert(connection, "decision", id=5, step_id=4, by_id=7, verdict="approve", comment="同意")
    for going in (schema.upgrade, lambda engine: schema.downgrade(engine, "0001"), schema.upgrade):
        going(db.engine)
        with db.engine.connect().execution_options(schema_work=True) as connection:
            decided = connection.execute(text("SELECT comment, by_id FROM decision")).one()
            asked = connection.execute(text("SELECT user_id FROM review_asked")).scalars().all()
        assert (decided.comment, decided.by_id, asked) == ("同意", 7, [7])
    with db.engine.connect().execution_options(schema_work=True) as connection:
        assert connection.execute(text("SELECT for_id FROM decision")).scalar() == 7
