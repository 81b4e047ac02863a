"""The dispatcher's desk and Marketing's filing desk: whole batches in one go (ARC-5, ARC-6)."""

from typing import Any

from flask import abort, flash, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.accounts import Perm, User
from crm.customers import bp
from crm.customers.archive.clocks import entry_clock
from crm.customers.models import Customer
from crm.customers.steps.desks import MOST, to_dispatch, to_file, waiting_to_dispatch
from crm.customers.steps.forms import ArchivistForm, FilingForm, offer_people
from crm.customers.steps.people import archivists, custodians
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.web import form_at, go, page, requires, whole_numbers

Answer = ResponseReturnValue


@bp.get("/dispatch")
@requires(Perm.CUSTOMER_DISPATCH)
def dispatch_desk() -> Answer:
    rows = to_dispatch(g.user)
    clocks = {row.id: entry_clock(row.collected_on, g.now, due=row.due_at) for row in rows}
    total = waiting_to_dispatch(g.user) if len(rows) == MOST else len(rows)
    return page("customers/dispatch.html", rows=rows, clocks=clocks, total=total, ticked=_asked())


@bp.post("/dispatches")
@requires(Perm.CUSTOMER_DISPATCH)
def dispatch_batch() -> Answer:
    """Send the ones ticked, or with none ticked the whole batch as it was on the screen."""
    ids = _ticked() or _shown()
    batch = _load(ids)
    if not batch:
        raise Refused(_("现在没有待传送的档案。"))
    for customer in batch:
        customer.dispatch(by=g.user, at=g.now)
    flash(_("已传送 %(n)s 份档案到市场营销部。", n=len(batch)), "ok")
    return go("customers.dispatch_desk")


@bp.get("/filing")
@requires(Perm.CUSTOMER_READ)
def filing_desk() -> Answer:
    """Marketing names the archivist here, and the archivist files."""
    if not (g.user.may(Perm.CUSTOMER_ASSIGN_FILING) or g.user.may(Perm.CUSTOMER_FILE)):
        abort(403)
    return _desk()


@bp.post("/archivists")
@form_at("customers.filing_desk")
@requires(Perm.CUSTOMER_ASSIGN_FILING)
def name_archivists() -> Answer:
    form = ArchivistForm()
    offer_people(form.archivist, archivists())
    batch = _load(_ticked())
    if not form.validate_on_submit() or not batch:
        return _desk(422, naming=form, nothing=not batch)
    archivist = _person(form.archivist)
    for customer in batch:
        customer.name_archivist(archivist, by=g.user, at=g.now)
    flash(_("已指定 %(who)s 归档 %(n)s 份档案。", who=archivist.name, n=len(batch)), "ok")
    return go("customers.filing_desk")


@bp.post("/filings")
@form_at("customers.filing_desk")
@requires(Perm.CUSTOMER_FILE)
def file_batch() -> Answer:
    form = FilingForm()
    offer_people(form.custodian, custodians())
    batch = _load(_ticked())
    if not form.validate_on_submit() or not batch:
        return _desk(422, filing=form, nothing=not batch)
    keeper = _person(form.custodian)
    for customer in batch:
        customer.file(place=form.place.data or "", custodian=keeper, by=g.user, at=g.now)
    codes = _("、").join(str(c.code) for c in batch[:10])
    flash(_("已归档 %(n)s 份：%(codes)s", n=len(batch), codes=codes), "ok")
    return go("customers.filing_desk")


def _desk(status: int = 200, *, naming: Any = None, filing: Any = None, nothing: bool = False) -> Answer:
    rows = to_file(g.user)
    if naming is None and g.user.may(Perm.CUSTOMER_ASSIGN_FILING):
        naming = ArchivistForm(formdata=None)
        offer_people(naming.archivist, archivists())
    if filing is None and g.user.may(Perm.CUSTOMER_FILE):
        filing = FilingForm(formdata=None)
        offer_people(filing.custodian, custodians())
    clocks = {row.id: entry_clock(row.collected_on, g.now, due=row.due_at) for row in rows}
    return page(
        "customers/filing.html",
        status,
        rows=rows,
        clocks=clocks,
        naming=naming,
        filing=filing,
        nothing=nothing,
        ticked=_asked() | set(_ticked()),
    )


def _asked() -> set[int]:
    """What the address asks to tick, as a line of the to-do list does."""
    return set(whole_numbers(request.args.getlist("id")))


def _ticked() -> list[int]:
    return whole_numbers(request.form.getlist("id"))


def _shown() -> list[int]:
    """Of the archives that were on the screen, those that still wait: a colleague may have sent some."""
    seen = set(whole_numbers(request.form.getlist("shown")))
    return [row.id for row in to_dispatch(g.user) if row.id in seen]


def _load(ids: list[int]) -> list[Customer]:
    """The archives of a batch; one that is not in the viewer's scope is 404 for the whole batch."""
    query = select(Customer).where(Customer.id.in_(ids)).order_by(Customer.id).with_for_update(of=Customer)
    found = list(db.session.scalars(query))
    if len(found) != len(set(ids)):
        abort(404)
    return found


def _person(field: Any) -> User:
    person = db.session.get(User, int(field.data))
    assert person is not None, "one of the choices"
    return person
