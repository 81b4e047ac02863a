"""或签, 会签, 依次: any of them, all of them, one after the other."""

from typing import Any

import pytest

from crm.approvals import Mode, StepState, Verdict
from crm.kernel.errors import Forbidden, Refused

from .flows import asks, names, put
from .papers import NOW, PAPERS

THREE = ("sales_manager", "branch_manager", "marketing_manager")


def yes(review: Any, who: Any, **more: Any) -> Any:
    return review.decide(Verdict.APPROVE, by=who, at=NOW, **more)


def test_any_one_answers_for_all(cast: Any) -> None:
    review = put(cast, asks(cast, *THREE, mode=Mode.ANY))
    assert names(review.steps[0].asked) == list(THREE)
    yes(review, cast.branch_manager)
    assert PAPERS[1].state == "approved"


def test_all_must_say_yes(cast: Any) -> None:
    review = put(cast, asks(cast, *THREE, mode=Mode.ALL))
    for name in THREE[:2]:
        yes(review, cast[name])
        assert review.pending
        with pytest.raises(Refused, match="已在"):
            yes(review, cast[name])
    assert names(review.steps[0].asked) == ["marketing_manager"]
    yes(review, cast.marketing_manager)
    assert PAPERS[1].state == "approved"
    assert len(review.decisions) == 3


@pytest.mark.parametrize("verdict", [Verdict.RETURN, Verdict.REJECT])
def test_where_all_must_say_yes_one_no_ends_it(cast: Any, verdict: Verdict) -> None:
    review = put(cast, asks(cast, *THREE, mode=Mode.ALL))
    yes(review, cast.marketing_manager)
    review.decide(verdict, by=cast.sales_manager, at=NOW, comment="不行")
    assert not review.pending
    with pytest.raises(Refused):
        yes(review, cast.branch_manager)
    assert names(review.steps[0].asked) == []


def test_in_turn_only_the_first_is_asked(cast: Any) -> None:
    review = put(cast, asks(cast, *THREE, mode=Mode.TURN))
    for name in THREE:
        assert names(review.steps[0].asked) == [name]
        for other in set(THREE) - {name}:
            assert not review.can_decide(cast[other])
        yes(review, cast[name])
    assert PAPERS[1].state == "approved"


def test_whose_turn_has_not_come_may_not_answer(cast: Any) -> None:
    review = put(cast, asks(cast, *THREE, mode=Mode.TURN))
    with pytest.raises(Forbidden):
        yes(review, cast.marketing_manager)


def test_who_said_yes_just_before_need_not_say_it_again(cast: Any) -> None:
    review = put(cast, asks(cast, "sales_manager"), asks(cast, *THREE[:2], key="again"))
    yes(review, cast.sales_manager)
    assert [s.state for s in review.steps] == [StepState.DONE, StepState.SKIPPED]
    assert "不再重复审批" in review.steps[1].rule["why"]
    assert PAPERS[1].state == "approved"


def test_unless_the_flow_wants_it_again(cast: Any) -> None:
    review = put(cast, asks(cast, "sales_manager"), asks(cast, "sales_manager", key="again", once=False))
    yes(review, cast.sales_manager)
    assert review.current is review.steps[1]


def test_where_all_must_answer_once_counts_only_for_all_of_them(cast: Any) -> None:
    review = put(cast, asks(cast, "sales_manager"), asks(cast, *THREE, key="all", mode=Mode.ALL))
    yes(review, cast.sales_manager)
    assert review.current is review.steps[1]


def test_the_author_picks_among_those_the_flow_offers(cast: Any) -> None:
    from crm.approvals import Review

    from .papers import paper

    put(cast, asks(cast, *THREE), number=2)
    wanted = (cast.marketing_manager.id, cast.technician.id)
    review = Review.submit(
        "papers:one", paper(3), object_name="x", proposal={}, by=cast.salesperson, at=NOW, chosen=wanted
    )
    assert names(review.steps[0].asked) == ["marketing_manager"]
