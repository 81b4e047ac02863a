"""Where what was typed and what is stored part ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.customers.archive.fields import ASKED
from crm.customers.archive.shown import contact_line, shown_as
from crm.customers.archive.values import contacts_of, values_of
from crm.customers.models import Customer
from crm.kernel.languages import gettext as _


@dataclass(frozen=True)
class Difference:
    label: str
    stored: str
    typed: str


def differences(
    customer: Customer, values: Mapping[str, Any], contacts: Sequence[Mapping[str, str]]
) -> list[Difference]:
    """Field by field what another tab stored and this one typed."""
    stored = values_of(customer)
    found = [
        Difference(str(f.label), shown_as(f, stored[f.key]), shown_as(f, values[f.key]))
        for f in ASKED
        if (stored[f.key] or None) != (values[f.key] or None)
    ]
    ours, theirs = _lines(contacts_of(customer)), _lines(contacts)
    if ours != theirs:
        found.append(Difference(_("联系人"), ours, theirs))
    return found


def _lines(contacts: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(contact_line(c) for c in contacts)
