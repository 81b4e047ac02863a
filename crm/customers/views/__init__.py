"""The doors of the hall, by noun."""

from crm.customers.views import (
    card,
    channels,
    desks,
    entry,
    hints,
    lookup,
    papers,
    record,
    register,
    steps,
)

__all__ = ["card", "channels", "desks", "entry", "hints", "lookup", "papers", "record", "register", "steps"]
