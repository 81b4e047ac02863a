"""The clocks of an archive: into the register (ARC-4), first contact (OWN-3)."""

from datetime import date, datetime
from typing import Any, Protocol

from crm.customers.models import CustomerState
from crm.kernel.clock import OFFICE, local
from crm.kernel.languages import gettext as _
from crm.workdays import Clock, clock, days_clock

from .rules import collected_due

#: on the way into the register
UNFILED = (
    CustomerState.DRAFT,
    CustomerState.IN_REVIEW,
    CustomerState.RETURNED,
    CustomerState.APPROVED,
    CustomerState.DISPATCHED,
)


class Dated(Protocol):
    """What a row needs to have a clock: a Customer, or a line of the register."""

    state: Any
    collected_on: Any
    due_at: Any
    filed_at: Any
    first_contact_on: Any
    contact_due_at: Any


def entry_clock(collected: date | None, now: datetime, *, due: datetime | None = None) -> Clock | None:
    """How long until the archive must be in the register."""
    if collected is None:
        return None
    begun = datetime(collected.year, collected.month, collected.day, 9, tzinfo=OFFICE)
    return clock(due or collected_due(collected), start=begun, now=now, prefix=_("入册"))


def contact_clock(row: Dated, today: date) -> Clock | None:
    """How long until a new customer must have been contacted; None once it was, or where nobody need."""
    if row.first_contact_on is not None or row.contact_due_at is None:
        return None
    if row.state in (CustomerState.DRAFT, CustomerState.RETIRED):
        return None
    return days_clock(local(row.contact_due_at).date(), today, prefix=_("首次联系"))


def clock_of(row: Dated, now: datetime) -> Clock | None:
    """The one clock a list shows: into the register while it is not there, then the first contact."""
    if row.state in UNFILED:
        return entry_clock(row.collected_on, now, due=row.due_at)
    return contact_clock(row, local(now).date())


def filed_clock(row: Dated, now: datetime) -> Clock | None:
    """For the record's head: also how the clock ended."""
    if row.filed_at is None:
        return entry_clock(row.collected_on, now, due=row.due_at) if row.state in UNFILED else None
    return clock(row.due_at, now=now, done_at=row.filed_at, prefix=_("入册"))
