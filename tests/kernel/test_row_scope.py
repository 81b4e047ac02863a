"""Who looks decides which rows exist; whatever the query, and whatever way around it is tried (CUS-3)."""

from typing import Any

import pytest
from sqlalchemy import (
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased

from crm.accounts import User
from crm.customers import Contact, Customer
from crm.kernel.database import db
from crm.kernel.errors import OutOfScope, Unscoped
from crm.kernel.guard import bypasses_scope
from crm.kernel.scope import EVERYONE, as_everyone, set_viewer

from .conftest import customer

pytestmark = pytest.mark.rule("CUS-3")
alias = aliased(Customer)
table = Customer.__table__

#: each asks for the ids of all customers, in another way
ASKING = {
    "select": select(Customer.id),
    "entity": select(Customer).with_only_columns(Customer.id),
    "alias": select(alias.id),
    "join": select(Customer.id).select_from(User).join(Customer, Customer.owner_id == User.id),
    "outer join": select(Customer.id)
    .select_from(User)
    .outerjoin(Customer, Customer.owner_id == User.id)
    .where(Customer.id.is_not(None)),
    "subquery": select(select(Customer.id).subquery().c.id),
    "cte": select(select(Customer.id).cte().c.id),
    "union": union_all(select(Customer.id), select(Customer.id).where(Customer.id < 0)),
    "in": select(Customer.id).where(Customer.id.in_(select(alias.id))),
}


@pytest.mark.parametrize("way", ASKING)
def test_a_query_finds_own_rows_only(two: Any, seen_by: Any, way: str) -> None:
    with seen_by("salesperson") as session:
        assert session.scalars(ASKING[way]).all() == [two[0]]
    with seen_by("general_manager") as session:
        assert set(session.scalars(ASKING[way])) == set(two)
    with seen_by("administrator") as session:
        assert session.scalars(ASKING[way]).all() == []


def test_a_foreign_row_cannot_be_got(two: Any, seen_by: Any) -> None:
    with seen_by("salesperson") as session:
        assert session.get(Customer, two[1]) is None
        assert session.get(Customer, two[0]).name == "云州恒拓"
        with pytest.raises(NoResultFound):
            session.get_one(Customer, two[1])


def test_counting_and_asking_whether_there_is_one_tell_nothing(two: Any, seen_by: Any) -> None:
    with seen_by("salesperson") as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 1
        assert session.scalar(select(func.count(Customer.id))) == 1
        assert session.scalar(select(func.count()).select_from(select(Customer.id).limit(9).subquery())) == 1
        assert session.scalar(select(exists().where(Customer.name == "青岚远航"))) is False
        assert session.scalar(select(exists().where(Customer.name == "云州恒拓"))) is True
        assert session.scalar(select(select(Customer.id).where(Customer.id == two[1]).exists())) is False
        assert (
            session.scalar(select(literal(1)).where(select(alias).where(alias.id == two[1]).exists())) is None
        )


def test_a_lazy_load_is_narrowed_too(two: Any, session: Any, cast: Any, seen_by: Any) -> None:
    session.add_all(Contact(customer_id=id, name=f"联系人{id}", title="采购经理") for id in two)
    session.commit()
    with seen_by("salesperson") as own:
        assert [c.name for c in own.get(Customer, two[0]).contacts] == [f"联系人{two[0]}"]
        assert own.scalars(select(Contact.name)).all() == [f"联系人{two[0]}"]
        assert own.scalars(select(Contact.name).join(Customer)).all() == [f"联系人{two[0]}"]


def test_bulk_changes_reach_own_rows_only(two: Any, seen_by: Any, session: Any) -> None:
    with seen_by("salesperson") as own:
        assert own.execute(update(Customer).values(met_by="本人")).rowcount == 1
        assert own.execute(delete(Customer).where(Customer.id == two[1])).rowcount == 0
        own.commit()
    assert {tuple(row) for row in session.execute(select(Customer.id, Customer.met_by))} == {
        (two[0], "本人"),
        (two[1], None),
    }


#: ways around the criteria: Core tables, text, bulk inserts
AROUND = {
    "core": select(table.c.id),
    "core table": select(table),
    "core count": select(func.count()).select_from(table),
    "core join": select(User.__table__.c.name).join(table, table.c.owner_id == User.__table__.c.id),
    "core subquery": select(select(table.c.id).subquery()),
    "core cte": select(select(table.c.id).cte()),
    "core union": union_all(select(table.c.id), select(table.c.id)),
    "core update": update(table).values(met_by="x"),
    "core delete": delete(table),
    "insert": insert(Customer).values(name="x"),
    "text": text("SELECT id FROM customer"),
    "text join": text('SELECT c.id FROM "user" AS u JOIN customer AS c ON c.owner_id = u.id'),
    "text cross join": text('SELECT c.id FROM "user" AS u, customer AS c'),
    "text column": select(literal_column("customer.id")).select_from(text("customer")),
    "from text": select(Customer).from_statement(text("SELECT id, name FROM customer")),
}


@pytest.mark.parametrize("way", AROUND)
def test_no_way_around_the_scope(two: Any, seen_by: Any, way: str) -> None:
    with seen_by("salesperson") as session, pytest.raises((Unscoped, AssertionError)):
        session.execute(AROUND[way])


@pytest.mark.parametrize("way", [*ASKING, *(w for w in AROUND if w != "from text")])
def test_without_a_viewer_there_are_no_rows_but_an_error(two: Any, seen_by: Any, way: str) -> None:
    with seen_by(None) as session, pytest.raises(Unscoped):
        session.execute((ASKING | AROUND)[way])


def test_a_connection_of_its_own_is_guarded_too(two: Any, app: Any) -> None:
    with app.app_context(), db.engine.connect() as connection, pytest.raises(Unscoped):
        connection.execute(select(table.c.id))


def test_a_core_table_in_a_mapped_query_is_found_by_the_tests() -> None:
    """At run time the guard cannot tell it from the scope's own subqueries, so the tests listen for it."""
    assert bypasses_scope(select(User.name, table.c.id).join(table, table.c.owner_id == User.id))
    assert bypasses_scope(select(User.name).where(User.id.in_(select(table.alias().c.owner_id))))
    assert not any(bypasses_scope(statement) for statement in ASKING.values())


def test_a_new_row_outside_of_the_writers_scope_is_refused(seen_by: Any, cast: Any) -> None:
    with seen_by("salesperson") as session:
        session.add(customer(cast.salesperson2, "别人的客户"))
        with pytest.raises(OutOfScope):
            session.flush()


def test_a_row_moved_out_of_the_writers_scope_is_refused(two: Any, seen_by: Any, cast: Any) -> None:
    with seen_by("salesperson") as session:
        mine = session.get(Customer, two[0])
        mine.owner_id = mine.author_id = cast.salesperson2.id
        with pytest.raises(OutOfScope):
            session.flush()


def test_writing_without_a_viewer_is_refused(seen_by: Any, cast: Any) -> None:
    with seen_by(None) as session:
        session.add(customer(cast.salesperson, "没有人看"))
        with pytest.raises(Unscoped):
            session.flush()


def test_a_session_has_one_viewer(seen_by: Any, cast: Any) -> None:
    with seen_by("salesperson") as session:
        with pytest.raises(Unscoped):
            set_viewer(session, cast.general_manager)
        set_viewer(session, session.info["viewer"])


def test_system_work_says_why(two: Any, app: Any) -> None:
    with pytest.raises(ValueError, match="why"):
        EVERYONE("")
    with app.app_context(), as_everyone("count them all") as session:
        assert session.scalar(select(func.count(Customer.id))) == 2


def test_the_viewers_own_rows_may_be_loaded_while_answering(two: Any, seen_by: Any) -> None:
    """After a rollback roles and department are read again, in the middle of another query."""
    with seen_by("sales_manager") as session:
        session.rollback()
        session.info["viewer"].__dict__.pop("roles", None)
        assert session.scalars(select(Customer.id)).all() == [two[0]]
