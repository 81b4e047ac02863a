"""The administrator's desk: people, their roles, their accounts."""

from typing import Any

from flask import flash, g, request

from crm.audit import history
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.paging import Key, capped_count, paged
from crm.kernel.web import form_at, go, page, requires

from . import bp, queries
from .forms_people import NewPersonForm, PersonForm, RolesForm
from .handing_over import held_by
from .models import Department, User
from .passwords import hash_password, one_time_password
from .roles import GRANTS, PERM_NAMES, ROLE_NAMES, Perm, Role
from .words import ENTRIES


@bp.get("/people")
@requires(Perm.PEOPLE_EDIT)
def people() -> Any:
    department = db.session.get(Department, request.args.get("department", 0, type=int))
    state = request.args.get("state", "active")
    statement = queries.people(request.args.get("q", ""), department, state)
    lines = paged(statement, [Key(User.username)], total=capped_count(statement))
    return page(
        "accounts/people.html",
        people=lines,
        roles=queries.roles_of([row.id for row in lines.rows]),
        departments=queries.tree(),
        department=department,
        state=state,
    )


@bp.get("/people/new")
@requires(Perm.PEOPLE_EDIT)
def new_person() -> Any:
    form = _with_departments(
        NewPersonForm(formdata=None, department=request.args.get("department", type=int))
    )
    return _new_page(form)


@bp.post("/people")
@requires(Perm.PEOPLE_EDIT)
def add_person() -> Any:
    """The answer shows the one-time password: it is kept nowhere and cannot be shown again."""
    form = _with_departments(NewPersonForm())
    if not form.validate():
        return _new_page(form, 422)
    password = one_time_password()
    hashed = _hashed(password)
    try:
        user = User.hire(
            form.username.data or "",
            **form.said,
            department=db.get_or_404(Department, form.department.data),
            roles=form.chosen,
            password_hash=hashed,
            by=g.user,
            at=g.now,
        )
    except Refused as refusal:
        form.accept(refusal)
        return _new_page(form, 422)
    return page("accounts/one_time.html", person=user, password=password, new=True)


@bp.get("/people/<int:id>")
@requires(Perm.PEOPLE_EDIT)
def person(id: int) -> Any:
    return _person_page(db.get_or_404(User, id))


@bp.post("/people/<int:id>")
@requires(Perm.PEOPLE_EDIT)
def edit_person(id: int) -> Any:
    user = db.get_or_404(User, id)
    form = _with_departments(PersonForm(), user.department)
    if not form.validate():
        return _person_page(user, form=form, status=422)
    department = db.get_or_404(Department, form.department.data)
    try:
        user.amend(**form.said, department=department, by=g.user, at=g.now)
    except Refused as refusal:
        form.accept(refusal)
        return _person_page(user, form=form, status=422)
    flash(_("已保存。"), "success")
    return go("accounts.person", id=id)


@bp.post("/people/<int:id>/roles")
@form_at("accounts.person")
@requires(Perm.PEOPLE_EDIT)
def set_roles(id: int) -> Any:
    user = db.get_or_404(User, id)
    form = RolesForm()
    if not form.validate():
        return _person_page(user, roles_form=form, status=422)
    try:
        user.give_roles(form.chosen, by=g.user, at=g.now)
    except Refused as refusal:
        form.accept(refusal)
        return _person_page(user, roles_form=form, status=refusal.status)
    flash(_("角色已改，%(name)s 需要重新登录。", name=user.name), "success")
    return go("accounts.person", id=id)


@bp.post("/people/<int:id>/suspension")
@requires(Perm.PEOPLE_EDIT)
def disable_person(id: int) -> Any:
    user = db.get_or_404(User, id)
    user.disable(by=g.user, at=g.now)
    flash(_("已停用 %(name)s 的账号，登录都已退出。", name=user.name), "success")
    if held := sum(held_by(user).values()):
        flash(_("%(name)s 名下还有 %(n)s 件，请移交。", name=user.name, n=held), "warning")
        return go("accounts.hand_over_form", id=id)
    return go("accounts.person", id=id)


@bp.post("/people/<int:id>/suspension/removal")
@requires(Perm.PEOPLE_EDIT)
def enable_person(id: int) -> Any:
    user = db.get_or_404(User, id)
    user.enable(by=g.user, at=g.now)
    flash(_("已恢复 %(name)s 的账号。", name=user.name), "success")
    return go("accounts.person", id=id)


@bp.post("/people/<int:id>/password")
@requires(Perm.PEOPLE_EDIT)
def reset_password(id: int) -> Any:
    """The answer shows the one-time password: it is kept nowhere and cannot be shown again."""
    password = one_time_password()
    hashed = _hashed(password)
    user = db.get_or_404(User, id)
    user.change_password(hashed, by=g.user, at=g.now, must_change=True)
    return page("accounts/one_time.html", person=user, password=password, new=False)


@bp.get("/roles")
@requires(Perm.PEOPLE_EDIT)
def roles() -> Any:
    """The one table of roles and permissions, as it is (roles.py)."""
    return page("accounts/roles.html", roles=ROLE_NAMES, perms=PERM_NAMES, grants=GRANTS)


def _hashed(password: str) -> str:
    db.session.rollback()  # hashing takes long, and writers queue
    return hash_password(password)


def _with_departments(form: Any, current: Department | None = None) -> Any:
    departments = queries.tree()
    if current is not None and current.closed_at is not None:
        departments.append(current)
    form.department.choices = queries.choices(departments)
    return form


def _new_page(form: NewPersonForm, status: int = 200) -> Any:
    return page("accounts/person_new.html", status, form=form, may=_may())


def _person_page(
    user: User, *, form: PersonForm | None = None, roles_form: RolesForm | None = None, status: int = 200
) -> Any:
    said = {"name": user.name, "title": user.title, "phone": user.phone, "email": user.email}
    held = [str(role) for role in Role if role in {row.role for row in user.role_rows}]
    return page(
        "accounts/person.html",
        status,
        person=user,
        form=form
        or _with_departments(
            PersonForm(formdata=None, department=user.department_id, **said), user.department
        ),
        roles_form=roles_form or RolesForm(formdata=None, roles=held),
        held=[ROLE_NAMES[Role(role)] for role in held],
        may=_may(),
        count_held=sum(held_by(user).values()),
        entries=history("user", user.id, limit=20),
        words=ENTRIES,
    )


def _may() -> dict[str, str]:
    """What each role may do, in words."""
    return {
        str(role): _("、").join(str(PERM_NAMES[perm]) for perm in Perm if role in GRANTS[perm])
        for role in Role
    }
