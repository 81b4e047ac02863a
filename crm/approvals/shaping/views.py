"""The administrator's pages of flows: the list, the editor, publishing, the history.

The editor keeps nothing on the server: every button sends the form and gets it back, until 发布.
"""

from typing import Any

from flask import abort, flash, g, request

from crm.accounts import Perm
from crm.approvals import bp
from crm.approvals.flows import flow_in_force, publish
from crm.approvals.rules import FLOWS, Flow
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import panel
from crm.kernel.web import form_at, go, page, requires, whole_number

from .forms import FlowForm, form_of, pressed
from .page import Version, context, facts_of, flows_listed, versions_of, wording
from .sense import makes_sense, rules_of
from .words import names_of, people_in

panel(
    "settings",
    "flows",
    _l("审批流程"),
    "approvals.flows",
    perm=Perm.FLOW_EDIT,
    icon="route",
    note=_l("谁审批、什么条件下、多长时间"),
)


@bp.get("/flows")
@requires(Perm.FLOW_EDIT)
def flows() -> Any:
    return page("approvals/flows/index.html", flows=flows_listed())


@bp.get("/flows/<key>")
@requires(Perm.FLOW_EDIT)
def flow(key: str) -> Any:
    """The editor: filled with the version in force, or with the one that `version` names."""
    now = _flow(key)
    number = request.args.get("version", type=int)
    steps = now.steps if number is None else _version(key, number).steps
    return _editor(now, form_of(steps, now.version))


@bp.post("/flows/<key>/draft")
@form_at("approvals.flow")
@requires(Perm.FLOW_EDIT)
def flow_draft(key: str) -> Any:
    """A button of the editor; nothing is stored."""
    now, form = _flow(key), FlowForm()
    return _editor(now, pressed(form, request.form.get("do", ""), [step.key for step in now.steps]))


@bp.post("/flows/<key>/versions")
@form_at("approvals.flow")
@requires(Perm.FLOW_EDIT)
def publish_flow(key: str) -> Any:
    """What stands in the editor comes into force, unless somebody else published meanwhile."""
    now, form, facts = _flow(key), FlowForm(), facts_of(key)
    rules = rules_of(form, facts)
    if not makes_sense(form, facts, names_of(people_in(rules))):
        return _editor(now, form, 422)
    if form.base.data != now.version:
        return _overtaken(now, form)
    try:
        version = publish(key, rules, note=form.note.data or "", by=g.user, at=g.now)
    except Refused as refusal:
        _beside_the_steps(form, refusal)
        return _editor(now, form, 422)
    flash(_("已发布第 %(n)s 版，从下一次提交起生效。", n=version.version), "ok")
    return go("approvals.flow_versions", key=key)


@bp.get("/flows/<key>/versions")
@requires(Perm.FLOW_EDIT)
def flow_versions(key: str) -> Any:
    return page("approvals/flows/versions.html", flow=_flow(key), versions=versions_of(key))


@bp.get("/flows/<key>/versions/<int:number>")
@requires(Perm.FLOW_EDIT)
def flow_version(key: str, number: int) -> Any:
    return _version_page(_flow(key), _version(key, number))


@bp.post("/flows/<key>/versions/<int:number>/revival")
@form_at("approvals.flow_version")
@requires(Perm.FLOW_EDIT)
def restore_flow(key: str, number: int) -> Any:
    """An old version, or the one that ships, comes into force again as a new one."""
    now, old = _flow(key), _version(key, number)
    if request.form.get("base", type=int) != now.version:
        raise Refused(_("有人刚刚发布了第 %(n)s 版，这次没有发布。请重新打开这一页再看。", n=now.version))
    note = request.form.get("note", "").strip()[:200] or _("恢复第 %(n)s 版", n=number)
    try:
        version = publish(key, old.steps, note=note, by=g.user, at=g.now)
    except Refused as refusal:
        return _version_page(now, old, [*refusal.fields.values()] or [refusal.text], 409)
    flash(_("已发布第 %(n)s 版，从下一次提交起生效。", n=version.version), "ok")
    return go("approvals.flow_versions", key=key)


def _flow(key: str) -> Flow:
    return flow_in_force(key) if key in FLOWS else abort(404)


def _version(key: str, number: int) -> Version:
    return next((v for v in versions_of(key) if v.number == number), None) or abort(404)


def _editor(now: Flow, form: FlowForm, status: int = 200, **more: Any) -> Any:
    return page("approvals/flows/flow.html", status, **context(now, form), **more)


def _overtaken(now: Flow, form: FlowForm) -> Any:
    """Both versions side by side; the form stays, and may be published over the other one knowingly."""
    base = next((v for v in versions_of(now.key) if v.number == form.base.data), None)
    theirs = _version(now.key, now.version)
    said = wording(now.key, theirs.steps, base.steps if base else ())
    changed = said.differences(base.steps, theirs.steps) if base else []
    kept = form_of(rules_of(form, facts_of(now.key)), now.version, note=form.note.data)
    return _editor(now, kept, 409, theirs=theirs, theirs_changed=changed)


def _beside_the_steps(form: FlowForm, refusal: Refused) -> None:
    """`refusal.fields` names steps by their place ("step-0"); what is about all of them stands above."""
    for name, text in (refusal.fields or {"steps": refusal.text}).items():
        place = whole_number(name.removeprefix("step-"))
        if place is None:
            form.form_errors.append(text)
        else:
            kind = form.steps[place].form.kind
            kind.errors = [*kind.errors, text]


def _version_page(now: Flow, old: Version, faults: list[str] | None = None, status: int = 200) -> Any:
    said = wording(now.key, now.steps, old.steps)
    return page(
        "approvals/flows/version.html",
        status,
        flow=now,
        version=old,
        steps=[(said.step(step), said.said(step)) for step in old.steps],
        differences=said.differences(now.steps, old.steps),
        faults=faults or [],
    )
