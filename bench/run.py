"""make bench: CPU time of a request in milliseconds and as a ratio to the limit page, in one run.

Requests go straight into the WSGI applications of this process, in turns of all pages, after a warm-up;
a page's figure is the median of its turns. CPU time of the process, so that a busy machine matters little.
`python -m bench.run PART-OF-A-NAME` shows instead where the time of those pages goes.
"""

import cProfile
import io
import pstats
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import EnvironBuilder

from crm import create_app
from crm.accounts import LoginSession, User
from crm.kernel import clock, schema
from crm.kernel.database import db
from crm.kernel.settings import Settings
from crm.serve import settle
from tests.cast import IDS

from .data import fill
from .limit import limit_app

TURNS, REQUESTS, WARM_UP = 15, 20, 60
PEOPLE = ("salesperson", "sales_manager", "sales_manager2", "general_manager")


@dataclass(frozen=True)
class Page:
    """One row of the table: what is asked, by whom, and how many limit pages it may cost."""

    name: str
    path: str
    limit: float | None
    by: str = "salesperson"
    method: str = "GET"
    form: Callable[[int], dict[str, str]] | None = None


def pages(customer_id: int, draft_id: int) -> list[Page]:
    return [
        Page("名簿 register, own", "/customers?view=mine", 4),
        Page("名簿 register, department", "/customers?view=department", 4, by="sales_manager"),
        Page("名簿 register, all", "/customers?view=all", 4, by="general_manager"),
        Page("查找 search, two characters", "/customers?q=%E7%A7%91%E6%8A%80", 4, by="sales_manager"),
        Page("查找 search, rare", "/customers?q=%E6%B7%B1%E6%8C%AF", 4, by="sales_manager"),
        Page("查找 palette", "/search?q=%E7%A7%91%E6%8A%80", 4, by="sales_manager"),
        Page("档案 record", f"/customers/{customer_id}", 5),
        Page("录入 entry save", f"/customers/{draft_id}/entry", 3, method="POST", form=_entry),
        Page("录入 entry save, new draft", "/customers/drafts", 3, method="POST", form=_new_entry),
        Page("待办 to-do", "/todo", None, by="sales_manager"),
        Page("待办 to-do, 10,000 waiting", "/todo", 4, by="sales_manager2"),
        Page("首页 home", "/", None, by="sales_manager"),
    ]


def _entry(turn: int) -> dict[str, str]:
    return {
        "name": "云州恒拓精密机械有限公司",
        "industry": "制造业",
        "staff": str(100 + turn % 50),
        "province": "江苏",
        "city": "南京市",
        "address": f"工业园 {turn} 号",
        "source_channel": "internet",
        "met_by": "陈知远",
        "collected_on": f"{clock.today():%Y-%m-%d}",
        "need_text": f"12 月底前采购离心泵 {turn % 90 + 10} 台",
        "contacts-0-name": "王海峰",
        "contacts-0-title": "采购经理",
        "contacts-0-phone": "13800001057",
    }


def _new_entry(turn: int) -> dict[str, str]:
    return _entry(turn) | {"draft_key": f"bench-{turn}"}


class Browser:
    """Requests of one person, made ready beforehand."""

    def __init__(self, app: Any, username: str) -> None:
        self.app = app
        with app.app_context():
            user = db.session.get(User, IDS[username])
            assert user is not None
            token = LoginSession.begin(user, at=clock.now(), keep=True, address="127.0.0.1", agent="bench")
            db.session.commit()
        raw = "0" * 40
        session = {"_user_id": token, "_fresh": True, "csrf_token": raw}
        cookie = app.session_interface.get_signing_serializer(app).dumps(session)
        self.cookie = f"{app.config['SESSION_COOKIE_NAME']}={cookie}"
        self.csrf = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(raw)

    def environ(self, page: Page, turn: int) -> dict[str, Any]:
        data = b""
        if page.form is not None:
            data = urlencode(page.form(turn) | {"csrf_token": self.csrf}).encode()
        builder = EnvironBuilder(
            path=page.path.partition("?")[0],
            query_string=page.path.partition("?")[2],
            method=page.method,
            headers={"Cookie": self.cookie},
            data=data or None,
            content_type="application/x-www-form-urlencoded" if data else None,
        )
        return builder.get_environ()


