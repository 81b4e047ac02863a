"""Reviewers at another process of the office: python -m tests.approvals.reviewers INSTANCE URL USERNAME...

Says "ready"; then each line on standard input, "REVIEW STEP PAPER", is approved by all of them at the same
moment, and what the door told each stands on one line of the output, in their order.
"""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crm import create_app
from crm.kernel.database import db
from crm.kernel.settings import Settings
from tests.client import Client, signed_in
from tests.database import hurry

from .papers import paper


def main(instance: str, url: str, *people: str) -> None:
    settings = Settings(instance=Path(instance), database_url=url, secret_key="of the tests", demo=False)
    app = create_app(settings)
    app.test_client_class = Client
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        hurry(db.engine)
    clients = [signed_in(app, name) for name in people]
    together = threading.Barrier(len(clients))

    def press(client: Client, review: str, step: str) -> int:
        together.wait()
        data = {"step_id": step, "decision": "approve"}
        return int(client.post(f"/reviews/{review}/decisions", data=data).status_code)

    with ThreadPoolExecutor(len(clients)) as threads:
        print("ready", flush=True)
        for line in sys.stdin:
            review, step, number = line.split()
            paper(int(number))  # a paper is not in the database: each process has its own
            pressed = [threads.submit(press, client, review, step) for client in clients]
            print(*(answer.result() for answer in pressed), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
