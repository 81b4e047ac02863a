"""What the entry form learns while somebody types."""

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.alike.similar import find
from crm.customers.archive.typed import read
from crm.customers.entry.forms import EntryForm
from crm.customers.entry.page import assessed, progress
from crm.kernel.web import part, requires

from .entry import phones_of, posted_form
from .loading import load


@bp.get("/likenesses")
@requires(Perm.CUSTOMER_ENTER)
def likenesses() -> ResponseReturnValue:
    """Likely the same company; every parameter that ends in "phone" is a telephone number."""
    phones = [value for key, value in request.args.items(multi=True) if key.endswith("phone")]
    own = request.args.get("id", type=int)
    alike = find(
        request.args.get("name", "")[:200], request.args.get("uscc", "")[:40], phones[:40], besides=own
    )
    return part("customers/_likenesses.html", alike=alike, form=EntryForm(formdata=MultiDict(request.args)))


@bp.post("/need-check")
@requires(Perm.CUSTOMER_ENTER)
def need_check() -> ResponseReturnValue:
    """The three questions to a need (ARC-7)."""
    return part("customers/_need.html", need=assessed(read(request.form).values))


@bp.post("/progress")
@requires(Perm.CUSTOMER_ENTER)
def progress_rail() -> ResponseReturnValue:
    """How full the chapters are, for the rail and the heads of the chapters."""
    form = posted_form()
    for field in form:
        field.errors = []  # what is wrong is told at submission, not while typing
    return part("customers/_progress.html", live=True, **progress(form, form.values()))


@bp.get("/<int:id>/likenesses")
@requires(Perm.CUSTOMER_READ)
def review_likenesses(id: int) -> ResponseReturnValue:
    """For whoever reviews an archive: who had this customer first (OWN-1)."""
    customer = load(id)
    alike = find(customer.name, customer.uscc or "", phones_of(customer), besides=customer.id)
    return part("customers/_review_likenesses.html", alike=alike, customer=customer)
