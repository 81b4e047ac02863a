"""The administrator's desk: the tree of departments, the company, and the index of all settings."""

from typing import Any

from flask import flash, g, request
from sqlalchemy import func, select

from crm.kernel import seams
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.web import go, page, requires

from . import bp, queries
from .forms_people import CompanyForm, DepartmentForm, NewDepartmentForm
from .models import Company, Department, User
from .roles import Perm


@bp.get("/settings")
@requires(Perm.SETTINGS_EDIT)
def settings() -> Any:
    """What an administrator may set; other rooms offer their pages as panels of the place "settings"."""
    people = db.session.execute(select(User.active, func.count()).group_by(User.active))
    return page(
        "accounts/settings.html",
        company=db.session.get(Company, 1),
        people={row[0]: row[1] for row in people},
        departments=len(queries.tree()),
        panels=seams.panels("settings", g.user),
    )


@bp.get("/company")
@requires(Perm.SETTINGS_EDIT)
def company() -> Any:
    row = db.get_or_404(Company, 1)
    return page("accounts/company.html", form=CompanyForm(obj=row))


@bp.post("/company")
@requires(Perm.SETTINGS_EDIT)
def edit_company() -> Any:
    form = CompanyForm()
    if not form.validate():
        return page("accounts/company.html", 422, form=form)
    db.get_or_404(Company, 1).amend(**form.said, by=g.user, at=g.now)
    flash(_("已保存。"), "success")
    return go("accounts.company")


@bp.get("/departments")
@requires(Perm.PEOPLE_EDIT)
def departments() -> Any:
    working = select(User.department_id, func.count()).where(User.active).group_by(User.department_id)
    counts: dict[int, int] = {row[0]: row[1] for row in db.session.execute(working)}
    closed = request.args.get("closed") == "1"
    return page("accounts/departments.html", tree=queries.tree(closed=closed), counts=counts, closed=closed)


@bp.get("/departments/new")
@requires(Perm.PEOPLE_EDIT)
def new_department() -> Any:
    above = request.args.get("parent", type=int)
    form = NewDepartmentForm(formdata=None, parent=above)
    form.parent.choices = queries.choices(queries.tree())
    return page("accounts/department_new.html", form=form)


@bp.post("/departments")
@requires(Perm.PEOPLE_EDIT)
def add_department() -> Any:
    form = NewDepartmentForm()
    form.parent.choices = queries.choices(queries.tree())
    if form.validate():
        parent = db.get_or_404(Department, form.parent.data)
        try:
            Department.add(form.name.data or "", form.kind.data, parent=parent, by=g.user, at=g.now)
            return go("accounts.departments")
        except Refused as refusal:
            form.accept(refusal)
    return page("accounts/department_new.html", 422, form=form)


@bp.get("/departments/<int:id>")
@requires(Perm.PEOPLE_EDIT)
def department(id: int) -> Any:
    row = db.get_or_404(Department, id)
    return _department_page(
        row, _with_parents(DepartmentForm(formdata=None, name=row.name, parent=row.parent_id), row)
    )


@bp.post("/departments/<int:id>")
@requires(Perm.PEOPLE_EDIT)
def edit_department(id: int) -> Any:
    row = db.get_or_404(Department, id)
    form = _with_parents(DepartmentForm(), row)
    if not form.validate():
        return _department_page(row, form, 422)
    try:
        row.rename(form.name.data or "", by=g.user, at=g.now)
        if form.parent is not None:
            row.move(db.get_or_404(Department, form.parent.data), by=g.user, at=g.now)
    except Refused as refusal:
        form.accept(refusal)
        return _department_page(row, form, 422)
    flash(_("已保存。"), "success")
    return go("accounts.departments")


@bp.post("/departments/<int:id>/closure")
@requires(Perm.PEOPLE_EDIT)
def close_department(id: int) -> Any:
    db.get_or_404(Department, id).close(by=g.user, at=g.now)
    return go("accounts.departments")


@bp.post("/departments/<int:id>/closure/removal")
@requires(Perm.PEOPLE_EDIT)
def reopen_department(id: int) -> Any:
    db.get_or_404(Department, id).reopen(by=g.user, at=g.now)
    return go("accounts.departments")


def _with_parents(form: DepartmentForm, row: Department) -> DepartmentForm:
    """The nodes `row` may hang under; the company itself hangs under nothing."""
    if row.is_root:
        del form.parent
        return form
    possible = [d for d in queries.tree() if not d.path.startswith(row.path)]
    form.parent.choices = queries.choices(possible)
    return form


def _department_page(row: Department, form: DepartmentForm, status: int = 200) -> Any:
    people = select(User.id, User.name, User.title).where(User.department_id == row.id, User.active)
    return page(
        "accounts/department.html",
        status,
        department=row,
        form=form,
        people=db.session.execute(people.order_by(User.id)).all(),
    )
