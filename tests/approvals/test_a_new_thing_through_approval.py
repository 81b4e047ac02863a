"""The example of docs/put-a-thing-through-approval.md as it stands: under forty lines, and it works."""

import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from crm.approvals import FLOWS, Review, Verdict
from crm.approvals.outcomes import _outcomes
from crm.kernel.settings import ROOT

from .papers import NOW


class Gift:
    """What the example's room would have as a model."""

    __tablename__ = "gift"
    id, fen, name = 1, 80_000, "茶具"
    state = "draft"

    def allow(self, *, by: Any, at: Any) -> None:
        self.state = f"allowed by {by.username}"

    def give_back(self, *, by: Any, at: Any) -> None:
        self.state = "given back"


@pytest.fixture
def gift(monkeypatch: Any) -> Iterator[Gift]:
    text = (ROOT / "docs" / "put-a-thing-through-approval.md").read_text("utf-8")
    example = re.findall(r"```python\n(.*?)```", text, re.S)[0]
    assert len(example.splitlines()) < 40
    thing, models = Gift(), ModuleType("care.models")
    models.Gift, models.gift_of = Gift, lambda _review: thing  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "care", ModuleType("care"))
    monkeypatch.setitem(sys.modules, "care.models", models)
    exec(compile(example, "care/gifts.py", "exec"), {"__name__": "care.gifts", "__package__": "care"})
    yield thing
    FLOWS.pop("care:gift")
    _outcomes.pop("care:gift")


def submit(gift: Gift, by: Any) -> Review:
    return Review.submit("care:gift", gift, object_name=gift.name, proposal={"what": "茶具"}, by=by, at=NOW)


def test_the_documented_example_goes_through_approval(cast: Any, gift: Gift) -> None:
    review = submit(gift, cast.salesperson)
    assert review.facts == {"yuan": 800}
    review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)
    assert gift.state == "allowed by sales_manager"


def test_the_documented_example_is_given_back(cast: Any, gift: Gift) -> None:
    review = submit(gift, cast.salesperson)
    review.decide(Verdict.REJECT, by=cast.sales_manager, at=NOW, comment="太贵")
    assert gift.state == "given back"
