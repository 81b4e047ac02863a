"""Another process of the office: python -m tests.kernel.process INSTANCE URL MOMENT HOW HOLDER.

HOW is "run": waits for a line on standard input, then runs what is due and prints what ran; or "hang": stops
in the middle of a job and says so.
"""

import sys
import time
from datetime import datetime
from pathlib import Path

from crm import create_app
from crm.kernel.jobs import job, run_due
from crm.kernel.numbers import take
from crm.kernel.settings import Settings

from .ticking import only


def main(instance: str, url: str, moment: str, how: str, holder: str) -> None:
    app = create_app(Settings(instance=Path(instance), database_url=url, secret_key="test", demo=False))
    with only():

        @job("test:process", at="08:30")
        def work(at: datetime) -> None:
            take(f"test {at:%d}")
            if how == "hang":
                print("in the middle", flush=True)
                time.sleep(60)

        if how == "run":
            print("ready", flush=True)
            sys.stdin.readline()
        print(*run_due(datetime.fromisoformat(moment), app=app, holder=holder), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
