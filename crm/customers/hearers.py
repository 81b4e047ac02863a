"""What the archive does when departments or the calendar change."""

from typing import Any

from sqlalchemy import func, select, update

from crm.customers.archive.rules import collected_due
from crm.kernel.database import db, reading
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.scope import as_everyone
from crm.kernel.seams import hears
from crm.workdays import proposed

from .models import Customer, CustomerState

_customer: Any = Customer.__table__


@hears("department:move")
def follow(event: Any) -> None:
    """Customers of the moved subtree move along: the administrator who moves it sees none of them."""
    before, after = event.facts["before"], event.facts["after"]
    path = _customer.c.department_path
    db.session.execute(
        update(_customer)
        .where(path.startswith(before, autoescape=True))
        .values(department_path=after + func.substr(path, len(before) + 1))
        .execution_options(scoped=True)  # every row of the subtree, whoever moves it
    )


@hears("calendar:set", "calendar:remove")
def count_again(_event: Any) -> None:
    """An archive that is not in the register yet is due by the calendar as it will be (ARC-4)."""
    calendar, row = proposed(), _customer.c
    unfiled = row.state.not_in((CustomerState.FILED, CustomerState.RETIRED)) & row.due_at.is_not(None)
    everybody = {"scoped": True}  # an administrator changes the calendar and sees no customer
    rows = select(row.id, row.collected_on, row.due_at).where(unfiled).execution_options(**everybody)
    for customer in db.session.execute(rows).all():
        due = collected_due(customer.collected_on, calendar)
        if due != customer.due_at:
            change = update(_customer).where(row.id == customer.id).values(due_at=due)
            db.session.execute(change.execution_options(**everybody))


@hears("department:close")
def keep(event: Any) -> None:
    """A department that customers belong to is not closed: nobody would answer for them."""
    here = select(func.count()).where(
        _customer.c.department_id == event.thing.id, _customer.c.state != CustomerState.RETIRED
    )
    with reading(), as_everyone("a department closes only when no customer belongs to it") as session:
        count = session.scalar(here.select_from(_customer)) or 0
    if count:
        raise Refused(_("还有 %(n)s 家客户归这个部门，要先移交。", n=count))
