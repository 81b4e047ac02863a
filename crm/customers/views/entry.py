"""Entering an archive: drafts that keep themselves, submission."""

import secrets
from collections.abc import Iterable
from typing import Any

from flask import Response, flash, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.alike.similar import Likenesses, find
from crm.customers.archive.channels import offered
from crm.customers.archive.typed import Typed, read
from crm.customers.archive.values import contacts_of, unread_of, values_of, written_by
from crm.customers.entry import entering
from crm.customers.entry.complete import blame, check
from crm.customers.entry.differing import differences
from crm.customers.entry.forms import EntryForm, nothing_in
from crm.customers.entry.page import context
from crm.customers.models import Customer
from crm.files import DOCUMENTS, SCANS, store, tidy_name
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.web import form_at, go, keeping, page, requires, whole_number, whole_numbers

from .loading import load

Answer = ResponseReturnValue


@bp.get("/new")
@requires(Perm.CUSTOMER_ENTER)
def new() -> Answer:
    form = EntryForm(
        data={
            "draft_key": secrets.token_urlsafe(12),
            "collected_on": clock.today(),
            "met_by": g.user.name,
            "contacts": [{}],
        }
    )
    return _show(form, None)


@bp.get("/<int:id>/entry")
@requires(Perm.CUSTOMER_ENTER)
def resume(id: int) -> Answer:
    customer = load(id)
    if not customer.can_edit(g.user):
        return go("customers.show", id=id)
    return _show(form_of(customer), customer)


@bp.post("/drafts")
@form_at("customers.new")
@requires(Perm.CUSTOMER_ENTER)
def save_draft() -> Answer:
    return _save(None)


@bp.post("/<int:id>/entry")
@requires(Perm.CUSTOMER_ENTER)
def save_entry(id: int) -> Answer:
    return _save(id)


@bp.post("/submissions")
@form_at("customers.new")
@requires(Perm.CUSTOMER_ENTER)
def submit_new() -> Answer:
    return _submit(None)


@bp.post("/<int:id>/submission")
@form_at("customers.resume")
@requires(Perm.CUSTOMER_ENTER)
def submit(id: int) -> Answer:
    return _submit(id)


@bp.post("/<int:id>/draft-removal")
@requires(Perm.CUSTOMER_ENTER)
def give_up(id: int) -> Answer:
    entering.give_up(load(id), by=g.user, at=g.now)
    flash(_("草稿已放弃。"), "ok")
    return go("customers.index", view="mine")


@bp.post("/<int:id>/withdrawal")
@requires(Perm.CUSTOMER_ENTER)
def withdraw(id: int) -> Answer:
    entering.withdraw(load(id), by=g.user, at=g.now)
    flash(_("已撤回，修改后可以重新提交。"), "ok")
    return go("customers.resume", id=id)


def _save(id: int | None) -> Answer:
    """Save what was typed as it is; the form with its messages is made only where somebody has to see it."""
    typed = read(request.form.to_dict())
    quietly = request.accept_mimetypes.best == "application/json"
    customer = _draft(id, typed)
    if customer is None:
        return Response(status=204) if quietly else _left_empty()
    if _overtaken(customer):
        return _conflict(typed, customer)
    refused = _keep(typed, customer)
    if quietly:
        return jsonify(
            id=customer.id, version=customer.version, url=url_for("customers.resume", id=customer.id)
        )
    if refused:
        return keeping(_show(posted_form(refused), customer, 422))
    flash(_("草稿已保存，可以随时接着填。"), "ok")
    return go("customers.index", view="mine")


def _submit(id: int | None) -> Answer:
    typed = read(request.form.to_dict())
    customer = _draft(id, typed)
    if customer is None:
        form = posted_form()
        check(form, Likenesses(), by=g.user)
        return _show(form, None, 422)
    if _overtaken(customer):
        return _conflict(typed, customer)
    form = posted_form(_keep(typed, customer))
    alike = find(customer.name, customer.uscc or "", phones_of(customer), besides=customer.id)
    if not check(form, alike, by=g.user):
        return keeping(_show(form, customer, 422, alike=alike))
    reason = form["distinct_reason"].data if alike.likely else ""
    entering.submit(customer, distinct_reason=reason or "", by=g.user, at=g.now)
    flash(_("已提交审核：%(name)s", name=customer.name), "ok")
    return go("customers.show", id=customer.id)


