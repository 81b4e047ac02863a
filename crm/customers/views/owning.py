"""Whose a customer is: asking for a transfer, the pool, assignment (OWN-1, OWN-4)."""

from datetime import date
from typing import Any

from flask import abort, flash, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.accounts import Perm, User
from crm.customers import bp
from crm.customers.models import Customer
from crm.customers.models.belonging import line_of, sells
from crm.customers.owning import queries, transferring
from crm.customers.owning.forms import ClaimForm, OfferForm
from crm.customers.owning.pool import assign
from crm.customers.steps.forms import OwnerForm, ReasonForm, offer_people
from crm.customers.steps.people import salespeople
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.paging import Key, capped_count, paged
from crm.kernel.prepared import sees
from crm.kernel.web import form_at, go, page, requires, whole_numbers

from .dialogs import in_dialog
from .loading import load

Answer = ResponseReturnValue


@bp.get("/<int:id>/transfer")
@requires(Perm.CUSTOMER_ENTER)
def transfer_form(id: int) -> Answer:
    """Who recorded it first, and the form to ask for it or to give it away."""
    customer = _known(id)
    before = transferring.returned(id, g.user)
    form = _form(customer, fresh=True)
    if before is not None:
        form.reason.data = before.reason
        if isinstance(form, OfferForm):
            form.owner.data = str(before.items[0].values["new"])
    return _page(customer, form)


@bp.post("/<int:id>/transfer")
@requires(Perm.CUSTOMER_ENTER)
def ask_transfer(id: int) -> Answer:
    customer = _known(id, lock=True)
    form = _form(customer)
    if not form.validate_on_submit():
        return _page(customer, form, 422)
    to = db.session.get_one(User, int(form.owner.data)) if isinstance(form, OfferForm) else g.user
    try:
        transferring.ask(customer, to, reason=form.reason.data or "", by=g.user, at=g.now)
    except Refused as refusal:
        if not refusal.fields or any(name not in form for name in refusal.fields):
            raise
        form.accept(refusal)
        return _page(customer, form, 422)
    flash(_("已提交移交申请：%(name)s", name=customer.name), "ok")
    return go("customers.transfer_form", id=id)


@bp.post("/<int:id>/pool")
@form_at("customers.show")
@requires(Perm.CUSTOMER_ASSIGN)
def send_to_pool(id: int) -> Answer:
    customer, form = load(id, lock=True), ReasonForm()
    return in_dialog(
        customer,
        form,
        "pool",
        lambda: customer.send_to_pool(reason=form.reason.data or "", by=g.user, at=g.now),
    )


@bp.get("/pool")
@requires(Perm.CUSTOMER_ENTER)
def pool() -> Answer:
    """Name, grade and place of what is nobody's in the branch; a manager assigns, a salesperson asks."""
    return _pool()


@bp.post("/pool")
@form_at("customers.pool")
@requires(Perm.CUSTOMER_ASSIGN)
def assign_from_pool() -> Answer:
    """The ticked ones to one salesperson; all or none."""
    form = _assign_form()
    ids = whole_numbers(request.form.getlist("id"))
    customers = _load(ids)
    if not form.validate_on_submit() or not customers:
        return _pool(422, form=form, nothing=not customers)
    to = db.session.get_one(User, int(form.owner.data))
    try:
        assign(customers, to, reason=form.reason.data or "", by=g.user, at=g.now)
    except Refused as refusal:
        if not refusal.fields:
            raise
        form.accept(refusal)
        return _pool(422, form=form)
    flash(_("已把 %(n)s 家客户分配给 %(who)s。", n=len(customers), who=to.name), "ok")
    return go("customers.pool")


def _known(id: int, *, lock: bool = False) -> queries.Known:
    return queries.known(id, g.user, lock=lock) or abort(404)


def _form(customer: queries.Known, *, fresh: bool = False) -> Any:
    """The owner chooses a colleague; anybody else asks for themselves."""
    said: dict[str, Any] = {"formdata": None} if fresh else {}
    if customer.owner_id != g.user.id:
        return ClaimForm(**said)
    form = OfferForm(**said)
    offer_people(form.owner, queries.colleagues(g.user))
    return form


def _page(customer: queries.Known, form: Any, status: int = 200) -> Answer:
    mine = customer.owner_id == g.user.id
    return page(
        "customers/owning/transfer.html",
        status,
        customer=customer,
        form=form,
        mine=mine,
        may_ask=mine or sells(g.user),
        waits=queries.wanted(customer.id),
        sees=sees(Customer, customer.id),
    )


def _pool(status: int = 200, *, form: Any = None, nothing: bool = False) -> Answer:
    q, grade = request.args.get("q", "").strip()[:60], request.args.get("grade", "")
    grade = grade if grade in ("A", "B", "C", "none") else ""
    statement = queries.pool(g.user, q=q, grade=grade)
    collected, id = queries.POOL_KEYS
    keys = [Key(collected, descending=True, read=date.fromisoformat), Key(id, descending=True)]
    lines = paged(statement, keys, total=capped_count(statement))
    assigns = g.user.may(Perm.CUSTOMER_ASSIGN)
    line = line_of(g.user)
    return page(
        "customers/owning/pool.html",
        status,
        page=lines,
        mine={row.id for row in lines.rows if assigns and row.department_path.startswith(line)},
        q=q,
        grade=grade,
        form=(form or _assign_form(fresh=True)) if assigns else None,
        nothing=nothing,
        ticked=set(whole_numbers(request.form.getlist("id"))),
        asks=sells(g.user),
    )


def _assign_form(*, fresh: bool = False) -> OwnerForm:
    form = OwnerForm(formdata=None) if fresh else OwnerForm()
    offer_people(form.owner, salespeople(g.user))
    return form


def _load(ids: list[int]) -> list[Customer]:
    """Those of one's line; one that is not there is 404 for all."""
    query = select(Customer).where(Customer.id.in_(ids)).order_by(Customer.id).with_for_update(of=Customer)
    found = list(db.session.scalars(query))
    if len(found) != len(set(ids)):
        abort(404)
    return found
