"""Taking an opinion in (CMP-1): in under a minute, by keyboard alone."""

import secrets
from typing import Any

from flask import flash, g, request

from crm.accounts import Perm
from crm.complaints import bp, queries, rules
from crm.complaints.forms import IntakeForm
from crm.complaints.models import Opinion
from crm.complaints.words import Kind, Severity
from crm.files import DOCUMENTS, Unsuitable, accept, store, tidy_name
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.text import folded, tidy
from crm.kernel.web import go, page, part, requires, whole_number


@bp.get("/new")
@requires(Perm.OPINION_REGISTER)
def new() -> Any:
    form: Any = IntakeForm(received_at=g.now, form_key=secrets.token_urlsafe(12))
    chosen = whole_number(request.args.get("customer", ""))
    name = queries.customer_seen(chosen) if chosen else None
    if name:
        form.customer_name.data, form.customer_id.data = name, str(chosen)
    return _form(form, found=[])


@bp.post("/new")
@requires(Perm.OPINION_REGISTER)
def register() -> Any:
    form: Any = IntakeForm()
    key = (form.form_key.data or "")[:40]
    if (before := queries.taken_in_by(g.user, key)) is not None:
        flash(_("这张表已登记为 %(number)s，没有重复登记。", number=before.number), "ok")
        return go("complaints.show", id=before.id)
    form.technician.offer(queries.technicians())
    fine = form.validate()
    customer_id, found = _customer(form)
    words = _alarm(form)
    if not fine or form.customer_name.errors or form.severity.errors:
        return _form(form, found=found, words=words, status=422)
    judged = form.kind.data == Kind.JUDGEMENT
    try:
        opinion = Opinion.register(
            kind=form.kind.data,
            severity=form.severity.data,
            channel=form.channel.data,
            what_happened=form.what_happened.data,
            wanted=form.wanted.data or "",
            title=form.title.data or "",
            product=form.product.data or "",
            customer_id=customer_id,
            customer_name=form.customer_name.data,
            contact_name=form.contact_name.data,
            contact_phone=form.contact_phone.data or "",
            received_at=form.received_at.data,
            technician_id=form.technician.data if judged else None,
            score=form.score.data if judged else None,
            alarming=words,
            form_key=key,
            by=g.user,
            at=g.now,
        )
        for upload in uploads(form):
            opinion.attach(store(upload), tidy_name(upload.filename), by=g.user, at=g.now)
    except Unsuitable as refusal:
        form.files.errors = [*form.files.errors, refusal.text]
        return _form(form, found=found, words=words, status=422)
    except Refused as refusal:
        if not refusal.fields:
            raise
        form.accept(refusal)
        return _form(form, found=found, words=words, status=422)
    if opinion.serious:
        flash(_("已登记 %(number)s，并已报总经理批示。", number=opinion.number), "ok")
    else:
        flash(_("已登记 %(number)s。", number=opinion.number), "ok")
    return go("complaints.show", id=opinion.id)


@bp.get("/customers")
@requires(Perm.OPINION_REGISTER)
def customers() -> Any:
    """Customers whose name or code fits what is being typed: name and code only."""
    words = tidy(request.args.get("customer_name", ""))[:120]
    return part("complaints/_customers.html", found=_look_up(words), typed=words, chosen="", unknown=False)


@bp.post("/severity-check")
@requires(Perm.OPINION_REGISTER)
def severity_check() -> Any:
    """What the words speak for; writes nothing. The person's own choice stays where nothing new was said."""
    form: Any = IntakeForm()
    words = rules.alarming(_said(form))
    if _joined(words) != (form.words_seen.data or ""):
        form.severity.data = Severity.SERIOUS if words else form.severity.data
    form.severity.data = form.severity.data or Severity.GENERAL
    return part("complaints/_severity.html", form=form, words=words)


def uploads(form: Any) -> list[Any]:
    """The files really chosen."""
    return [upload for upload in form.files.data or [] if getattr(upload, "filename", "")]


def _form(form: IntakeForm, *, found: list[Any], words: list[str] | None = None, status: int = 200) -> Any:
    if not form.technician.choices:
        form.technician.offer(queries.technicians())
    return page(
        "complaints/new.html", status, form=form, found=found, words=words or [], accept=accept(DOCUMENTS)
    )


def _said(form: IntakeForm) -> str:
    return "\n".join(filter(None, (form.title.data, form.what_happened.data, form.wanted.data)))


def _joined(words: list[str]) -> str:
    return "、".join(words)


def _alarm(form: IntakeForm) -> list[str]:
    """Words that speak for serious. Who chose general without having been shown them is asked once more."""
    words = rules.alarming(_said(form))
    general = form.severity.data == Severity.GENERAL
    if words and general and form.words_seen.data != _joined(words):
        said = _(
            "内容里提到“%(words)s”。请确认：仍按一般登记就再提交一次，否则改选情节重大。",
            words=_joined(words),
        )
        form.severity.errors = [*form.severity.errors, said]
    return words


def _customer(form: IntakeForm) -> tuple[int | None, list[Any]]:
    """(id, what was found): the one chosen, or the only one of exactly that name, or none."""
    name = form.customer_name.data or ""
    chosen = whole_number(form.customer_id.data or "")
    if chosen is not None:
        known, found = queries.customer_named(chosen), _look_up(name)
        if known is None:
            form.customer_name.errors = [*form.customer_name.errors, _("没有找到所选的客户，请重新选择。")]
        elif folded(known) != folded(name) and chosen not in {row.id for row in found}:
            # chosen first, and then another name was typed
            form.customer_name.errors = [
                *form.customer_name.errors,
                _("名称与所选的客户不一致，请重新选择。"),
            ]
        else:
            form.customer_name.data = known
            return chosen, []
        return None, found
    if not name or form.unknown.data:
        return None, []
    found = _look_up(name)
    same = [row for row in found if folded(row.name) == folded(name)]
    if len(same) == 1:
        return int(same[0].id), []
    said = (
        _("有相近的客户，请选一家，或勾选“未建档客户”。")
        if found
        else _("没有这家客户：请核对名称，或勾选“未建档客户”。")
    )
    form.customer_name.errors = [*form.customer_name.errors, said]
    return None, found


def _look_up(words: str) -> list[Any]:
    from crm.customers.queries import lookup

    return list(lookup(words)) if words else []
