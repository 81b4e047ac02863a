"""A browser of one employee, without the browser."""

import contextvars
from datetime import timedelta
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient

from crm.accounts import LoginSession, User
from crm.kernel import clock
from crm.kernel.database import db

from .cast import IDS


class Client(FlaskClient):
    """Each request begins in an empty context, as on a server; the test's own session steps aside for it.

    What the test wrote is committed before the request, and read again after it.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            db.session.commit()
        try:
            return contextvars.Context().run(super().open, *args, **kwargs)
        finally:
            if has_app_context():
                db.session.expire_all()


def signed_in(app: Flask, person: User | str) -> Client:
    """A client that is signed in as this person, at any time the test travels to."""
    user_id = IDS[person] if isinstance(person, str) else person.id
    if has_app_context():
        db.session.commit()
    with app.app_context():
        user = db.session.get(User, user_id)
        assert user is not None, person
        far = clock.now() + timedelta(days=3650)
        token = LoginSession.begin(user, at=far, keep=True, address="127.0.0.1", agent="test")
        db.session.commit()
    client = app.test_client()
    assert isinstance(client, Client)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], signer.dumps({"_user_id": token, "_fresh": True}))
    return client
