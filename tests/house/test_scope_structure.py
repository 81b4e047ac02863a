"""Every table that hangs on a customer or an opinion says who sees its rows (CUS-3)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

import crm
from crm.kernel.database import Base
from crm.kernel.scope import Scoped, scoped_models
from crm.kernel.settings import ROOT

SOURCES = sorted(p for p in (ROOT / "crm").rglob("*.py") if "kernel" not in p.relative_to(ROOT).parts)

#: tables that point at a scoped one and have no scope of their own: why nobody can read rows through them
EXEMPT = {
    "review_step": "read only through its review",
    "review_comment": "read only through its review",
    "review_copy": "says who may read a review; asked only inside Review.visible_to, read through the review",
    "customer_access": "who is admitted to a customer; asked only inside Customer.visible_to",
}

#: who names a scoped table bare, where criteria do not reach, and what narrows it instead
BARE = {
    "crm/customers/hearers.py": "customers follow their department, whoever moves it",
    "crm/customers/importing/queries.py": "the to-do line of one's own batches",
    "crm/complaints/models/opinion.py": "inside visible_to",
    "crm/complaints/holding.py": "every open case of the person who leaves, whoever hands over",
    "crm/approvals/queries.py": "the to-do line of who is asked",
    "crm/approvals/seating.py": "the review of an open step is locked, whoever moved the people asked",
    "crm/customers/changes/queries.py": "the to-do line of one's own returned proposals",
    "crm/approvals/holding.py": "every review of the person who leaves, whoever hands over",
    "crm/customers/owning/handing_over.py": "all that the person who leaves holds, whoever hands over",
    "crm/customers/models/customer.py": "inside visible_to: whose change somebody is asked about",
    "crm/customers/owning/queries.py": "name, grade, city and first record of the own branch's customers",
    "crm/complaints/hearers.py": "opinions follow the department that took them in",
}

assert crm.ROOMS


def _models() -> dict[str, Any]:
    return {m.local_table.name: m.class_ for m in Base.registry.mappers if isinstance(m.local_table, Table)}


@pytest.mark.rule("CUS-3")
def test_what_hangs_on_a_scoped_thing_is_scoped() -> None:
    scoped = {m.__tablename__ for m in scoped_models()}
    open_tables = set()
    for name, table in Base.metadata.tables.items():
        points_at = {key.column.table.name for key in table.foreign_keys}
        named = {"customer_id", "opinion_id"} & set(table.columns.keys())
        if name not in scoped and (points_at & scoped or named):
            open_tables.add(name)
    assert open_tables == {name for name in EXEMPT if name in Base.metadata.tables}


@pytest.mark.rule("CUS-3")
def test_every_scope_can_be_asked(session: Any, cast: Any) -> None:
    people = [cast.salesperson, cast.administrator, cast.archivist, cast.technician]
    for model in scoped_models():
        for person in people:
            assert model.visible_to(person) is not None, model


@pytest.mark.rule("CUS-3")
def test_core_tables_of_scoped_models_stay_inside_scopes() -> None:
    """Criteria do not reach Model.__table__: outside of visible_to it is said in BARE what narrows it."""
    open_models = {model.__name__ for model in _models().values()} - {m.__name__ for m in scoped_models()}
    used = [line for path in SOURCES for line in _core_tables(path, open_models)]
    assert [line for line in used if line.partition(":")[0] not in BARE] == []
    # and nobody is excused who has no need of it any more
    assert set(BARE) == {line.partition(":")[0] for line in used}


def _core_tables(path: Path, open_models: set[str]) -> Iterator[str]:
    """Where a file says `X.__table__` of a scoped model, or of a variable that may hold one."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in ("visible_to", "things_asked")
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr != "__table__" or id(node) in inside:
            continue
        if isinstance(node.value, ast.Name) and node.value.id not in open_models:
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.value.id}.__table__"


def test_scope_columns_exist() -> None:
    for model in scoped_models():
        for name in model.__scope_columns__:
            assert name in model.__table__.columns, (model, name)


def test_every_table_has_a_model() -> None:
    assert set(_models()) == set(Base.metadata.tables)
    assert issubclass(_models()["customer"], Scoped)
