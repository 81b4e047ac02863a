"""The desk where what a leaving employee holds is handed over (OWN-4)."""

from typing import Any

from flask import abort, flash, g, request
from sqlalchemy import Select, select
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length

from crm.kernel import seams
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.forms import Form, trimmed
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.paging import Key, capped_count, paged
from crm.kernel.seams import Holding
from crm.kernel.web import form_at, go, page, requires, whole_number

from . import bp, queries
from .handing_over import hand_over, held_by, may_hand_over
from .models import Department, User
from .roles import Perm, Role

NOBODY = "none"  # the kind does without a successor


class HandOverForm(Form):
    """One successor for all, or another for a kind; the kinds are added by `_form_for`."""

    all = SelectField(_l("接手人"), coerce=str, default="")
    reason = TextAreaField(
        _l("原因"),
        [DataRequired(_l("请写明原因")), Length(max=500)],
        filters=[trimmed],
        render_kw={"rows": 2},
    )
    leaves = BooleanField(_l("移交后停用这个账号"))


@bp.get("/hand-overs")
@requires(Perm.PEOPLE_HAND_OVER)
def hand_overs() -> Any:
    """Whose things may be handed over: an administrator finds everybody, a branch manager the branch."""
    statement = _people(request.args.get("q", ""))
    lines = paged(statement, [Key(User.username)], total=capped_count(statement))
    roles = queries.roles_of([row.id for row in lines.rows])
    return page("accounts/hand_overs.html", people=lines, roles=roles)


@bp.get("/people/<int:id>/hand-over")
@requires(Perm.PEOPLE_HAND_OVER)
def hand_over_form(id: int) -> Any:
    user = _person(id)
    held = held_by(user)
    return _desk(user, held, _form_for(user, held, fresh=True))


@bp.post("/people/<int:id>/hand-over")
@form_at("accounts.hand_over_form")
@requires(Perm.PEOPLE_HAND_OVER)
def hand_over_all(id: int) -> Any:
    """All of it at once, in one transaction."""
    user = _person(id, lock=True)
    held = held_by(user)
    form = _form_for(user, held)
    if held and not form.validate():
        return _desk(user, held, form, 422)
    try:
        done = hand_over(user, _successors(form, held), by=g.user, at=g.now, reason=form.reason.data or "")
    except Refused as refusal:
        if not refusal.fields:
            raise
        _beside(form, refusal)
        return _desk(user, held, form, 422)
    if form.leaves is not None and form.leaves.data and user.active:
        user.disable(by=g.user, at=g.now)
    flash(_("已移交 %(name)s 名下 %(n)s 件。", name=user.name, n=sum(done.values())), "success")
    return go("accounts.hand_over_form", id=id)


def _person(id: int, *, lock: bool = False) -> User:
    user = db.session.get(User, id, with_for_update={"of": User} if lock else None)
    if user is None or not may_hand_over(user, g.user):
        abort(404)
    return user


def _people(q: str) -> Select[Any]:
    here = None
    if not g.user.may(Perm.PEOPLE_EDIT):
        branch = select(Department).where(Department.path == g.user.department.branch_path)
        here = db.session.scalar(branch)
    return queries.people(q, here, "all").where(User.id != g.user.id)


def _desk(user: User, held: dict[str, int], form: Any, status: int = 200) -> Any:
    kinds = [(kind, held[kind.key], form[_name(kind)]) for kind in seams.holdings() if kind.key in held]
    return page("accounts/hand_over.html", status, person=user, kinds=kinds, form=form)


def _name(kind: Holding) -> str:
    return "to_" + kind.key.replace(":", "_")


def _form_for(user: User, held: dict[str, int], *, fresh: bool = False) -> Any:
    """A field for each kind there is; who offers itself may hold such things."""
    kinds = [kind for kind in seams.holdings() if kind.key in held]
    fields = {_name(kind): SelectField(kind.label, coerce=str, default="") for kind in kinds}
    form_class = type("HandOver", (HandOverForm,), fields)
    form = form_class(formdata=None) if fresh else form_class()
    candidates = _candidates(user)
    some = [p for p in candidates if any(kind.may_take(p) for kind in kinds)]
    form.all.choices = [SelectChoice("", str(_l("请选择"))), *_options(some)]
    for kind in kinds:
        first = [SelectChoice("", str(_l("同上")))]
        if kind.without:
            first.append(SelectChoice(NOBODY, str(kind.without)))
        able = [p for p in candidates if kind.may_take(p)]
        form[_name(kind)].choices = [*first, *_options(able)]
    if not g.user.may(Perm.PEOPLE_EDIT) or not user.active:
        del form.leaves
    if fresh:
        _suggest(user, kinds, some, form)
    return form


def _suggest(user: User, kinds: list[Holding], some: list[User], form: Any) -> None:
    """One for all: who can take most of it, of the nearest the first."""

    def fit(person: User) -> tuple[int, bool, int]:
        able = sum(kind.may_take(person) for kind in kinds)
        return -able, person.department_id != user.department_id, person.id

    best = min(some, key=fit, default=None)
    form.all.data = str(best.id) if best else ""
    for kind in kinds:
        if best is not None and not kind.may_take(best):
            able = [value for value, *_rest in form[_name(kind)].iter_choices() if value not in ("", NOBODY)]
            form[_name(kind)].data = able[0] if able else NOBODY if kind.without else ""


def _candidates(user: User) -> list[User]:
    """Everybody active but the one who leaves; a branch manager gives to the branch and to head office's
    archivists, who file for all."""
    query = select(User).join(Department, Department.id == User.department_id)
    query = query.where(User.active, User.id != user.id)
    people = list(db.session.scalars(query.order_by(User.id)))
    if g.user.may(Perm.PEOPLE_EDIT):
        return people
    branch = g.user.department.branch_path
    return [p for p in people if p.department.path.startswith(branch) or p.holds(Role.ARCHIVIST)]


def _options(people: list[User]) -> list[SelectChoice]:
    return [SelectChoice(str(p.id), p.name + _("（%(what)s）", what=p.department.name)) for p in people]


def _successors(form: Any, held: dict[str, int]) -> dict[str, User | None]:
    chosen: dict[str, User | None] = {}
    for kind in seams.holdings():
        if kind.key not in held:
            continue
        said = form[_name(kind)].data or form.all.data
        number = whole_number(said)
        person = db.session.get(User, number) if number is not None else None
        if person is not None or said == NOBODY:
            chosen[kind.key] = person
    return chosen


def _beside(form: Any, refusal: Refused) -> None:
    """What is wrong stands beside the kind it is about."""
    for key, text in refusal.fields.items():
        field = form["to_" + key.replace(":", "_")]
        field.errors = [*field.errors, text]
