"""Floor 5: the hall. The archive from entry to filing, contacts, needs, grading, ownership, import."""

from typing import Any

from flask import Blueprint

bp = Blueprint("customers", __name__, url_prefix="/customers")

from . import hearers, indexing, outcomes, views  # noqa: E402,F401  they register themselves
from .importing import outcomes as _imports  # noqa: E402,F401
from .importing import views as _import_views  # noqa: E402,F401
from .models import BelongsToCustomer, Contact, Customer, CustomerState  # noqa: E402

__all__ = ["BelongsToCustomer", "Contact", "Customer", "CustomerState", "bp"]


def init_app(app: Any) -> None:
    from .cli import cli

    app.cli.add_command(cli)
