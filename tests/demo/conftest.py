"""The sample company, loaded once for all its tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from crm import create_app, demo
from crm.kernel import schema
from crm.kernel.clock import OFFICE
from crm.kernel.database import Base, db
from crm.kernel.scope import EVERYONE, set_viewer
from crm.kernel.settings import Settings
from migrations import first_ddl
from tests.client import Client
from tests.database import ON_POSTGRES, hurry, new_database

PASSWORD = "demo-of-the-tests"
#: a Friday at noon: the working day before is over, this one is not
NOW = "2026-11-20 12:00"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An application of its own with the sample in it, at noon of 2026-11-20."""
    from datetime import datetime

    folder: Path = tmp_path_factory.mktemp("sample")
    url = (
        new_database(
            request.getfixturevalue("postgres_url"), "kedang_" + folder.parent.name.replace("-", "_")
        )
        if ON_POSTGRES
        else ""
    )
    settings = Settings(instance=folder, database_url=url, secret_key="of the tests", demo_password=PASSWORD)
    app = create_app(settings)
    app.test_client_class = Client
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True, WTF_CSRF_ENABLED=False)
    with time_machine.travel(datetime.fromisoformat(NOW).replace(tzinfo=OFFICE), tick=False):
        with app.app_context():
            hurry(db.engine)
            if schema.has_versions():
                schema.upgrade(db.engine)
            else:
                with (
                    db.engine.connect().execution_options(schema_work=True) as connection,
                    connection.begin(),
                ):
                    Base.metadata.create_all(connection)
                    first_ddl.create(connection)
        demo.load(app, PASSWORD)
        yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def rows(sample: Flask) -> Iterator[Any]:
    """A database session that sees all of the sample."""
    with sample.app_context():
        set_viewer(db.session, EVERYONE("test"))
        yield db.session
        db.session.rollback()
