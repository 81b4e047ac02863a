"""Alembic's way in: crm/kernel/schema.py hands over the connection, this runs the migrations on it."""

from typing import Any

from alembic import context
from sqlalchemy import JSON

from crm.kernel.database import Base, UtcDateTime

connection = context.config.attributes["connection"]


def render_item(kind: str, thing: Any, autogen: Any) -> str | bool:
    """Our own types are written as what they are in the database."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """SQLite's full-text index is made by hand (crm/searching/ddl.py), and no model knows it."""
    return not (kind == "table" and (name or "").startswith("search_index"))


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite changes a table by making it anew
    render_as_batch=not context.config.attributes.get("first", False),
    render_item=render_item,
    include_name=include_name,
)
context.run_migrations()
