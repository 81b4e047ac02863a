"""Two customers of two departments, for the tests of row scope."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask

from crm.customers import Customer
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.scope import set_viewer


def customer(person: Any, name: str) -> Customer:
    """A draft that `person` entered and owns."""
    return Customer(
        name=name,
        collected_on=date(2026, 1, 9),
        author_id=person.id,
        owner_id=person.id,
        department_id=person.department_id,
        department_path=person.department.path,
        created_at=clock.now(),
        updated_at=clock.now(),
    )


@pytest.fixture
def two(session: Any, cast: Any) -> tuple[int, int]:
    """Ids of 云州恒拓 (of salesperson) and 青岚远航 (of salesperson2, another department)."""
    rows = [customer(cast.salesperson, "云州恒拓"), customer(cast.salesperson2, "青岚远航")]
    session.add_all(rows)
    session.commit()
    return rows[0].id, rows[1].id


@pytest.fixture
def seen_by(app: Flask) -> Callable[[Any], Any]:
    """with seen_by("salesperson") as session: what this person's session sees; None for no viewer."""
    from crm.accounts import User
    from tests.cast import IDS

    @contextmanager
    def looking(username: str | None) -> Iterator[Any]:
        with app.app_context():
            if username is not None:
                set_viewer(db.session, db.session.get(User, IDS[username]))
            yield db.session
            db.session.rollback()

    return looking
