"""Reading: the list, the record, its attachments, the panel on the customer's page."""

from typing import Any

from flask import g, request, url_for
from sqlalchemy import select

from crm.accounts import Perm
from crm.complaints import bp, queries, showing
from crm.complaints.models import OpinionFile
from crm.customers import Customer
from crm.files import send
from crm.kernel.database import db
from crm.kernel.paging import capped_count, paged
from crm.kernel.prepared import found
from crm.kernel.text import piece, tidy
from crm.kernel.web import is_part, page, part, requires

from .loading import loaded


@bp.get("")
@requires(Perm.OPINION_READ)
def index() -> Any:
    view = request.args.get("view", "open")
    view = view if view in queries.VIEWS else "open"
    words = tidy(request.args.get("q", ""))[:60]
    statement = queries.in_view(queries.listed(), view, g.user)
    if words:
        statement = queries.matching(statement, piece(words))
    counts = {v: capped_count(queries.in_view(queries.listed(), v, g.user)) for v in ("open", "mine")}
    return page(
        "complaints/index.html",
        opinions=paged(statement, queries.ORDER),
        view=view,
        views=queries.VIEWS,
        counts=counts,
        q=words,
        can_register=g.user.may(Perm.OPINION_REGISTER),
    )


@bp.get("/<int:id>")
@requires(Perm.OPINION_READ)
def show(id: int) -> Any:
    opinion = loaded(id)
    return page("complaints/show.html", opinion=opinion, **showing.record(opinion, g.user))


@bp.get("/<int:id>/files/<int:file_id>")
@requires(Perm.OPINION_READ)
def file(id: int, file_id: int) -> Any:
    query = select(OpinionFile).where(OpinionFile.id == file_id, OpinionFile.opinion_id == id)
    attachment = db.first_or_404(query)
    return send(attachment.file, attachment.name, inline=True)


@bp.get("/of/<int:customer_id>")
@requires(Perm.OPINION_READ)
def of_customer(customer_id: int) -> Any:
    """The panel on the customer's page: what this viewer sees of the customer's complaints."""
    customer = found(Customer, customer_id)
    register = ""
    if g.user.may(Perm.OPINION_REGISTER):
        register = url_for("complaints.new", customer=customer.id)
    context: dict[str, Any] = {"rows": queries.of_customer(customer.id), "register": register}
    if is_part():
        return part("complaints/_of_customer.html", **context)
    return page("complaints/of_customer.html", customer=customer, **context)
