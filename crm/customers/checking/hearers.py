"""An archive that its owner updated is mended: nobody has to say so as well (ARC-13)."""

from typing import Any

from sqlalchemy import event, select, update

from crm.audit import Event
from crm.customers.models import Customer, FieldChange, SpotCheck
from crm.kernel.database import db
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import hears
from crm.notifications import notify

from .drawing import path_of

#: changes that say nothing about what stands in the archive
_BESIDE = ("grade", "owner_id")


@hears("contact:retire", "contact:reinstate", "phone:retire", "phone:reinstate")
def mend(happened: Event) -> None:
    """The owner brought a contact or a telephone up to date."""
    customer = happened.thing
    if happened.by.id == customer.owner_id:
        mine = select(SpotCheck).where(SpotCheck.customer_id == customer.id, SpotCheck.verdict == "back")
        for check in db.session.scalars(mine.where(SpotCheck.mended_at.is_(None))):
            check.mend(at=happened.at)


@hears("spot_check:back")
def send_back(happened: Event) -> None:
    """Who answers for the archive is told; what is wrong stands on the check's own page."""
    customer = happened.thing
    text = _l("抽查退回：%(name)s", name=customer.name)
    notify(
        [customer.owner_id], text, path_of("customers.spot_check", id=happened.facts["check"]), at=happened.at
    )


@event.listens_for(FieldChange, "after_insert")
def _mend(_mapper: Any, connection: Any, change: FieldChange) -> None:
    """A field was changed, by whatever door: the row of its history is what they all write."""
    if change.field in _BESIDE:
        return
    owned = select(Customer.id).where(Customer.id == change.customer_id, Customer.owner_id == change.by_id)
    back = update(SpotCheck).where(SpotCheck.customer_id.in_(owned), SpotCheck.verdict == "back")
    connection.execute(back.where(SpotCheck.mended_at.is_(None)).values(mended_at=change.at))
