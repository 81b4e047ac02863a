"""The clock itself: a thread of the web process, or a process of its own."""

import threading

from flask import Flask

from crm.kernel import clock

from . import lease, outbox
from .runner import inside, run_due

#: seconds between two looks; a look only reads
TICK = 5.0
#: and when the database cannot be asked
AFTER_FAULT = 60.0


class Clockwork:
    """Runs the jobs of `app` until it is stopped."""

    def __init__(self, app: Flask, holder: str = lease.HOLDER, tick: float = TICK) -> None:
        self.app, self.holder, self.tick = app, holder, tick
        self._end = threading.Event()
        self._thread = threading.Thread(target=self.run, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """Let the present job end, for so many seconds; what takes longer is rolled back with the process."""
        self._end.set()
        outbox.nudge.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def run(self) -> None:
        """Work until stopped. Nothing that goes wrong ends it."""
        try:
            self._work()
        finally:
            self._leave()

    def _work(self) -> None:
        pause = self.tick
        while not self._end.is_set():
            nudged = outbox.nudge.wait(pause)
            outbox.nudge.clear()
            if self._end.is_set():
                break
            try:
                self._turn(nudged)
                pause = self.tick
            except Exception:
                self.app.logger.exception("the jobs could not be looked at")
                pause = max(self.tick, min(pause * 2, AFTER_FAULT))

    def _leave(self) -> None:
        try:
            inside(self.app, lease.give_back, self.holder, clock.now())
        except Exception:
            self.app.logger.warning("the lease of the jobs was not given back: it ends by itself")

    def _turn(self, nudged: bool) -> None:
        if nudged:
            inside(self.app, outbox.deliver_now, clock.now())
        run_due(app=self.app, holder=self.holder)
