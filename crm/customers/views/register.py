"""The register 客户名簿."""

from flask import g, request
from flask.typing import ResponseReturnValue

from crm.accounts import Perm
from crm.kernel.web import page, requires

from .. import bp
from ..clocks import clock_of
from ..register import asked, listing, views_of
from ..shown import STATE_MARKS, state_names


@bp.get("")
@requires(Perm.CUSTOMER_READ)
def index() -> ResponseReturnValue:
    want = asked(request.args, g.user)
    shown = listing(want, g.user)
    clocks = {row.id: clock_of(row, g.now) for row in shown.rows}
    return page(
        "customers/index.html",
        page=shown,
        want=want,
        views=views_of(g.user),
        clocks=clocks,
        states=state_names(),
        marks=STATE_MARKS,
    )
