"""Sharing out a campaign's customers: the system proposes, the manager changes and confirms (OWN-2)."""

from flask import abort, flash, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, or_, select

from crm.accounts import Department, Perm, User, below
from crm.customers import bp
from crm.customers.archive.channels import offered
from crm.customers.models import Allocation, AllocationLine, Customer
from crm.customers.models.belonging import line_of
from crm.customers.owning import sharing
from crm.customers.owning.forms import AllocationForm, ConfirmForm
from crm.customers.owning.queries import owned
from crm.customers.steps.people import salespeople
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.web import form_at, go, page, requires, whole_number, whole_numbers

Answer = ResponseReturnValue


@bp.get("/allocations")
@requires(Perm.CUSTOMER_ASSIGN)
def allocations() -> Answer:
    """The proposals of one's line, and the form for the next; `?id=` are customers ticked in a list."""
    ticked = whole_numbers(request.args.getlist("id"))
    return _list(_form(fresh=True), ticked=ticked)


@bp.post("/allocations")
@form_at("customers.allocations")
@requires(Perm.CUSTOMER_ASSIGN)
def propose_allocation() -> Answer:
    form = _form()
    ids = whole_numbers(request.form.getlist("id"))
    if not form.validate_on_submit():
        return _list(form, 422, ticked=ids)
    want = sharing.Wanted(
        channel=form.channel.data or "",
        batch_id=whole_number(form.batch.data),
        since=form.since.data,
        pooled=bool(form.pooled.data) and not ids,
        ids=ids,
    )
    chosen = set(whole_numbers(form.people.data or []))
    people = [p for p in salespeople(g.user) if p.id in chosen]
    try:
        made = sharing.propose(
            form.title.data or "", sharing.chosen(want, g.user), people, by=g.user, at=g.now
        )
    except Refused as refusal:
        form.accept(refusal)
        return _list(form, 422, ticked=ids)
    return go("customers.allocation", id=made.id)


@bp.get("/allocations/<int:id>")
@requires(Perm.CUSTOMER_ASSIGN)
def allocation(id: int) -> Answer:
    return _one(_allocation(id), ConfirmForm(formdata=None))


@bp.post("/allocations/<int:id>/lines")
@form_at("customers.allocation")
@requires(Perm.CUSTOMER_ASSIGN)
def change_allocation(id: int) -> Answer:
    """Keep what was chosen, without bringing it into force."""
    row = _allocation(id)
    sharing.change(row, _chosen(), _people())
    flash(_("已保存。"), "ok")
    return go("customers.allocation", id=id)


@bp.post("/allocations/<int:id>/confirmation")
@form_at("customers.allocation")
@requires(Perm.CUSTOMER_ASSIGN)
def confirm_allocation(id: int) -> Answer:
    """As it is chosen on the page: the customers change hands."""
    row, form = _allocation(id), ConfirmForm()
    sharing.change(row, _chosen(), _people())
    if not form.validate_on_submit():
        return _one(row, form, 422)
    moved, left = sharing.confirm(row, reason=form.reason.data or "", by=g.user, at=g.now)
    flash(_("已分配 %(n)s 家客户。", n=moved), "ok")
    if left:
        names = _("、").join(left[:10])
        flash(
            _("%(n)s 家在提出方案之后已另有归属或停用，没有分配：%(names)s", n=len(left), names=names),
            "warning",
        )
    return go("customers.allocation", id=id)


@bp.post("/allocations/<int:id>/removal")
@form_at("customers.allocation")
@requires(Perm.CUSTOMER_ASSIGN)
def drop_allocation(id: int) -> Answer:
    sharing.drop(_allocation(id), by=g.user, at=g.now)
    flash(_("分配方案已作废。"), "ok")
    return go("customers.allocations")


@bp.get("/weights")
@requires(Perm.CUSTOMER_ASSIGN)
def weights() -> Answer:
    """How much each salesperson of the line can take on."""
    return _weights()


