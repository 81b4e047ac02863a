"""What conditions of an approval flow may ask about a customer: plain columns, never what is sensitive."""

from collections.abc import Mapping
from typing import Any

from crm.approvals import Fact
from crm.customers.models import Customer
from crm.kernel.languages import lazy_gettext as _l

from .channels import offered
from .fields import BY_KEY, CHOICES
from .typed import Values

#: by key of the field; money is asked in yuan, as an administrator types it
_ASKED = ("value_level", "nature", "form", "industry", "province", "city", "staff")
_MONEY = {
    "yearly_revenue": ("yearly_revenue_fen", _l("年营业额（元）")),
    "budget": ("need_budget_high_fen", _l("需求预算上限（元）")),
}
_KINDS = {"choice": "choice", "int": "number"}


def customer_fields() -> list[Fact]:
    """What may be asked, with the values there are to choose from."""
    said = [_fact(key) for key in _ASKED]
    said += [Fact(key, label, "number") for key, (_key, label) in _MONEY.items()]
    said.append(Fact("source_channel", BY_KEY["source_channel"].label, "choice", tuple(offered())))
    said.append(Fact("key_customer", _l("重点客户"), "flag"))
    return said


def _fact(key: str) -> Fact:
    field = BY_KEY[key]
    choices = tuple(CHOICES[field.choices].items()) if field.choices else ()
    return Fact(key, field.label, _KINDS.get(field.kind, "text"), choices)


def customer_facts(customer: Customer, values: Values | Mapping[str, Any]) -> dict[str, Any]:
    """Their values, of an archive as `values` would make it."""
    said: dict[str, Any] = {key: values.get(key) for key in (*_ASKED, "source_channel")}
    for key, (fen, _label) in _MONEY.items():
        amount = values.get(fen)
        said[key] = None if amount is None else amount / 100
    return said | {"key_customer": customer.key_customer}


def customer_people(customer: Customer) -> dict[str, int | None]:
    """Whom a step may ask about this customer."""
    return {"owner": customer.owner_id or customer.author_id, "custodian": customer.custodian_id}
