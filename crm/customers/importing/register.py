"""What the register knows already, asked for the companies of a file (ARC-14)."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from crm.accounts import Department, User
from crm.customers.models import Contact, Customer, CustomerState
from crm.kernel.database import db, reading
from crm.kernel.scope import as_everyone

from .judging import Company, Keys, Known

AT_ONCE = 500
#: a dead number says nothing (ARC-12)
_ALIVE, _CONTACT_ALIVE = Customer.phone_retired_at.is_(None), Contact.phone_retired_at.is_(None)


def known_in_register(keys: Keys) -> Known:
    """The companies with one of these licence codes, normalised names or telephones, whoever may see them.

    Only ids, names and codes leave here, for judging: what may be said of one is asked again in the
    viewer's own scope. Reads in a transaction of its own, so that no writer waits.
    """
    known = Known()
    with reading(), as_everyone("duplicates of an import are found in the whole register") as session:
        for some in _batched(keys.licences):
            for company, key, _phone in _companies(session, Customer.uscc.in_(some)):
                known.add(company, key)
        for some in _batched(keys.names):
            for company, key, _phone in _companies(session, Customer.name_key.in_(some)):
                known.add(company, key)
        for some in _batched(keys.phones):
            for company, _key, phone in _companies(session, Customer.phone.in_(some), _ALIVE):
                known.by_phone.setdefault(phone, company)
            with_contact = Contact.phone.in_(some), Contact.retired_at.is_(None), _CONTACT_ALIVE
            for company, _key, phone in _companies(session, *with_contact, phone=Contact.phone):
                known.by_phone.setdefault(phone, company)
    return known


def _companies(session: Session, *like: ColumnElement[bool], phone: Any = Customer.phone) -> Iterator[Any]:
    query = select(Customer.id, Customer.name, Customer.uscc, Customer.name_key, phone.label("number"))
    if phone is not Customer.phone:
        query = query.join(Contact, Contact.customer_id == Customer.id)
    for row in session.execute(query.where(*like, _counts()).order_by(Customer.id)):
        yield Company(row.id, row.name, row.uscc), row.name_key, row.number


def _counts() -> ColumnElement[bool]:
    """Drafts are nobody's business yet; a rejected entry never stood in the register."""
    never = and_(Customer.state == CustomerState.RETIRED, Customer.filed_at.is_(None))
    return ~or_(Customer.state == CustomerState.DRAFT, never)


def people_below(author: User) -> dict[str, User]:
    """Who may be named as owner: active people of the author's department and below, by name where it is
    the only one."""
    people = db.session.scalars(
        select(User)
        .join(Department, Department.id == User.department_id)
        .where(User.active, Department.path.startswith(author.department.path, autoescape=True))
    )
    by_name: dict[str, list[User]] = {}
    for person in people:
        by_name.setdefault(person.name, []).append(person)
    return {name: found[0] for name, found in by_name.items() if len(found) == 1}


def _batched(things: Collection[str]) -> Iterator[list[str]]:
    rest = iter(things)
    while some := list(islice(rest, AT_ONCE)):
        yield some
