"""The tables of people: where they work, who they are, where they are signed in."""

from .delegations import Delegation, delegates_on
from .nobody import Nobody
from .people import User, UserRole
from .places import Company, Department, below
from .sign_ins import LoginSession, Throttle, alive, token_hash

__all__ = [
    "Company",
    "Delegation",
    "Department",
    "LoginSession",
    "Nobody",
    "Throttle",
    "User",
    "UserRole",
    "alive",
    "below",
    "delegates_on",
    "token_hash",
]