def ask(wsgi: Any, environ: dict[str, Any]) -> tuple[int, int]:
    """One request: (status, bytes)."""
    said: list[str] = []
    environ["wsgi.errors"] = io.StringIO()
    answer = wsgi(environ, lambda status, _headers, _info=None: said.append(status))
    size = sum(len(chunk) for chunk in answer)
    if hasattr(answer, "close"):
        answer.close()
    return int(said[0][:3]), size


def measure(asks: list[Callable[[int], tuple[Any, dict[str, Any]]]]) -> list[float]:
    """Milliseconds of CPU per request, by page: the median over the turns."""
    turn = 0
    figures: list[list[float]] = [[] for _ in asks]
    for _round in range(TURNS):
        for number, make in enumerate(asks):
            ready = [make(turn := turn + 1) for _ in range(REQUESTS)]
            began = time.process_time()
            for wsgi, environ in ready:
                ask(wsgi, environ)
            figures[number].append((time.process_time() - began) * 1000 / REQUESTS)
    return [statistics.median(f) for f in figures]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder), secret_key="bench", demo=False)
        app = create_app(settings)
        with app.app_context():
            schema.upgrade(db.engine)
            source, customer_id = fill()
        return report(app, limit_app(settings.database), source, customer_id)


def report(app: Any, bare: Any, source: str, customer_id: int) -> int:
    browsers = {name: Browser(app, name) for name in PEOPLE}
    limit = EnvironBuilder("/").get_environ()
    draft_id = _draft(app, browsers["salesperson"])
    listed = []
    asks: list[Any] = [lambda _turn: (bare.wsgi_app, dict(limit))]
    for page in pages(customer_id, draft_id):
        browser = browsers[page.by]
        status, size = ask(app.wsgi_app, browser.environ(page, 0))
        if status >= 400:
            print(f"{page.name}: {page.path} answers {status}, left out")
            continue
        listed.append((page, size))
        asks.append(lambda turn, b=browser, p=page: (app.wsgi_app, b.environ(p, turn)))
    for make in asks:
        for turn in range(WARM_UP):
            ask(*make(-turn))
    if len(sys.argv) > 1:
        return profile(
            [a for a, (page, _size) in zip(asks[1:], listed, strict=True) if sys.argv[1] in page.name]
        )
    settle()  # as the server does
    took = measure(asks)
    print(f"{source}, SQLite {sqlite3.sqlite_version}, Python {sys.version.split()[0]}")
    print(f"CPU ms per request, median of {TURNS} turns")
    print(f"{'limit page':32} {took[0]:7.2f} ms")
    slow = 0
    for (page, size), ms in zip(listed, took[1:], strict=True):
        ratio = ms / took[0]
        slow += page.limit is not None and ratio > page.limit
        allowed = f"of {page.limit:.0f}" if page.limit else ""
        mark = "  TOO SLOW" if page.limit and ratio > page.limit else ""
        print(f"{page.name:32} {ms:7.2f} ms  {ratio:5.1f} x {allowed:5} {size / 1024:6.0f} KB{mark}")
    return 1 if slow else 0


def profile(asks: list[Any]) -> int:
    """Where the time goes, by function."""
    profiler = cProfile.Profile()
    ready = [make(turn) for turn in range(200) for make in asks]
    profiler.enable()
    for wsgi, environ in ready:
        ask(wsgi, environ)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats("crm|templates|execute|commit", 45)
    return 0


def _draft(app: Any, browser: Browser) -> int:
    """A draft to save again and again."""
    from sqlalchemy import select

    from crm.customers import Customer
    from crm.kernel.scope import as_everyone

    ask(
        app.wsgi_app, browser.environ(Page("", "/customers/drafts", None, method="POST", form=_new_entry), -1)
    )
    with app.app_context(), as_everyone("bench: which draft was made") as session:
        return session.scalar(select(Customer.id).order_by(Customer.id.desc()).limit(1)) or 0


if __name__ == "__main__":
    raise SystemExit(main())
