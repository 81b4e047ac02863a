"""Alembic migrations, both ways, both databases. A new one: python -m migrations.make "what it does"."""
