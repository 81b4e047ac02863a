"""Where rooms meet without importing upward: hearers, panels, holdings (the outcomes live with approvals).

Rooms register at import; the roof (`crm/__init__.py`) imports every room.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

Hearer = Callable[[Any], None]

_hearers: dict[str, list[Hearer]] = defaultdict(list)
_panels: dict[str, list["Panel"]] = defaultdict(list)


def hears(*tags: str) -> Callable[[Hearer], Hearer]:
    """Register a function that is called with the event when one of `tags` is recorded.

    It runs inside the transaction that records, before the commit: what it writes stands or falls
    with the fact itself.
    """

    def register(hearer: Hearer) -> Hearer:
        for tag in tags:
            _hearers[tag].append(hearer)
        return hearer

    return register


def tell(tag: str, event: Any) -> None:
    """Call every hearer of `tag`."""
    for hearer in _hearers.get(tag, ()):
        hearer(event)


@dataclass(frozen=True)
class Panel:
    """A part of a page that another room draws; fetched by htmx from `endpoint`."""

    place: str
    key: str
    label: Any  # lazy text
    endpoint: str
    perm: Any = None
    #: called with the thing's id, gives the number shown beside the label
    count: Callable[[int], int] | None = None
    #: where the panel is a link to a page (place "settings"): its sign and what it is about
    icon: str = ""
    note: Any = ""  # lazy text


def panel(place: str, key: str, label: Any, endpoint: str, **more: Any) -> None:
    """Offer a panel to a page: place "customer" hands the customer's id to the endpoint."""
    _panels[place].append(Panel(place, key, label, endpoint, **more))


def panels(place: str, user: Any) -> list[Panel]:
    """The panels of a place that this user may open."""
    return [p for p in _panels[place] if p.perm is None or user.may(p.perm)]


class Holding:
    """A kind of thing a person holds, so that nothing is left behind when they leave (OWN-4).

    A room subclasses it and decorates with @holding. Whoever hands over need not see the things: counting
    and handing over look past the row scope, and tell numbers only.
    """

    key: ClassVar[str] = ""
    label: ClassVar[Any] = ""  # lazy text
    #: the foreign keys that say whose these things are, "table.column"
    columns: ClassVar[tuple[str, ...]] = ()
    #: what becomes of them where nobody takes them; "" where somebody must
    without: ClassVar[Any] = ""  # lazy text

    def count(self, user: Any) -> int:
        """How many of them this person holds."""
        raise NotImplementedError(self.key)

    def may_take(self, user: Any) -> bool:
        """Whether this person may hold such things."""
        raise NotImplementedError(self.key)

    def hand_over(self, user: Any, to: Any, *, by: Any, at: datetime) -> None:
        """Give all of them to `to` (None: `without`); afterwards `count` is 0."""
        raise NotImplementedError(self.key)


_holdings: dict[str, Holding] = {}


def holding(key: str, label: Any) -> Callable[[type[Holding]], type[Holding]]:
    """Register a kind of holding."""

    def register(kind: type[Holding]) -> type[Holding]:
        kind.key, kind.label = key, label
        _holdings[key] = kind()
        return kind

    return register


def holdings() -> list[Holding]:
    """Every kind, in the order the rooms registered them."""
    return list(_holdings.values())
