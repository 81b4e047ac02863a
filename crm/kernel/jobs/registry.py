"""The jobs there are. Rooms register at import, as they do with hearers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .schedule import Daily, Every, Schedule

Work = Callable[[datetime], None]


@dataclass(frozen=True)
class Job:
    """What runs by itself, and when."""

    name: str
    schedule: Schedule
    work: Work
    label: Any = ""  # lazy text: what it does, for the administrator
    in_pieces: bool = False
    only_if: Callable[[datetime], bool] | None = None


JOBS: dict[str, Job] = {}


def job(
    name: str,
    *,
    every: timedelta | None = None,
    at: str = "",
    weekly: int | None = None,
    label: Any = "",
    in_pieces: bool = False,
    only_if: Callable[[datetime], bool] | None = None,
) -> Callable[[Work], Work]:
    """Register a function that the clock calls: `every` so often, or `at` "08:30" of the office's clock,
    daily or `weekly` (0 is Monday).

    It runs once per slot, whichever process leads, in an app context of its own; `db.session` sees every row
    and is committed afterwards, so verbs, `record` and `notify` work as in a request. A fault rolls all of it
    back. It must stand being called again for the same moment. Its argument is the present moment for
    `every`, and for `at` the moment of the slot, which after a stop may lie days back: each missed slot of
    the last seven days is made good, of an interval the newest only.

    `label`: what it does, in words for the administrator. `in_pieces`: the work commits itself, piece by
    piece (long work, sessions of its own, a network): the run is then noted before it, and one whose process
    was killed begins anew after ten minutes. `only_if`: asked before, in a transaction that only reads;
    where it says no, no run is noted.
    """
    if (every is None) == (not at) or (weekly is not None and not at):
        raise ValueError(f"{name}: say either every= or at= (with weekly= or without)")
    schedule: Schedule = Every(every) if every is not None else Daily.at(at, weekly)

    def register(work: Work) -> Work:
        if name in JOBS and JOBS[name].work.__qualname__ != work.__qualname__:
            raise ValueError(f"two jobs are called {name}")
        JOBS[name] = Job(name, schedule, work, label or name, in_pieces, only_if)
        return work

    return register
