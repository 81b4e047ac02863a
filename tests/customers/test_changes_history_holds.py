"""Whatever is proposed and decided in whatever order: the archive says what its history says (ARC-9)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.approvals import Review, Verdict
from crm.customers.changes.applying import apply_free
from crm.customers.changes.fields import CHANGEABLE, currents
from crm.customers.changes.proposing import propose
from crm.customers.models import FieldChange
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Refused

from .entries import archive

VALUES: dict[str, list[Any]] = {
    "industry": ["泵业", "阀门", "通用设备制造"],
    "staff": [100, 200, 320],
    "city": ["云州", None],
    "founded_on": ["2001-02-03", None],
    "terms": ["月结", "现款", None],
    "image": ["好", None],
    "need_decider": ["许望舒", None],
}
PEOPLE = ("salesperson", "archivist", "branch_manager")
changes = st.dictionaries(st.sampled_from(sorted(VALUES)), st.integers(0, 2), min_size=1)
steps = st.one_of(
    st.tuples(st.just("propose"), st.sampled_from(PEOPLE), changes),
    st.tuples(st.just("free"), st.sampled_from(PEOPLE), changes),
    st.tuples(st.sampled_from(["approve", "return", "reject", "withdraw"]), st.integers(0, 5)),
)


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


@pytest.mark.rule("ARC-9")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(course=st.lists(steps, min_size=1, max_size=12))
def test_every_field_is_what_its_last_change_made_it(cast, course):
    customer = archive(cast, "filed", f"云州试验{Counter.next()}号泵业有限公司")
    began = currents(customer)
    for what, *rest in course:
        try:
            take(cast, customer, what, *rest)
            db.session.flush()
        except Refused:
            pass  # nothing would change, or nobody may
    db.session.expire_all()
    said = dict(began)
    rows = select(FieldChange).where(FieldChange.customer_id == customer.id).order_by(FieldChange.id)
    for row in db.session.scalars(rows):
        assert row.values["old"] == said[row.field], row.field
        said[row.field] = row.values["new"]
    now = currents(customer)
    assert {k: now[k] for k in VALUES} == {k: said[k] for k in VALUES}
    assert {f.key: now[f.key] for f in CHANGEABLE} == {f.key: said[f.key] for f in CHANGEABLE}


class Counter:
    """Names of archives, each once."""

    number = 0

    @classmethod
    def next(cls) -> int:
        cls.number += 1
        return cls.number


def take(cast, customer, what, *rest):
    at = clock.now()
    if what in ("propose", "free"):
        who, picked = cast[rest[0]], {k: VALUES[k][n % len(VALUES[k])] for k, n in rest[1].items()}
        if what == "propose":
            propose(customer, picked, reason="试验", by=who, at=at)
        else:
            apply_free(customer, picked, reason="", by=who, at=at)
        return
    mine = select(Review).where(Review.flow == "customers:change", Review.object_name == customer.name)
    waiting = [r for r in db.session.scalars(mine.order_by(Review.id)) if r.pending]
    if not waiting:
        return
    review = waiting[rest[0] % len(waiting)]
    if what == "withdraw":
        review.withdraw(by=review.author, at=at)
    else:
        reviewer = review.current.asked[0].user
        review.decide(Verdict(what), by=reviewer, at=at, comment="试验")
