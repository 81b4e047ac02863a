"""Changing a filed archive: at once where a field is free, else by a proposal (ARC-9)."""

from typing import Any

from flask import abort, flash, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.changes import proposing
from crm.customers.changes.applying import apply_free
from crm.customers.changes.checking import alike_to, check
from crm.customers.changes.fields import currents, differing, is_sealed, known, label, part_of
from crm.customers.changes.forms import ChangeForm, form_of
from crm.customers.changes.free import free_keys, is_free
from crm.customers.changes.history import contact_turns, turns_of
from crm.customers.changes.page import (
    changed_meanwhile,
    form_context,
    offer_channels,
    proposed_in,
    request_context,
    told,
    undoing,
)
from crm.customers.changes.queries import changes_since, waiting_items
from crm.customers.models import ChangeRequest, Customer, FieldChange
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.prepared import found, sees
from crm.kernel.web import form_at, go, page, requires, whole_number

from .loading import load

Answer = ResponseReturnValue


@bp.get("/<int:id>/changes/new")
@requires(Perm.CUSTOMER_CHANGE)
def new_change(id: int) -> Answer:
    """The archive's form; `?undo=` fills in what stood there before an applied change."""
    customer = load(id)
    proposing.guard(customer, g.user)
    undone = _undone(customer, request.args.get("undo"))
    proposed: dict[str, Any] = {}
    if undone is not None:
        rows = db.session.scalars(select(FieldChange).where(FieldChange.request_id == undone.id)).all()
        proposed = undoing(list(rows), reads=customer.sees_sensitive(g.user))
    form = form_of(customer, proposed, reads=customer.sees_sensitive(g.user))
    if undone is not None:
        form["undoes"].data = str(undone.id)
        form["reason"].data = _("撤销变更：%(reason)s", reason=undone.reason)
    return _show(form, customer)


@bp.post("/<int:id>/changes")
@form_at("customers.new_change")
@requires(Perm.CUSTOMER_CHANGE)
def propose_change(id: int) -> Answer:
    return _send(load(id, lock=True))


@bp.get("/<int:id>/changes/<int:change_id>")
@requires(Perm.CUSTOMER_READ)
def change(id: int, change_id: int) -> Answer:
    """One proposal: what it says, what became of each field."""
    one = _proposal(id, change_id)
    customer = load(id) if sees(Customer, id) else None
    return page("customers/changes/show.html", **request_context(one, customer, g.user))


@bp.get("/<int:id>/contacts/<int:contact_id>/history")
@requires(Perm.CUSTOMER_READ)
def contact_history(id: int, contact_id: int) -> Answer:
    """What one contact was."""
    customer = load(id)
    contact = next((c for c in customer.contacts if c.id == contact_id), None) or abort(404)
    turns = contact_turns(customer, contact_id, reads=customer.sees_sensitive(g.user))
    return page("customers/changes/field.html", customer=customer, label=contact.name, turns=turns)


@bp.get("/changes/<int:id>")
@requires(Perm.CUSTOMER_READ)
def proposal(id: int) -> Answer:
    """Where a proposal's line of the to-do list leads: to its form while it is with its author."""
    one = found(ChangeRequest, id)
    mine = proposing.can_resubmit(one, g.user) and sees(Customer, one.customer_id)
    door = "revise_change" if mine else "change"
    return go(f"customers.{door}", id=one.customer_id, change_id=id)


@bp.get("/<int:id>/changes/<int:change_id>/revision")
@requires(Perm.CUSTOMER_CHANGE)
def revise_change(id: int, change_id: int) -> Answer:
    customer, proposal = load(id), _proposal(id, change_id)
    if not proposing.can_resubmit(proposal, g.user):
        return go("customers.change", id=id, change_id=change_id)
    proposing.guard(customer, g.user)
    proposed = proposed_in(proposal, customer, g.user)
    form = form_of(customer, proposed, reads=customer.sees_sensitive(g.user))
    form["reason"].data = proposal.reason
    return _show(form, customer, proposal=proposal)


@bp.post("/<int:id>/changes/<int:change_id>/revision")
@form_at("customers.revise_change")
@requires(Perm.CUSTOMER_CHANGE)
def resubmit_change(id: int, change_id: int) -> Answer:
    return _send(load(id, lock=True), _proposal(id, change_id, lock=True))


@bp.post("/<int:id>/changes/<int:change_id>/withdrawal")
@requires(Perm.CUSTOMER_CHANGE)
def give_up_change(id: int, change_id: int) -> Answer:
    proposing.give_up(_proposal(id, change_id, lock=True), by=g.user, at=g.now)
    flash(_("变更申请已放弃，档案不变。"), "ok")
    return go("customers.change", id=id, change_id=change_id)


@bp.get("/<int:id>/fields/<field>")
@requires(Perm.CUSTOMER_READ)
def field_history(id: int, field: str) -> Answer:
    """What one field was, from its filing on."""
    customer = load(id)
    if not known(field) or field not in currents(customer):
        abort(404)
    turns = turns_of(customer, field, reads=customer.sees_sensitive(g.user))
    return page("customers/changes/field.html", customer=customer, label=label(customer, field), turns=turns)


