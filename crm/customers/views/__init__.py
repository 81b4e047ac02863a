"""The doors of the hall, by noun."""

from . import card, channels, desks, entry, hints, lookup, papers, record, register, steps

__all__ = ["card", "channels", "desks", "entry", "hints", "lookup", "papers", "record", "register", "steps"]
