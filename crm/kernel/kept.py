"""Answers that may be shown again until somebody writes: the numbers in the frame of every page.

An answer is kept until this process commits anything, and for `FRESH` seconds at most, because the clock
moves on and other processes write too. Nothing that decides about rights is ever kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import event

from . import clock
from .database import Session, db, writing

Answer = TypeVar("Answer")

FRESH = timedelta(seconds=20)
MOST = 2000

_kept: OrderedDict[Hashable, tuple[object, datetime, Any]] = OrderedDict()
_lock = Lock()


class _Writes:
    """The last commit of this process, as a token: a new one each time."""

    last = object()


@event.listens_for(Session, "after_commit")
def _somebody_wrote(_session: Any) -> None:
    _Writes.last = object()


def kept(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer kept under `key` for this database, or a new one from `ask`."""
    if writing():  # what a refused change saw must not be kept
        return ask()
    key, now, last = (id(db.engine), key), clock.now(), _Writes.last
    with _lock:
        found = _kept.get(key)
    if found and found[0] is last and timedelta() <= now - found[1] < FRESH:
        answer: Answer = found[2]
        return answer
    answer = ask()
    with _lock:
        _kept[key] = (last, now, answer)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return answer


def forget() -> None:
    """Keep nothing: the database was replaced under us."""
    with _lock:
        _kept.clear()
