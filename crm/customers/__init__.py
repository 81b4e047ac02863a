"""Floor 5: the hall. The archive from entry to filing, contacts, needs, grading, ownership, import."""

from typing import Any

from flask import Blueprint

bp = Blueprint("customers", __name__, url_prefix="/customers")

from . import hearers, indexing, views
from .changes import outcome as _changes
from .changes import telling as _telling
from .checking import hearers as _check_hearers
from .checking import jobs as _check_jobs
from .checking import views as _check_views
from .entry import outcomes
from .importing import outcomes as _imports
from .importing import views as _import_views
from .models import BelongsToCustomer, Contact, Customer, CustomerState
from .owning import handing_over
from .owning import outcome as _transfers
from .steps import grade_outcome as _grades

__all__ = ["BelongsToCustomer", "Contact", "Customer", "CustomerState", "bp"]


def init_app(app: Any) -> None:
    from .cli import cli

    app.cli.add_command(cli)
