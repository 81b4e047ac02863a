"""The index on `search_doc.terms`, which neither database's models can say. Called by the first migration.

SQLite: FTS5 over the table's own column. Its trigram tokenizer cannot find two characters, so the tokens are
ours and the tokenizer only splits at blanks ("ascii" leaves every other sign alone). Triggers may not write
it (trusted_schema is off), so index.py does. PostgreSQL: a GIN index over the array of tokens.
"""

from typing import Any

_SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5(terms, content='search_doc', content_rowid='id',"
    " tokenize='ascii', detail=none, columnsize=0)",
    "INSERT INTO search_index (search_index) VALUES ('rebuild')",
)
_POSTGRES = (
    # fastupdate off: while entries wait in its list, the planner takes the index for slow and reads the table
    "CREATE INDEX ix_search_doc_terms ON search_doc USING gin (string_to_array(terms, ' '))"
    " WITH (fastupdate = off)",
)


def create(connection: Any) -> None:
    """Build the index over what `search_doc` holds."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.exec_driver_sql(statement)


def drop(connection: Any) -> None:
    """Take the index away, not the table."""
    what = "TABLE search_index" if connection.dialect.name == "sqlite" else "INDEX ix_search_doc_terms"
    connection.exec_driver_sql(f"DROP {what}")
