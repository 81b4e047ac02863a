"""Attachments of an archive."""

from flask import abort, g
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.models import CustomerFile
from crm.files import StoredFile, send
from crm.kernel.database import db
from crm.kernel.web import requires

from .loading import load


@bp.get("/<int:id>/papers/<int:paper_id>")
@requires(Perm.CUSTOMER_READ)
def paper(id: int, paper_id: int) -> ResponseReturnValue:
    """The file itself; a licence scan only for whom sensitive values are (CUS-2)."""
    customer = load(id)
    mine = select(CustomerFile).where(CustomerFile.id == paper_id, CustomerFile.customer_id == id)
    found: CustomerFile = db.first_or_404(mine)
    if found.kind == "licence" and not customer.sees_sensitive(g.user):
        abort(403)
    stored = db.session.get(StoredFile, found.file_id)
    assert stored is not None
    return send(stored, found.name, inline=True)
