"""The roof's sample company: people, archives and complaints with some weeks of history up to today.

Everything was done by the verbs of the rooms, at moments of the past: what the audit chain, the reviews and
the timelines say is true of the sample. The same day makes the same sample.
"""

import io
from random import Random
from typing import Any

from flask import has_app_context
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from crm.accounts import Company
from crm.accounts.passwords import hash_password
from crm.customers.archive.channels import SHIPPED, seed_channels
from crm.files import store
from crm.kernel.database import db
from crm.kernel.scope import EVERYONE, set_viewer
from crm.kernel.settings import demo_password
from crm.notifications import Message

from . import archives, company, opinions
from .diary import Diary
from .firms import firms
from .paper import sample_licence

SEED = 20261121
FIRST_DAY = 75  # working days ago


def load(app: Any, password: str | None = None) -> str:
    """Load the sample where no company is set up; returns the password of everybody in it.

    One transaction: all of it or nothing.
    """
    password = password or demo_password(app.config["SETTINGS"])
    if not has_app_context():
        with app.app_context():
            return load(app, password)
    if db.session.scalar(select(Company.id)) is not None:
        return password
    db.session.rollback()
    hashed = hash_password(password)
    set_viewer(db.session, EVERYONE("the sample company is loaded"))
    try:
        _live(hashed)
        db.session.commit()
    finally:
        db.session.remove()  # the next user of this context has its own viewer
    return password


def _live(password_hash: str) -> None:
    rng, diary = Random(SEED), Diary()  # noqa: S311  nothing secret is drawn
    people = company.found(password_hash, at=diary.at(FIRST_DAY, 8))
    seed_channels()
    licence = FileStorage(io.BytesIO(sample_licence()), "licence.pdf", content_type="application/pdf")
    scan = store(licence)
    db.session.flush()
    made = firms(archives.COUNT, rng, diary.last)
    planned = archives.stories(diary, made, people, list(SHIPPED), scan, rng)
    opinions.plan(diary, planned, people, rng)
    diary.live()
    # who was told something before yesterday has read it
    old = update(Message).where(Message.at < diary.at(0, 0)).values(read_at=diary.at(0, 0))
    db.session.execute(old.execution_options(synchronize_session=False))
