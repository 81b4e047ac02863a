"""Floor 3: people, departments, roles, sign-in."""

from datetime import timedelta
from typing import Any

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from . import account, departments, people, setup, sign_in
from .models import Company, Department, LoginSession, Nobody, User, UserRole, below
from .queries import people_with
from .roles import GRANTS, PERM_NAMES, ROLE_NAMES, Perm, Role

__all__ = [
    "GRANTS",
    "PERM_NAMES",
    "ROLE_NAMES",
    "Company",
    "Department",
    "LoginSession",
    "Nobody",
    "Perm",
    "Role",
    "User",
    "UserRole",
    "below",
    "bp",
    "people_with",
]


def init_app(app: Any) -> None:
    from .cli import cli
    from .sessions import login_manager

    login_manager.init_app(app)
    # the cookie of a kept session lives as long as the session may
    app.permanent_session_lifetime = timedelta(hours=app.config["SETTINGS"].session_hours)
    setup.guard_doors(app)
    app.cli.add_command(cli)
