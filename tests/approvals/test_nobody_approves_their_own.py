"""Own entries go one level up, at last to the general manager."""

from typing import Any

import pytest
from sqlalchemy import select

from crm.accounts import Role, User, UserRole
from crm.approvals import Verdict, manager_of
from crm.kernel.errors import Forbidden, Refused
from crm.notifications import Message

from .papers import NOW, submit

ASKED = """
salesperson          sales_manager
salesperson3         sales_manager
salesperson2         sales_manager2
sales_manager        branch_manager
sales_manager2       branch_manager2
branch_manager       general_manager
branch_manager2      general_manager
archivist            general_manager
marketing_manager    general_manager
dispatcher           branch_manager
service_agent        general_manager
service_agent2       branch_manager2
administrator        general_manager
"""


@pytest.mark.rule("ARC-4")
@pytest.mark.parametrize("line", ASKED.strip().splitlines())
def test_the_manager_asked_is_the_nearest_above(line: str, cast: Any) -> None:
    author, manager = line.split()
    assert [p.username for p in manager_of(cast[author])] == [manager]


def test_without_a_manager_one_level_up_is_asked(cast: Any, session: Any) -> None:
    cast.sales_manager.active = False
    session.flush()
    assert manager_of(cast.salesperson) == [cast.branch_manager]
    cast.branch_manager.active = False
    session.flush()
    assert manager_of(cast.salesperson) == [cast.general_manager]


def test_who_sells_and_manages_is_reviewed_from_above(cast: Any, session: Any) -> None:
    both = cast.sales_manager
    both.role_rows.append(UserRole(role=Role.SALESPERSON))
    session.flush()
    assert submit(both).steps[0].asked[0].user == cast.branch_manager


def test_two_managers_of_one_department_do_not_sign_for_each_other(cast: Any, session: Any) -> None:
    second = cast.salesperson3
    second.role_rows.append(UserRole(role=Role.SALES_MANAGER))
    session.flush()
    assert manager_of(cast.sales_manager) == [cast.branch_manager]
    assert set(manager_of(cast.salesperson)) == {cast.sales_manager, second}


def test_at_the_top_another_general_manager_or_nobody(cast: Any, session: Any) -> None:
    boss = cast.general_manager
    with pytest.raises(Refused, match="没有人可以审核"):
        submit(boss)
    second = User(
        username="gm2",
        name="另一位",
        department=boss.department,
        password_hash="",
        created_at=NOW,
    )
    second.role_rows = [UserRole(role=Role.GENERAL_MANAGER)]
    session.add(second)
    session.flush()
    assert manager_of(boss) == [second]


def test_where_nobody_could_decide_the_submission_is_refused(cast: Any) -> None:
    with pytest.raises(Refused, match="没有人可以审核"):
        submit(cast.salesperson, "papers:nobody")


def test_the_author_cannot_decide_even_when_asked(cast: Any) -> None:
    review = submit(cast.salesperson)
    review.author_id = cast.sales_manager.id
    with pytest.raises(Forbidden):
        review.decide(Verdict.APPROVE, by=cast.sales_manager, at=NOW)


def test_who_was_asked_and_may_review_no_more_cannot_decide(cast: Any, session: Any) -> None:
    review, manager = submit(cast.salesperson), cast.sales_manager
    session.commit()
    assert review.can_decide(manager)
    manager.give_roles({Role.TECHNICIAN}, by=cast.administrator, at=NOW)
    session.refresh(review.steps[0])
    assert not review.can_decide(manager)
    with pytest.raises(Forbidden):
        review.decide(Verdict.APPROVE, by=manager, at=NOW)


def test_where_nobody_fits_any_more_the_step_stays_open_until_somebody_does(cast: Any, session: Any) -> None:
    review = submit(cast.branch_manager)
    session.commit()
    boss = cast.general_manager
    boss.give_roles({Role.TECHNICIAN}, by=cast.administrator, at=NOW)
    assert [a.user_id for a in review.steps[0].asked] == []
    assert review.pending
    session.commit()
    told = session.scalars(select(Message.recipient_id).where(Message.text.contains("没有人可以审批"))).all()
    assert told == [cast.branch_manager.id]
    boss.give_roles({Role.GENERAL_MANAGER}, by=cast.administrator, at=NOW)
    assert [a.user_id for a in review.steps[0].asked] == [boss.id]


def test_who_is_named_and_left_is_replaced_from_above(cast: Any, session: Any) -> None:
    review = submit(cast.salesperson, "papers:aside")
    session.commit()
    cast.branch_manager2.disable(by=cast.administrator, at=NOW)
    assert [a.user.username for a in review.steps[1].asked] == ["general_manager"]
