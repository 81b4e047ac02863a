"""Likely the same company, told before saving (ARC-14): those one may see by name, the others by number."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import aliased

from crm.accounts import User
from crm.customers.archive.rules import phone_fault, tidy_licence, tidy_phone
from crm.customers.models import Contact, Customer, CustomerState
from crm.kernel.database import db, reading
from crm.kernel.scope import as_everyone

from .likeness import likeness, probes

SHOWN = 80  # per cent from which a name is worth showing
LIKELY = 90  # from which one has to say why it is another company
MOST_CANDIDATES = 2000
MOST_SHOWN = 5


@dataclass(frozen=True)
class Alike:
    """An archive that may be the same company; `percent` is None where only licence or telephone agree."""

    id: int
    name: str
    code: str | None
    state: str
    owner: str
    collected_on: date
    percent: int | None
    same_licence: bool
    same_phone: bool

    @property
    def likely(self) -> bool:
        return self.same_licence or self.same_phone or (self.percent or 0) >= LIKELY


@dataclass(frozen=True)
class Likenesses:
    """What was found; `hidden`: those one may not see; `likely`: one is probably the same."""

    shown: list[Alike] = field(default_factory=list)
    hidden: int = 0
    likely: bool = False

    @property
    def count(self) -> int:
        return len(self.shown) + self.hidden


def find(name: str, uscc: str = "", phones: Iterable[str] = (), *, besides: int | None = None) -> Likenesses:
    """Archives like this one, likeliest first. Only reads; another person's draft is nobody's business."""
    pieces = probes(name) if name else []
    code = tidy_licence(uscc) if uscc else ""
    numbers = {tidy_phone(p) for p in phones if p and phone_fault(p) is None}
    if not any(len(p) > 1 for p in pieces) and not code and not numbers:
        return Likenesses()
    with reading(), as_everyone("likely same companies are counted, not named") as session:
        rows = _candidates(session, pieces, code, numbers, besides)
    found = [a for row in rows if (a := _judge(row, name, code, numbers))]
    found.sort(key=lambda a: (not a.likely, -(a.percent or 100), a.id))
    may_see = _visible([a.id for a in found])
    shown = [a for a in found if a.id in may_see]
    return Likenesses(shown[:MOST_SHOWN], len(found) - len(shown), any(a.likely for a in found))


def _candidates(
    session: Any, pieces: list[str], code: str, numbers: set[str], besides: int | None
) -> list[Any]:
    """Rows worth comparing: a shared piece of the name, the same licence, the same telephone."""
    any_of: list[Any] = [Customer.name_key.contains(p, autoescape=True) for p in pieces if len(p) > 1]
    if code:
        any_of.append(Customer.uscc == code)
    if numbers:
        any_of.append(and_(Customer.phone.in_(numbers), Customer.phone_retired_at.is_(None)))
        any_of.append(Customer.id.in_(select(Contact.customer_id).where(*_called(numbers))))
    owner = aliased(User)
    contact_phones = select(Contact.customer_id).where(*_called(numbers), Contact.customer_id == Customer.id)
    query = (
        select(
            Customer.id,
            Customer.name,
            Customer.code,
            Customer.state,
            Customer.uscc,
            case((Customer.phone_retired_at.is_(None), Customer.phone)).label("phone"),
            Customer.collected_on,
            owner.name.label("owner"),
            contact_phones.exists().label("contact_phone"),
        )
        .join(owner, owner.id == Customer.author_id)
        .where(Customer.state != CustomerState.DRAFT, or_(*any_of))
        .limit(MOST_CANDIDATES)
    )
    if besides is not None:
        query = query.where(Customer.id != besides)
    return list(session.execute(query))


def _called(numbers: set[str]) -> tuple[Any, ...]:
    """A contact who is there, on a number that is not dead (ARC-12)."""
    return Contact.phone.in_(numbers), Contact.phone_retired_at.is_(None), Contact.retired_at.is_(None)


def _judge(row: Any, name: str, code: str, numbers: set[str]) -> Alike | None:
    percent = likeness(name, row.name) if name else 0
    same_licence = bool(code) and row.uscc == code
    same_phone = row.phone in numbers or bool(row.contact_phone)
    if percent < SHOWN and not same_licence and not same_phone:
        return None
    return Alike(
        row.id,
        row.name,
        row.code,
        row.state,
        row.owner,
        row.collected_on,
        percent if percent >= SHOWN else None,
        same_licence,
        same_phone,
    )


def _visible(ids: list[int]) -> set[int]:
    return set(db.session.scalars(select(Customer.id).where(Customer.id.in_(ids)))) if ids else set()
