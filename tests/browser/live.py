"""The office's server in a thread of this process: waitress, the real sign-in, CSRF on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import waitress
from sqlalchemy import func, select
from waitress import wasyncore

from crm import create_app
from crm.kernel.database import db
from crm.kernel.scope import EVERYONE, set_viewer
from crm.kernel.settings import Settings
from tests.cast import Cast
from tests.database import SqliteCopies, hurry


class Live:
    """`with Live(copies) as live`: serves at live.url until the block ends."""

    def __init__(self, copies: SqliteCopies) -> None:
        self.copies = copies
        folder = copies.file.parent
        settings = Settings(instance=folder, database_url=copies.url, secret_key="of the browser", demo=False)
        self.app = create_app(settings)
        self.app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # as the office's server has it
        with self.app.app_context():
            hurry(db.engine)
        self._server: Any = waitress.create_server(self.app, host="127.0.0.1", port=0, threads=8)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._open = True
        self._thread = threading.Thread(target=self._serve, name="live", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._server.pull_trigger()
        self._thread.join(10)
        with self.app.app_context():
            db.engine.dispose()

    def _serve(self) -> None:
        while self._open:
            wasyncore.loop(timeout=1, map=self._server._map, count=1)
        self._server.task_dispatcher.shutdown()
        self._server.close()
        wasyncore.close_all(self._server._map)

    def begin(self) -> None:
        """Put the database back to what the cast left."""
        with self.app.app_context():
            self.copies.put_back(db.engine)

    @contextmanager
    def arranging(self) -> Iterator[Cast]:
        """Write into the office's database what a test begins with; sees every row."""
        with self.app.app_context():
            set_viewer(db.session, EVERYONE("browser test"))
            yield Cast(db.session)
            db.session.commit()

    def count(self, kind: Any) -> int:
        """How many rows of that table there are."""
        with self.arranging():
            return db.session.scalar(select(func.count()).select_from(kind)) or 0

    @staticmethod
    def all(kind: Any) -> list[Any]:
        """Every row of that table. Inside `arranging`."""
        return list(db.session.scalars(select(kind)))

    @staticmethod
    def one(kind: Any) -> Any:
        """The only row of that table. Inside `arranging`."""
        return db.session.scalars(select(kind)).one()