def posted_form(refused: Iterable[tuple[str, str]] = ()) -> EntryForm:
    """What was posted, its shape validated; `refused`: control and reason of files that were not taken in."""
    form = EntryForm()
    form.offer_channels(offered(request.form.get("source_channel")))
    form.validate()
    for kind, reason in refused:
        blame(form[kind], reason)
    return form


def form_of(customer: Customer) -> EntryForm:
    """The form as the archive fills it; what a draft could not read stands as it was typed."""
    identity = {"id": customer.id, "version": customer.version, "draft_key": customer.draft_key}
    said = {"contacts": contacts_of(customer) or [{}], "distinct_reason": customer.distinct_reason}
    form = EntryForm(data=values_of(customer) | identity | said)
    for key, text in unread_of(customer).items():
        if key in form:
            form[key].raw_data = [text]
            form[key].data = text if isinstance(form[key].data, str) else form[key].data
    return form


def _left_empty() -> Answer:
    flash(_("什么都没有填，没有存草稿。"), "info")
    return go("customers.index", view="mine")


def _draft(id: int | None, typed: Typed) -> Customer | None:
    """The draft this form belongs to, or a new one; None where there is nothing to keep yet."""
    if id is None:
        id = whole_number(request.form.get("id"))
    if id is None:
        key = request.form.get("draft_key", "")[:40]
        if nothing_in(typed) and not any(f.filename for f in request.files.values()):
            return entering.begun(g.user, key)
        return entering.draft_for(g.user, key, at=g.now)
    customer = load(id, lock=True)
    entering.guard(customer, g.user)
    return customer


def _overtaken(customer: Customer) -> bool:
    """Whether another tab has changed it since this form was opened. What this tab itself saved a moment ago,
    without hearing of it because somebody pressed 提交 meanwhile, is no conflict."""
    seen = request.form.get("version", "")
    if seen == "" or customer.id is None or seen == str(customer.version):
        return False
    tab = request.form.get("tab", "")
    return not tab or tab != written_by(customer)


def _keep(typed: Typed, customer: Customer) -> list[tuple[str, str]]:
    """Save what was typed and the files that came along; answers with control and reason of refused files."""
    with db.session.no_autoflush:  # everything in one go, not a piece before each question
        entering.save(customer, typed.values, typed.contacts, typed.unread, by=g.user, at=g.now, tab=_tab())
    dropped = set(whole_numbers(request.form.getlist("drop_file")))
    entering.detach(customer, dropped, by=g.user)
    refused = []
    for kind, allowed in (("licence", SCANS), ("papers", DOCUMENTS)):
        for upload in request.files.getlist(kind):
            if upload.filename and (reason := _attach(customer, kind, upload, allowed)):
                refused.append((kind, reason))
    db.session.flush()
    return refused


def _tab() -> str:
    return request.form.get("tab", "")[:40]


def _attach(customer: Customer, kind: str, upload: FileStorage, allowed: frozenset[str]) -> str:
    """Take one file in; the reason where it is refused."""
    try:
        stored = store(upload, allowed=allowed)
    except Refused as refusal:
        return refusal.text
    name = tidy_name(upload.filename)
    entering.attach(customer, "licence" if kind == "licence" else "other", stored, name, by=g.user, at=g.now)
    return ""


def phones_of(customer: Customer) -> list[str]:
    """The customer's telephone and its contacts'."""
    return [customer.phone or "", *(c["phone"] for c in contacts_of(customer))]


def _show(form: EntryForm, customer: Customer | None, status: int = 200, **more: Any) -> Response:
    form.tab.data = _tab() or secrets.token_urlsafe(9)
    if len(form["source_channel"].choices) < 2:
        form.offer_channels(offered(form["source_channel"].data))
    if customer is not None:
        form.id.data, form.version.data = str(customer.id), str(customer.version)
    return page(
        "customers/entry.html", status, form=form, customer=customer, **context(form, customer, **more)
    )


def _conflict(typed: Typed, customer: Customer) -> Response:
    """Another tab or device was quicker: nothing is lost, the author says which one counts."""
    said = [(k, v) for k, v in request.form.items(multi=True) if k not in ("csrf_token", "version", "id")]
    return page(
        "customers/conflict.html",
        409,
        customer=customer,
        typed=said,
        differences=differences(customer, typed.values, typed.contacts),
        had_files=any(f.filename for f in request.files.values()),
    )