@bp.post("/weights")
@form_at("customers.weights")
@requires(Perm.CUSTOMER_ASSIGN)
def set_weights() -> Answer:
    said = {p: whole_number(request.form.get(f"weight-{p.id}")) for p in salespeople(g.user)}
    wrong = {p.id for p, weight in said.items() if f"weight-{p.id}" in request.form and not _fits(weight)}
    if wrong:
        return _weights(422, wrong)
    sharing.set_weights({p: w for p, w in said.items() if w is not None}, by=g.user, at=g.now)
    flash(_("已保存。"), "ok")
    return go("customers.weights")


def _fits(weight: int | None) -> bool:
    return weight is not None and 1 <= weight <= 9


def _weights(status: int = 200, wrong: set[int] = frozenset()) -> Answer:  # type: ignore[assignment]
    people = salespeople(g.user)
    return page(
        "customers/owning/weights.html",
        status,
        people=people,
        weights=sharing.weights_of(people),
        counts=owned([p.id for p in people]),
        wrong=wrong,
    )


def _allocation(id: int) -> Allocation:
    row = db.session.get(Allocation, id)
    if row is None or not sharing.may_settle(row, g.user):
        abort(404)
    return row


def _form(*, fresh: bool = False) -> AllocationForm:
    form = AllocationForm(formdata=None) if fresh else AllocationForm()
    form.channel.choices = [("", _("不限")), *offered()]
    form.batch.choices = [("", _("不限")), *((str(id), name) for id, name in sharing.imports(g.user))]
    people = salespeople(g.user)
    form.people.choices = [(str(p.id), p.name) for p in people]
    if fresh:
        form.people.data = [str(p.id) for p in people]
    return form


def _list(form: AllocationForm, status: int = 200, *, ticked: list[int]) -> Answer:
    lines = (
        select(AllocationLine.allocation_id, func.count().label("n"))
        .group_by(AllocationLine.allocation_id)
        .subquery()
    )
    line = line_of(g.user)
    query = (
        select(Allocation.id, Allocation.title, Allocation.state, Allocation.created_at, User.name, lines.c.n)
        .join(User, User.id == Allocation.author_id)
        .join(Department, Department.id == User.department_id)
        .outerjoin(lines, lines.c.allocation_id == Allocation.id)
        .where(or_(Allocation.author_id == g.user.id, below(Department.path, line)))
        .order_by(Allocation.id.desc())
        .limit(50)
    )
    rows = db.session.execute(query).all()
    people = salespeople(g.user)
    counts, weighed = owned([p.id for p in people]), sharing.weights_of(people)
    notes = {str(p.id): _("名下 %(n)s 家 · 权重 %(w)s", n=counts[p.id], w=weighed[p.id]) for p in people}
    return page("customers/owning/allocations.html", status, rows=rows, form=form, notes=notes, ticked=ticked)


def _one(row: Allocation, form: ConfirmForm, status: int = 200) -> Answer:
    lines = sharing.lines_of(row)
    ids = [line.customer_id for line in lines]
    columns = Customer.id, Customer.name, Customer.grade, Customer.owner_id, User.name.label("owner")
    query = select(*columns).outerjoin(User, User.id == Customer.owner_id).where(Customer.id.in_(ids))
    customers = {c.id: c for c in db.session.execute(query)}
    people = _people() if row.state == sharing.PROPOSED else {}
    named = {line.chosen_id for line in lines} | {line.proposed_id for line in lines}
    names = {
        row[0]: row[1] for row in db.session.execute(select(User.id, User.name).where(User.id.in_(named)))
    }
    given = {id: sum(line.chosen_id == id for line in lines) for id in sorted(named | set(people))}
    return page(
        "customers/owning/allocation.html",
        status,
        row=row,
        lines=[line for line in lines if line.customer_id in customers],
        customers=customers,
        people=people,
        names=names | {p.id: p.name for p in people.values()},
        given=given,
        counts=owned(list(given)),
        weights=sharing.weights_of([*people.values()]),
        form=form,
    )


def _people() -> dict[int, User]:
    return {p.id: p for p in salespeople(g.user)}


def _chosen() -> dict[int, int]:
    """{line id: user id} of the selects "line-7"."""
    said = {}
    for name, value in request.form.items():
        line, to = whole_number(name.removeprefix("line-")), whole_number(value)
        if name.startswith("line-") and line is not None and to is not None:
            said[line] = to
    return said
