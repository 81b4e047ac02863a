"""The doors of the hall, by noun."""

from crm.customers.views import (
    card,
    change_settings,
    changes,
    channels,
    contacts,
    desks,
    entry,
    grades,
    hints,
    lookup,
    owning,
    papers,
    record,
    register,
    sharing,
    steps,
    subscriptions,
)

__all__ = [
    "card",
    "change_settings",
    "changes",
    "channels",
    "desks",
    "entry",
    "hints",
    "lookup",
    "owning",
    "papers",
    "record",
    "register",
    "sharing",
    "steps",
    "subscriptions",
]
