"""Reviewers at another process of the office: python -m tests.approvals.reviewers INSTANCE URL USERNAME...

Says "ready"; then each line on standard input, "REVIEW PAPER", is approved by all of them at the same moment,
and what became of it stands on one line of the output, in their order: "decided" or "refused".
"""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy.orm import lazyload

from crm import create_app
from crm.accounts import User
from crm.approvals import Review, Verdict
from crm.kernel.database import begin_mode, db
from crm.kernel.errors import Refused
from crm.kernel.scope import EVERYONE, set_viewer
from crm.kernel.settings import Settings
from tests.cast import IDS
from tests.database import hurry

from .papers import NOW, paper


def main(instance: str, url: str, *people: str) -> None:
    app = create_app(Settings(instance=Path(instance), database_url=url, secret_key="test", demo=False))
    with app.app_context():
        hurry(db.engine)
    together = threading.Barrier(len(people))

    def press(name: str, review_id: int) -> str:
        together.wait()
        with app.app_context():
            begin_mode(writes=True)
            set_viewer(db.session, EVERYONE("what they see is tested elsewhere"))
            person = db.session.get_one(User, IDS[name])
            # what is read before it is held counts for nothing, so the steps are left for later
            review = db.session.get_one(Review, review_id, options=[lazyload(Review.steps)])
            try:
                review.decide(Verdict.APPROVE, by=person, at=NOW)
            except Refused:
                db.session.rollback()
                return "refused"
            db.session.commit()
            return "decided"

    with ThreadPoolExecutor(len(people)) as threads:
        print("ready", flush=True)
        for line in sys.stdin:
            review_id, number = map(int, line.split())
            paper(number)  # papers are not in the database: each process has its own
            pressed = [threads.submit(press, name, review_id) for name in people]
            print(*(answer.result() for answer in pressed), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
