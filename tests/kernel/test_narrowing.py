"""A query is narrowed for the models it reads and no others; what is overlooked is refused (CUS-3)."""

from typing import Any

import pytest
from sqlalchemy import exists, func, select, union
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from crm.accounts import User
from crm.complaints.models import Opinion
from crm.customers import Contact, Customer
from crm.customers.models import ChapterValues, ImportBatch, ImportRow
from crm.kernel import scope
from crm.kernel.database import Base
from crm.kernel.errors import Unscoped
from crm.kernel.scope import Scoped, scoped_in

pytestmark = pytest.mark.rule("CUS-3")

other = aliased(Customer)
person = aliased(Contact)

#: statement, and the scoped models it reads
READS = {
    "columns": (select(Customer.id, User.name).join(User, User.id == Customer.owner_id), {Customer}),
    "entity": (select(Customer), {Customer}),
    "no scoped one": (select(User), set()),
    "alias": (select(other.name), {Customer}),
    "join by class": (select(User.name).join(Customer, Customer.owner_id == User.id), {Customer}),
    "join by relationship": (select(Customer.id).join(Customer.contacts), {Customer, Contact}),
    "join to an alias": (select(Customer.id).join(Customer.contacts.of_type(person)), {Customer, Contact}),
    "select_from": (select(func.count()).select_from(ImportRow), {ImportRow}),
    "where exists": (select(User.id).where(exists().where(Contact.phone == "1")), {Contact}),
    "any": (select(Customer.id).where(Customer.contacts.any(Contact.phone == "1")), {Customer, Contact}),
    "subquery": (select(select(Contact.name).subquery()), {Contact}),
    "scalar subquery": (select(User.id, select(func.max(Customer.id)).scalar_subquery()), {Customer}),
    "cte": (select(select(ImportBatch.id).cte().c.id), {ImportBatch}),
    "union": (union(select(Customer.id), select(Opinion.id)), {Customer, Opinion}),
    "order by": (
        select(User.id).order_by(select(Customer.id).where(Customer.owner_id == User.id).scalar_subquery()),
        {Customer},
    ),
}


@pytest.mark.parametrize("way", READS)
def test_a_statement_tells_which_models_it_reads(way: str) -> None:
    statement, models = READS[way]
    assert set(scoped_in(statement)) == models


def test_what_is_always_joined_to_a_model_is_read_with_it() -> None:
    for mapper in Base.registry.mappers:
        joined = {r.mapper.class_ for r in mapper.relationships if r.lazy in ("joined", False)}
        scoped = {model for model in joined if issubclass(model, Scoped)}
        assert scoped <= scoped_in(select(mapper.class_)), mapper


@pytest.mark.parametrize(
    "statement",
    [
        select(Customer).options(joinedload(Customer.contacts)),
        select(Customer).outerjoin(Customer.contacts).options(contains_eager(Customer.contacts)),
        select(Customer).options(selectinload(Customer.contacts)),
    ],
)
def test_options_join_nothing_that_is_not_narrowed(
    statement: Any, two: Any, session: Any, seen_by: Any
) -> None:
    session.add_all(Contact(customer_id=id, name=f"联系人{id}") for id in two)
    session.commit()
    with seen_by("salesperson") as own:
        (customer,) = own.scalars(statement).unique()
        assert [c.customer_id for c in customer.contacts] == [two[0]]


def test_a_child_is_seen_with_its_customer(two: Any, session: Any, seen_by: Any) -> None:
    session.add_all(ChapterValues(customer_id=id, part="basics", values={}) for id in two)
    session.commit()
    alias = aliased(ChapterValues)
    with seen_by("salesperson") as own:
        assert own.scalars(select(ChapterValues.customer_id)).all() == [two[0]]
        assert own.scalars(select(alias.customer_id)).all() == [two[0]]
        rows = own.execute(
            select(User.id, Customer.id, alias.id)
            .join(Customer, Customer.owner_id == User.id)
            .outerjoin(alias, alias.customer_id == Customer.id)
        ).all()
        assert [row[1] for row in rows] == [two[0]]


def test_what_was_overlooked_is_refused(two: Any, seen_by: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with seen_by("salesperson") as session:
        assert session.scalars(select(Contact.id)).all() == []
        monkeypatch.setattr(scope, "scoped_in", lambda _statement: frozenset())
        with pytest.raises(Unscoped, match="contact"):
            session.scalars(select(Contact.id))
        monkeypatch.setattr(scope, "scoped_in", lambda _statement: frozenset({Customer}))
        with pytest.raises(Unscoped, match="contact"):
            session.scalars(select(Customer.id).join(Contact))


def test_who_gets_another_role_sees_by_it_at_once(two: Any, session: Any, cast: Any, seen_by: Any) -> None:
    with seen_by("dispatcher") as own:
        assert own.scalars(select(Customer.id)).all() == []
    cast.dispatcher.give_roles({"general_manager"}, by=cast.administrator, at=cast.dispatcher.created_at)
    session.commit()
    with seen_by("dispatcher") as own:
        assert set(own.scalars(select(Customer.id))) == set(two)


def test_who_moves_to_another_department_sees_by_it_at_once(
    two: Any, session: Any, cast: Any, seen_by: Any
) -> None:
    with seen_by("sales_manager") as own:
        assert own.scalars(select(Customer.id)).all() == [two[0]]
    cast.sales_manager.department = cast.department("销售二部")
    session.commit()
    with seen_by("sales_manager") as own:
        assert own.scalars(select(Customer.id)).all() == [two[1]]


def test_narrowings_are_kept_from_request_to_request_but_not_for_ever(
    two: Any, seen_by: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    visible_to = Customer.visible_to.__func__
    monkeypatch.setattr(
        Customer, "visible_to", classmethod(lambda cls, viewer: asked.append(1) or visible_to(cls, viewer))
    )
    scope._narrowings.clear()
    for _ in range(3):
        with seen_by("salesperson") as session:
            session.scalars(select(Customer.id)).all()
    assert len(asked) == 1
    monkeypatch.setattr(scope, "MOST_KEPT", 1)
    with seen_by("sales_manager") as session:
        session.scalars(select(Customer.id)).all()
    assert len(scope._narrowings) == 1
