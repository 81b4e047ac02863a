"""The register 客户名簿."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.clocks import clock_of
from crm.customers.register import asked, listing, views_of
from crm.customers.shown import STATE_MARKS, state_names
from crm.kernel.clock import local
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
        lines=list(lines_of(shown.rows, names)),
        want=want,
        views=tuple(views_of(g.user)),
        states=tuple(names.items()),
    )


def lines_of(rows: Iterable[Any], names: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """The rows as templates/customers/_row.html unpacks them: plain values in the order of its columns."""
    base = url_for("customers.index")
    year = local(g.now).year
    for row in rows:
        at = local(row.updated_at)
        yield (
            row.id,
            row.name,
            row.key_customer,
            row.code or "—",
            row.grade,
            STATE_MARKS[row.state],
            names[row.state],
            row.completeness,
            row.owner,
            f"{at:%m-%d %H:%M}" if at.year == year else f"{at:%Y-%m-%d}",
            *_clock(clock_of(row, g.now)),
            f"{base}/{row.id}/entry" if row.state == "draft" else f"{base}/{row.id}",
        )


def _clock(clock: Any) -> tuple[str, ...]:
    return (clock.kind, clock.text, clock.iso, clock.title) if clock else ("", "", "", "")
