"""A Chromium, the real application on a real server, and people who sign in by the form.

`chromium`, `chromium-browser`, `google-chrome` or the path in CHROMIUM; without one the folder is skipped.
A run with --headed, --slowmo, --screenshot or --tracing works as pytest-playwright describes it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.database import ON_POSTGRES, SqliteCopies

from .live import Live
from .people import Person

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "没有找到 Chromium：安装 chromium，或在 CHROMIUM 里写明路径。no Chromium found, browser tests left out"
)

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    if ours and chromium() is None:  # one line says so, for all of them
        ours[0].add_marker(pytest.mark.skip(reason=MISSING))
        config.hook.pytest_deselected(items=ours[1:])
        items[:] = [item for item in items if item not in ours[1:]]


def chromium() -> str | None:
    """Path of the Chromium of this machine."""
    said = os.environ.get("CHROMIUM", "")
    return next(filter(None, map(shutil.which, (said, *NAMES))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # a container gives root no sandbox and little /dev/shm
    sandbox = ["--no-sandbox", "--disable-dev-shm-usage"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    return browser_type_launch_args | {"executable_path": chromium(), "args": sandbox}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Each person brings the office's address along."""


@pytest.fixture(scope="session")
def _served(
    browser_type_launch_args: Any, _house: tuple[Flask, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    if ON_POSTGRES:
        pytest.skip("the browser's tests have a SQLite of their own")
    _app, copies = _house
    own = SqliteCopies(tmp_path_factory.mktemp("live"))
    shutil.copyfile(copies.kept, own.kept)
    with Live(own) as live:
        yield live


@pytest.fixture
def live(_served: Live) -> Live:
    """The office: its server, its database as the cast left it."""
    _served.begin()
    return _served


@pytest.fixture
def sits_down(live: Live, new_context: Any) -> Iterator[Callable[..., Person]]:
    """sits_down("salesperson"): somebody at their own browser, signed in by the form.

    Further words: width, height, dark, scripts=False, signed_in=False. At the end nobody's browser may have
    had a script error, a breach of the content policy or a request that failed and was not `expected`.
    """
    people: list[Person] = []

    def somebody(username: str, **wishes: Any) -> Person:
        person = Person(new_context, live.url, username, **wishes)
        people.append(person)
        return person

    yield somebody
    for person in people:
        person.context.close()
    assert [trouble for person in people for trouble in person.troubles] == []
