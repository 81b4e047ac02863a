"""What one may do with a review besides deciding: hand it on, ask somebody besides, comment, copy, read."""

from typing import Any

from flask import abort, flash, g
from flask.typing import ResponseReturnValue

from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.forms import Form
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.web import form_at, go, page, signed_in

from . import bp
from .forms_beside import CommentForm, CopyForm, HandOnForm, SignerForm
from .lineup import place_of
from .models import Review
from .page import review_of, review_page


@bp.get("/<int:id>/hand-on")
@signed_in
def hand_on_form(id: int) -> ResponseReturnValue:
    review = _held(id)
    return _page("hand_on", review, HandOnForm(formdata=None))


@bp.post("/<int:id>/hand-on")
@signed_in
def hand_on(id: int) -> ResponseReturnValue:
    """Somebody else answers in my place (转交); then the next one that waits for me opens."""
    review = _held(id)
    form, place = _without_those(HandOnForm(), review), place_of(review, g.user)
    if not form.validate_on_submit():
        return _page("hand_on", review, form, 422)
    try:
        review.hand_on(form.person.data, form.reason.data or "", by=g.user, at=g.now)
    except Refused as refusal:
        return _again("hand_on", review, form, refusal)
    flash(_("已转交给%(who)s。", who=form.person.data.name), "ok")
    following = place and (place.next_id or place.first_id)
    return go("approvals.show", id=following) if following else go("home.todo")


@bp.get("/<int:id>/signers")
@signed_in
def signer_form(id: int) -> ResponseReturnValue:
    review = _held(id)
    return _page("signer", review, SignerForm(formdata=None))


@bp.post("/<int:id>/signers")
@signed_in
def add_signer(id: int) -> ResponseReturnValue:
    """Somebody besides signs, before me or after me (加签)."""
    review = _held(id)
    form = _without_those(SignerForm(), review)
    if not form.validate_on_submit():
        return _page("signer", review, form, 422)
    before = form.when.data == "before"
    try:
        review.add_signer(form.person.data, before, form.reason.data or "", by=g.user, at=g.now)
    except Refused as refusal:
        return _again("signer", review, form, refusal)
    who = form.person.data.name
    said = _("已请%(who)s先审，之后再回到您这里。") if before else _("已请%(who)s随后再审。")
    flash(said % {"who": who}, "ok")
    return go("approvals.show", id=id)


@bp.get("/<int:id>/copies")
@signed_in
def copy_form(id: int) -> ResponseReturnValue:
    return _page("copy", _readable(id), CopyForm(formdata=None))


@bp.post("/<int:id>/copies")
@signed_in
def copy(id: int) -> ResponseReturnValue:
    """Let others read along (抄送)."""
    review, form = _readable(id), CopyForm()
    if not form.validate_on_submit():
        return _page("copy", review, form, 422)
    try:
        fresh = review.copy_to([p.id for p in form.people.data], by=g.user, at=g.now)
    except Refused as refusal:
        return _again("copy", review, form, refusal)
    flash(_("已抄送%(who)s。", who=_("、").join(p.name for p in fresh)), "ok")
    return go("approvals.show", id=id)


@bp.post("/<int:id>/comments")
@form_at("approvals.show")
@signed_in
def comment(id: int) -> ResponseReturnValue:
    review, form = review_of(id), CommentForm()
    if not review.can_comment(g.user):
        raise Forbidden(_("这张审批单与您无关，不能评论。"))
    if not form.validate_on_submit():
        return review_page(review, status=422, comment=form)
    review.comment(form.text.data or "", by=g.user, at=g.now)
    flash(_("评论已发出。"), "ok")
    return go("approvals.show", id=id)


@bp.post("/<int:id>/reading")
@form_at("approvals.show")
@signed_in
def read(id: int) -> ResponseReturnValue:
    """I have read the copy I was sent."""
    mine = next((c for c in review_of(id).copies if c.user_id == g.user.id), None)
    if mine is None:
        abort(404)
    mine.seen_at = mine.seen_at or g.now
    return go("home.todo", tab="copied")


def _held(id: int) -> Review:
    """The review, where it is this person's turn."""
    review = review_of(id)
    review.open_for(g.user)
    return review


def _readable(id: int) -> Review:
    review = review_of(id)
    if not review.can_copy(g.user):
        raise Forbidden(_("这张审批单与您无关，不能抄送。"))
    return review


def _without_those(form: Any, review: Review) -> Any:
    form.person.but = {
        review.author_id: _l("不能由发起人审批自己的申请。"),
        g.user.id: _l("请选择自己以外的同事。"),
    }
    return form


def _again(what: str, review: Review, form: Form, refusal: Refused) -> ResponseReturnValue:
    if not refusal.fields:
        raise refusal
    id = review.id
    db.session.rollback()  # the page shows what holds
    form.accept(refusal)
    return _page(what, review_of(id), form, 422)


def _page(what: str, review: Review, form: Form, status: int = 200) -> ResponseReturnValue:
    return page(f"approvals/{what}.html", status, review=review, form=form)
