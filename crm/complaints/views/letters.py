"""The letter to the customer: written, sent, printed."""

from typing import Any

from flask import g, jsonify, request, url_for
from flask_babel import format_date
from sqlalchemy import select

from crm.accounts import Company, Perm
from crm.complaints import bp, drafting, queries, rules
from crm.complaints.forms import LetterForm
from crm.complaints.models import Opinion, Reply
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import locale
from crm.kernel.web import form_at, go, page, requires

from .loading import ask, done, loaded


@bp.get("/<int:id>/letter")
@requires(Perm.OPINION_HANDLE)
def letter(id: int) -> Any:
    opinion = loaded(id)
    draft = opinion.letter_draft
    form: Any = LetterForm(
        data=drafting.kept(draft) if draft else drafting.proposed(opinion, queries.signers())
    )
    return _editor(opinion, form)


@bp.post("/<int:id>/letter")
@requires(Perm.OPINION_HANDLE)
def save_letter(id: int) -> Any:
    """Keep the draft; answers JSON to the page that saves by itself."""
    opinion = loaded(id)
    form = _filled()
    quietly = request.accept_mimetypes.best == "application/json"
    if not form.validate():
        return (jsonify(wrong=form.wrong()), 422) if quietly else _editor(opinion, form, 422)
    try:
        draft = _keep(opinion, form)
    except Forbidden:
        raise
    except Refused as refusal:
        if quietly:
            return jsonify(text=refusal.text), refusal.status
        return _overtaken(opinion, form, refusal)
    if quietly:
        return jsonify(version=draft.version)
    return go("complaints.paper", id=opinion.id, reply_id=draft.id)


@bp.post("/<int:id>/letters")
@form_at("complaints.letter")
@requires(Perm.OPINION_HANDLE)
def send_letter(id: int) -> Any:
    """The letter goes out, and the customer counts as told."""
    opinion = loaded(id)
    form = _filled()
    if not form.validate():
        return _editor(opinion, form, 422)
    try:
        _keep(opinion, form)
    except Forbidden:
        raise
    except Refused as refusal:
        return _overtaken(opinion, form, refusal)

    def again(status: int) -> Any:
        return _editor(opinion, form, status)

    told = _("答复函已发出。请打印、盖章并送达。")
    return done(opinion, form, lambda: opinion.send_letter(by=g.user, at=g.now), again, told)


@bp.get("/<int:id>/letters/<int:reply_id>")
@requires(Perm.OPINION_READ)
def paper(id: int, reply_id: int) -> Any:
    """The letter as it looks on A4."""
    reply = _letter(id, reply_id)
    day = clock.local(reply.told_at or g.now).date()
    return page(
        "complaints/letter.html",
        opinion=reply.opinion,
        letter=reply,
        company=db.session.scalars(select(Company)).one(),
        paragraphs=rules.paragraphs(reply.body),
        day=day,
        paper_date=format_date(day, "d MMMM y") if locale() == "en" else rules.paper_date(day),
        now=g.now,
        back=url_for("complaints.show", id=id),
    )


@bp.post("/<int:id>/letters/<int:reply_id>/prints")
@requires(Perm.OPINION_READ)
def prints(id: int, reply_id: int) -> Any:
    """Printing leaves a record."""
    reply = _letter(id, reply_id)
    reply.opinion.note_print(reply, by=g.user, at=g.now)
    return go("complaints.paper", id=id, reply_id=reply.id)


def _letter(id: int, reply_id: int) -> Reply:
    query = select(Reply).where(Reply.id == reply_id, Reply.opinion_id == id, Reply.kind == "letter")
    found: Reply = db.first_or_404(query)
    return found


def _filled() -> LetterForm:
    form = LetterForm()
    form.signer.offer(queries.signers())
    return form


def _keep(opinion: Opinion, form: LetterForm) -> Reply:
    return opinion.draft_letter(
        title=form.title.data or "",
        addressee=form.addressee.data or "",
        body=form.body.data or "",
        signer=queries.person(form.signer.data),
        delivered=form.delivered.data or "",
        version=form.version.data or 0,
        answers=form.answers.data or 0,
        by=g.user,
        at=g.now,
    )


def _editor(opinion: Opinion, form: LetterForm, status: int = 200, *, theirs: Reply | None = None) -> Any:
    form.signer.offer(queries.signers())
    allowed = opinion.can_answer(g.user)
    if not allowed and opinion.can_work(g.user):
        raise Refused(_("请先指定处理人，再起草答复函。"))
    if not allowed and not opinion.closed_at:
        raise Forbidden(_("只有处理人和客服主管可以起草答复函。"))
    return ask("letter", opinion, form, allowed=allowed, status=status, theirs=theirs, gap=rules.GAP)


def _overtaken(opinion: Opinion, form: LetterForm, refusal: Refused) -> Any:
    """Somebody else wrote meanwhile: both texts are shown; who saves again has read theirs."""
    theirs = opinion.letter_draft
    if refusal.fields or not opinion.can_answer(g.user):
        raise refusal
    form.version.data, form.version.raw_data = (theirs.version if theirs else 0), None
    form.answers.data, form.answers.raw_data = opinion.answers, None
    form.accept(refusal)
    return _editor(opinion, form, refusal.status, theirs=theirs)
