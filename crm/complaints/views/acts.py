"""What is done to an opinion: each door asks by GET and acts by POST."""

from typing import Any

from flask import flash, g, request

from crm.accounts import Perm
from crm.complaints import bp, queries
from crm.complaints.forms import CallForm, FilesForm, FindingForm, HandlerForm, InstructionForm, ReasonForm
from crm.complaints.words import Severity, Way
from crm.files import DOCUMENTS, Unsuitable, accept, store, tidy_name
from crm.kernel.languages import gettext as _
from crm.kernel.web import go, requires

from .intake import uploads
from .loading import ask, done, loaded


@bp.route("/<int:id>/handler", methods=["GET", "POST"])
@requires(Perm.OPINION_ASSIGN)
def handler(id: int) -> Any:
    """指派、更换处理人 (CMP-4)."""
    opinion = loaded(id)
    form: Any = HandlerForm(handler=opinion.handler_id)
    form.handler.offer(queries.handlers(g.user))

    def again(status: int) -> Any:
        return ask("handler", opinion, form, allowed=opinion.can_assign(g.user), status=status)

    if request.method == "GET":
        return again(200)
    if not form.validate():
        return again(422)
    person = queries.person(form.handler.data)
    assert person is not None
    told = _("已指派 %(name)s 处理。", name=person.name)
    return done(opinion, form, lambda: opinion.assign(person, by=g.user, at=g.now), again, told)


@bp.route("/<int:id>/instruction", methods=["GET", "POST"])
@requires(Perm.OPINION_INSTRUCT)
def instruction(id: int) -> Any:
    """总经理批示 (CMP-2)."""
    opinion = loaded(id)
    form: Any = InstructionForm(way=Way.READ if opinion.handler_id else Way.FORWARD)
    form.handler.offer(queries.handlers(g.user))

    def again(status: int) -> Any:
        return ask("instruction", opinion, form, allowed=opinion.can_instruct(g.user), status=status)

    if request.method == "GET":
        return again(200)
    if not form.validate():
        return again(422)

    def verb() -> None:
        opinion.instruct(
            Way(form.way.data),
            text=form.text.data or "",
            handler=queries.person(form.handler.data),
            due_on=form.due_on.data,
            by=g.user,
            at=g.now,
        )

    return done(opinion, form, verb, again, _("批示已记录，相关人员已收到消息。"))


@bp.route("/<int:id>/severity", methods=["GET", "POST"])
@requires(Perm.OPINION_READ)
def severity(id: int) -> Any:
    """升为重大; the general manager may also lower it (CMP-2)."""
    opinion = loaded(id)
    form: Any = ReasonForm()
    raising = opinion.severity == Severity.GENERAL

    def again(status: int) -> Any:
        allowed = opinion.can_raise(g.user) if raising else opinion.can_lower(g.user)
        return ask("severity", opinion, form, allowed=allowed, status=status, raising=raising)

    if request.method == "GET":
        return again(200)
    # who opened the page while it was general means to raise it, whatever others did since
    raising = request.form.get("to", Severity.SERIOUS) == Severity.SERIOUS
    if not form.validate():
        return again(422)
    verb = opinion.raise_severity if raising else opinion.lower_severity
    told = _("已升为重大投诉，并已报总经理。") if raising else _("已改为一般。")
    return done(opinion, form, lambda: verb(form.reason.data, by=g.user, at=g.now), again, told)


@bp.route("/<int:id>/findings", methods=["GET", "POST"])
@requires(Perm.OPINION_HANDLE)
def findings(id: int) -> Any:
    """调查与处理记录."""
    opinion = loaded(id)
    form: Any = FindingForm(happened_at=g.now)

    def again(status: int) -> Any:
        return ask("finding", opinion, form, allowed=opinion.can_work(g.user), status=status)

    if request.method == "GET":
        return again(200)
    if not form.validate():
        return again(422)

    def verb() -> None:
        opinion.add_finding(
            form.kind.data, form.text.data, happened_at=form.happened_at.data, by=g.user, at=g.now
        )

    return done(opinion, form, verb, again, _("已记录。"))


@bp.route("/<int:id>/calls", methods=["GET", "POST"])
@requires(Perm.OPINION_HANDLE)
def calls(id: int) -> Any:
    """电话答复 (CMP-3)."""
    opinion = loaded(id)
    form: Any = CallForm(told_at=g.now, whom=opinion.contact_name, answers=opinion.answers)

    def again(status: int) -> Any:
        return ask("call", opinion, form, allowed=opinion.can_call(g.user), status=status)

    if request.method == "GET":
        return again(200)
    if not form.validate():
        return again(422)

    def verb() -> None:
        opinion.reply_by_call(
            whom=form.whom.data,
            said=form.said.data,
            reaction=form.reaction.data or "",
            told_at=form.told_at.data,
            answers=form.answers.data or 0,
            by=g.user,
            at=g.now,
        )

    return done(opinion, form, verb, again, _("电话答复已登记。"))


@bp.post("/<int:id>/closure")
@requires(Perm.OPINION_CLOSE)
def closure(id: int) -> Any:
    """办结 (CMP-3)."""
    opinion = loaded(id)
    opinion.close(by=g.user, at=g.now)
    flash(_("已办结 %(number)s。", number=opinion.number), "ok")
    return go("complaints.show", id=opinion.id)


@bp.route("/<int:id>/reopening", methods=["GET", "POST"])
@requires(Perm.OPINION_CLOSE)
def reopening(id: int) -> Any:
    """退回继续处理."""
    opinion = loaded(id)
    form: Any = ReasonForm()

    def again(status: int) -> Any:
        return ask("reopening", opinion, form, allowed=opinion.can_reopen(g.user), status=status)

    if request.method == "GET":
        return again(200)
    if not form.validate():
        return again(422)
    told = _("已退回，由处理人继续处理。")
    return done(opinion, form, lambda: opinion.reopen(form.reason.data, by=g.user, at=g.now), again, told)


@bp.route("/<int:id>/files", methods=["GET", "POST"])
@requires(Perm.OPINION_HANDLE)
def files(id: int) -> Any:
    """补充附件 (CMP-1)."""
    opinion = loaded(id)
    form: Any = FilesForm()

    def again(status: int) -> Any:
        allowed = opinion.can_attach(g.user)
        return ask("files", opinion, form, allowed=allowed, status=status, accept=accept(DOCUMENTS))

    if request.method == "GET":
        return again(200)
    if not form.validate():
        return again(422)
    try:
        for upload in uploads(form):
            opinion.attach(store(upload), tidy_name(upload.filename), by=g.user, at=g.now)
    except Unsuitable as refusal:
        form.files.errors = [refusal.text]
        return again(422)
    flash(_("附件已保存。"), "ok")
    return go("complaints.show", id=opinion.id)
