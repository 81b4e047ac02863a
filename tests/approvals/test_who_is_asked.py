"""Who a step asks, when it is gone through, and what happens where nobody is there."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.accounts import Role, UserRole
from crm.approvals import Condition, Row, StepRule, Who, who_would_be_asked
from crm.approvals.asking import Matter, people_for
from crm.approvals.rules import EMPTY, Kind, Mode
from crm.kernel.errors import Refused

from .flows import asks, names, put

KINDS = """
manager                                 sales_manager
role_in_department sales_manager        sales_manager
role_in_branch dispatcher               dispatcher
role_in_company general_manager         general_manager
head                                    sales_manager
head_above                              branch_manager
person service_agent                    service_agent
owner                                   salesperson2
owner_manager                           sales_manager2
custodian                               custodian
"""


@pytest.mark.parametrize("line", KINDS.strip().splitlines())
def test_each_kind_finds_its_people(line: str, cast: Any) -> None:
    *said, expected = line.split()
    kind, word = said[0], said[1] if len(said) > 1 else ""
    who = Who(kind, user_id=cast[word].id) if kind == "person" else Who(kind, role=word)
    people = {"owner": cast.salesperson2.id, "custodian": cast.custodian.id}
    found = people_for(StepRule("x", "x", who), Matter(cast.salesperson, people))
    assert [p.username for p in found.people] == [expected]
    assert not found.why


EMPTY_SETS = """
role_in_department technician     up        sales_manager
role_in_department technician     skip      -
role_in_department technician     person    custodian
role_in_branch branch_manager     up        general_manager
head_above -                      up        general_manager
owner -                           up        sales_manager
"""


@pytest.mark.parametrize("line", EMPTY_SETS.strip().splitlines())
def test_where_nobody_fits_the_rule_says_what_then(line: str, cast: Any, session: Any) -> None:
    kind, role, empty, expected = line.split()
    cast.branch_manager.active = False
    session.flush()
    who = Who(kind, role="" if role == "-" else role)
    rule = StepRule("x", "x", who, empty=empty, empty_user_id=cast.custodian.id)
    found = people_for(rule, Matter(cast.salesperson))
    assert [p.username for p in found.people] == ([] if expected == "-" else [expected])
    assert found.why
    assert found.skipped == (empty == "skip")


@pytest.mark.rule("ARC-4")
def test_ones_own_goes_one_level_up_even_where_an_empty_step_is_skipped(cast: Any) -> None:
    rule = StepRule("x", "x", Who("role_in_department", role="sales_manager"), empty="skip")
    found = people_for(rule, Matter(cast.sales_manager))
    assert [p.username for p in found.people] == ["branch_manager"]


def test_who_is_away_for_good_is_not_asked_though_named(cast: Any, session: Any) -> None:
    cast.service_agent.active = False
    session.flush()
    rule = StepRule("x", "x", Who("person", user_id=cast.service_agent.id))
    assert [p.username for p in people_for(rule, Matter(cast.salesperson)).people] == ["general_manager"]


def test_a_step_whose_condition_does_not_hold_is_not_gone_through(cast: Any) -> None:
    large = Condition((Row("amount", "ge", 100),))
    steps = (asks(cast, "sales_manager"), asks(cast, "general_manager", when=large))
    assert len(put(cast, *steps, amount="99").steps) == 1
    assert len(put(cast, *steps, number=2, amount="100").steps) == 2


def test_a_submission_nobody_could_decide_is_refused_never_silently_approved(cast: Any) -> None:
    nobody = StepRule("x", "x", Who("role_in_department", role="technician"), empty="up")
    with pytest.raises(Refused, match="没有人可以审核"):
        put(cast, nobody, by="general_manager")


def test_two_heads_of_a_department_are_both_asked(cast: Any, session: Any) -> None:
    second = cast.salesperson3
    second.role_rows.append(UserRole(role=Role.SALES_MANAGER))
    session.flush()
    review = put(cast, StepRule("x", "x", Who("head")))
    assert set(names(review.steps[0].asked)) == {"sales_manager", "salesperson3"}


def test_one_sees_beforehand_who_would_be_asked(cast: Any) -> None:
    steps = (
        asks(cast, "sales_manager"),
        asks(cast, "branch_manager", when=Condition((Row("amount", "set"),))),
        StepRule("t", "t", Who("role_in_department", role="technician")),
    )
    said = who_would_be_asked("papers:one", cast.salesperson, steps=steps)
    assert [[p.username for p in people] for _step, people, _why in said] == [
        ["sales_manager"],
        [],
        ["sales_manager"],
    ]
    assert [bool(str(why)) for _step, _people, why in said] == [False, True, True]


ROWS = """
value_level eq strategic     yes
value_level eq key           no
value_level ne key           yes
value_level in key,strategic yes
amount ge 500                yes
amount ge 501                no
amount le 500                yes
amount eq 500                yes
unknown ge 1                 no
unknown unset -              yes
unknown ne x                 yes
amount set -                 yes
key eq true                  yes
"""


@pytest.mark.parametrize("line", ROWS.strip().splitlines())
def test_a_row_of_a_condition_holds_or_not(line: str) -> None:
    field, op, value, expected = line.split()
    row = Row(field, op, value.split(",") if op == "in" else value)
    facts = {"value_level": "strategic", "amount": 500, "key": True, "unknown": None}
    assert row.holds(facts) == (expected == "yes")


def test_rows_are_joined_by_and_or_by_or() -> None:
    rows = (Row("a", "eq", 1), Row("b", "eq", 2))
    assert not Condition(rows).holds({"a": 1, "b": 3})
    assert Condition(rows, "or").holds({"a": 1, "b": 3})
    assert Condition().holds({})


rows = st.builds(Row, st.text(max_size=5), st.sampled_from(["eq", "in", "ge"]), st.lists(st.integers()))
rules = st.builds(
    StepRule,
    key=st.text(min_size=1, max_size=9),
    name=st.text(max_size=9),
    who=st.builds(
        Who,
        st.sampled_from([str(k) for k in Kind]),
        st.sampled_from(["", "sales_manager"]),
        st.none() | st.integers(1, 9),
        st.lists(st.integers(1, 9)).map(tuple),
    ),
    mode=st.sampled_from(list(Mode)),
    when=st.builds(Condition, st.lists(rows, max_size=3).map(tuple), st.sampled_from(["and", "or"])),
    days=st.integers(0, 9),
    hours=st.integers(0, 9),
    remind_hours=st.integers(0, 9),
    escalates=st.booleans(),
    empty=st.sampled_from(EMPTY),
    empty_user_id=st.none() | st.integers(1, 9),
    once=st.booleans(),
)


@given(rules)
def test_a_rule_survives_being_stored(rule: StepRule) -> None:
    assert StepRule.from_plain(rule.to_plain()) == rule