def _send(customer: Customer, proposal: ChangeRequest | None = None) -> Answer:
    """One form: free fields at once, the rest as a proposal or its next round."""
    proposing.guard(customer, g.user)
    form, reads = ChangeForm(), customer.sees_sensitive(g.user)
    offer_channels(form, request.form.get("source_channel"))
    if not form.validate_on_submit():
        return _show(form, customer, 422, proposal=proposal)
    before = currents(customer)
    said = form.said(before, reads=reads)
    since = changes_since(customer, whole_number(form["seen"].data) or 0)
    since = {key: row for key, row in since.items() if key in said}
    if form["version"].data != str(customer.version) and since:
        news = [changed_meanwhile(row, before.get(key), customer, reads=reads) for key, row in since.items()]
        _follow(form, customer, said, since, before, reads=reads)
        return _show(form, customer, 409, proposal=proposal, overtaken=news)
    changed = differing(before, said, reads=reads)
    marked = free_keys()
    at_once = {key: value for key, value in changed.items() if is_free(key, marked)}
    rest = {key: value for key, value in changed.items() if key not in at_once}
    if not changed:
        form.form_errors.append(_("没有改动，不用提交。"))
        return _show(form, customer, 422, proposal=proposal)
    alike = alike_to(customer, changed)
    if not check(form, customer, changed, alike, asks=bool(rest)):
        return _show(form, customer, 422, proposal=proposal, alike=alike)
    if rivals := _unseen(form, customer, rest, proposal):
        lines = [told(item, customer, reads=reads) for item in rivals]
        return _show(form, customer, 409, proposal=proposal, rivals=lines, alike=alike)
    try:
        made = _carry_out(form, customer, at_once, rest, proposal, likely=alike.likely)
    except Forbidden:
        raise
    except Refused as refusal:
        form.accept(refusal)
        return _show(form, customer, 409, proposal=proposal)
    _say(customer, len(at_once), len(rest))
    if made is None:
        return go("customers.show", id=customer.id)
    return go("customers.change", id=customer.id, change_id=made.id)


def _carry_out(
    form: ChangeForm,
    customer: Customer,
    at_once: dict[str, Any],
    rest: dict[str, Any],
    proposal: ChangeRequest | None,
    *,
    likely: bool,
) -> ChangeRequest | None:
    why: dict[str, Any] = {"reason": form["reason"].data or "", "by": g.user, "at": g.now}
    distinct = (form["distinct_reason"].data or "") if likely else ""
    if at_once:
        apply_free(customer, at_once, **why)
    if not rest:
        return None
    if proposal is not None:
        proposing.resubmit(proposal, customer, rest, distinct=distinct, **why)
        return proposal
    undoes = _undone(customer, form["undoes"].data)
    return proposing.propose(customer, rest, distinct=distinct, undoes=undoes, **why)


def _follow(
    form: ChangeForm,
    customer: Customer,
    said: dict[str, Any],
    since: dict[str, FieldChange],
    before: dict[str, Any],
    *,
    reads: bool,
) -> None:
    """Where the author left a field alone, the form takes over what it became meanwhile; of what they may not
    read they left nothing alone that they filled in."""
    own = {key for key in said if reads or not is_sealed(part_of(key))}
    left = {key for key, row in since.items() if key in own and said[key] == row.values["old"]}
    fresh = form_of(customer, {}, reads=reads)
    for key in left:
        mine, theirs = form.control(key), fresh.control(key)
        if mine is not None and theirs is not None:
            mine.raw_data, mine.data = None, theirs.data


def _unseen(
    form: ChangeForm, customer: Customer, rest: dict[str, Any], proposal: ChangeRequest | None
) -> list[Any]:
    """Others' proposals about the same fields that came since the form was shown."""
    shown = whole_number(form["shown"].data) or 0
    waiting = waiting_items(customer, besides=proposal.id if proposal else None)
    return [item for item in waiting if item.field in rest and item.id > shown]


def _say(customer: Customer, at_once: int, rest: int) -> None:
    if at_once:
        flash(_("已改 %(n)s 项：%(name)s", n=at_once, name=customer.name), "ok")
    if rest:
        flash(_("%(n)s 项变更已提交审核：%(name)s", n=rest, name=customer.name), "ok")


def _show(
    form: ChangeForm,
    customer: Customer,
    status: int = 200,
    *,
    proposal: ChangeRequest | None = None,
    **more: Any,
) -> Answer:
    offer_channels(form, form["source_channel"].data)
    context = form_context(form, customer, g.user, request=proposal)
    return page("customers/changes/form.html", status, **context | more)


def _undone(customer: Customer, said: str | None) -> ChangeRequest | None:
    """The applied change somebody wants to undo."""
    number = whole_number(said)
    return _proposal(customer.id, number) if number is not None else None


def _proposal(id: int, change_id: int, *, lock: bool = False) -> ChangeRequest:
    mine = select(ChangeRequest).where(ChangeRequest.id == change_id, ChangeRequest.customer_id == id)
    one: ChangeRequest = db.first_or_404(mine.with_for_update(of=ChangeRequest) if lock else mine)
    return one
