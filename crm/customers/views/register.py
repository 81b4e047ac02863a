"""The register 客户名簿."""

from collections.abc import Mapping
from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.archive.clocks import clock_of
from crm.customers.archive.shown import STATE_MARKS, state_names
from crm.customers.register import asked, listing, views_of
from crm.kernel.clock import local
from crm.kernel.drawn import drawn_lines
from crm.kernel.web import page, requires


@bp.get("")
@requires(Perm.CUSTOMER_READ)
def index() -> ResponseReturnValue:
    want = asked(request.args, g.user)
    shown = listing(want, g.user)
    names = state_names()
    return page(
        "customers/index.html",
        page=shown,
        lines=drawn_lines("customers/_row.html", shown.rows, lambda row: line_of(row, names), at=g.now),
        want=want,
        views=tuple(views_of(g.user)),
        states=tuple(names.items()),
        perms=g.user.perms,
    )


def line_of(row: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """What templates/customers/_row.html asks for."""
    at = local(row.updated_at)
    return {
        "row": row,
        "mark": STATE_MARKS[row.state],
        "state": names[row.state],
        "updated": f"{at:%m-%d %H:%M}" if at.year == local(g.now).year else f"{at:%Y-%m-%d}",
        "clock": clock_of(row, g.now),
        "href": url_for("customers.resume" if row.state == "draft" else "customers.show", id=row.id),
    }
