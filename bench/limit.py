"""The limit page: bare Flask, 50 rows of 8 columns through the ORM, rendered with Jinja, and nothing else."""

from datetime import datetime
from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

PAGE = """<!doctype html><title>limit</title><table>
{% for r in rows %}<tr><td>{{ r.id }}</td><td>{{ r.code }}</td><td>{{ r.name }}</td><td>{{ r.industry }}</td>
<td>{{ r.city }}</td><td>{{ r.phone }}</td><td>{{ r.grade }}</td><td>{{ r.updated_at }}</td></tr>
{% endfor %}</table>"""


class Base(DeclarativeBase):
    pass


class Row(Base):
    """The customer's table, eight of its columns."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None]
    name: Mapped[str]
    industry: Mapped[str | None]
    city: Mapped[str | None]
    phone: Mapped[str | None]
    grade: Mapped[str | None]
    updated_at: Mapped[datetime]


def limit_app(database: str) -> Any:
    """The WSGI application of the limit page on the same database."""
    app = Flask("limit")
    app.jinja_loader = DictLoader({"limit.html": PAGE})  # compiled once, as files are
    engine = create_engine(database)

    @app.get("/")
    def show() -> str:
        with Session(engine) as session:
            rows = session.scalars(select(Row).order_by(Row.id.desc()).limit(50)).all()
            return render_template("limit.html", rows=rows)

    return app
