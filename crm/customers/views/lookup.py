"""Whose call is it? Names and codes for the intake of an opinion."""

from flask import request
from flask.typing import ResponseReturnValue

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.queries import lookup as look_up
from crm.kernel.web import part, requires


@bp.get("/lookup")
@requires(Perm.CUSTOMER_LOOKUP)
def lookup() -> ResponseReturnValue:
    text = request.args.get("q", "")
    return part(
        "customers/_lookup.html",
        rows=look_up(text),
        q=text.strip(),
        name=request.args.get("field", "customer_id")[:40],
    )
