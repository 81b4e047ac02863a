"""Floor 5: the hall. The archive from entry to filing, contacts, needs, grading, ownership, import."""

from typing import Any

from flask import Blueprint

bp = Blueprint("customers", __name__, url_prefix="/customers")

from . import hearers, indexing, views
from .entry import outcomes
from .importing import outcomes as _imports
from .importing import views as _import_views
from .models import BelongsToCustomer, Contact, Customer, CustomerState

__all__ = ["BelongsToCustomer", "Contact", "Customer", "CustomerState", "bp"]


def init_app(app: Any) -> None:
    from .cli import cli

    app.cli.add_command(cli)
