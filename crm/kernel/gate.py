"""The writers' queue of one SQLite file."""

import threading
import time
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows: writers of other processes wait in SQLite itself
    fcntl = None  # type: ignore[assignment]

#: seconds a writer waits for its turn
PATIENCE = 8.0


class Gate:
    """One writer at a time, threads and processes alike.

    Waiting here is fairer and an order of magnitude quicker than SQLite's busy wait.
    """

    def __init__(self, path: Path) -> None:
        self._thread = threading.Lock()
        self._path = path

    def enter(self, timeout: float = PATIENCE) -> Any:
        """A ticket for `leave`, or None after `timeout` seconds: SQLite's busy timeout has the last word."""
        end = time.monotonic() + timeout
        if not self._thread.acquire(timeout=timeout):
            return None
        try:
            ticket = self if fcntl is None else self._lock_file(end)
        except BaseException:
            self._thread.release()
            raise
        if ticket is None:
            self._thread.release()
        return ticket

    def _lock_file(self, end: float) -> Any:
        file = self._path.open("ab")
        wait = 0.0005
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() > end:
                    file.close()
                    return None
                time.sleep(wait)
                wait = min(wait * 2, 0.01)
            else:
                return file

    def leave(self, ticket: Any) -> None:
        if ticket is None:
            return
        if ticket is not self:
            ticket.close()  # closing lets go of the lock
        self._thread.release()
