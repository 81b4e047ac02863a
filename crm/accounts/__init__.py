"""Floor 3: people, departments, roles, sign-in."""

from datetime import timedelta
from typing import Any

from flask import Blueprint

bp: Blueprint = Blueprint("accounts", __name__)

from . import (
    account,
    colleagues,
    delegations,
    departments,
    hand_overs,
    holding,
    people,
    setup,
    sign_in,
    sweeping,
)
from .colleagues import ColleagueField
from .models import (
    Company,
    Delegation,
    Department,
    LoginSession,
    Nobody,
    User,
    UserRole,
    below,
    delegates_on,
)
from .queries import people_with, principals_of
from .roles import GRANTS, PERM_NAMES, ROLE_NAMES, Perm, Role

__all__ = [
    "GRANTS",
    "PERM_NAMES",
    "ROLE_NAMES",
    "ColleagueField",
    "Company",
    "Delegation",
    "Department",
    "LoginSession",
    "Nobody",
    "Perm",
    "Role",
    "User",
    "UserRole",
    "below",
    "bp",
    "delegates_on",
    "people_with",
    "principals_of",
]


def init_app(app: Any) -> None:
    from .cli import cli
    from .sessions import login_manager

    login_manager.init_app(app)
    # the cookie of a kept session lives as long as the session may
    app.permanent_session_lifetime = timedelta(hours=app.config["SETTINGS"].session_hours)
    setup.guard_doors(app)
    app.cli.add_command(cli)
