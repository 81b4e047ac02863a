"""Who is told that a customer changed hands."""

from collections import Counter
from datetime import datetime
from typing import Any

from flask import current_app

from crm.customers.models import AllocationLine
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import hears
from crm.notifications import notify

#: facts of a transfer among many: one word for all of them is said elsewhere
MANY = ("allocation", "leaving")


def path_of(endpoint: str, **values: Any) -> str:
    """The path of a page, also where nobody asks for one."""
    return current_app.url_map.bind("").build(endpoint, values)


@hears("customer:transfer")
def transferred(event: Any) -> None:
    """The new owner, and who owned it before."""
    if any(fact in event.facts for fact in MANY):
        return
    name, by = event.thing.name, getattr(event.by, "id", None)
    before, after = event.facts["before"], event.facts["after"]
    if after not in (None, by):
        path = path_of("customers.show", id=event.thing.id)
        notify([after], _l("客户 %(name)s 现在由您负责", name=name), path, at=event.at)
    if before not in (None, by):
        notify([before], _l("客户 %(name)s 已移交给同事", name=name), path_of("customers.index"), at=event.at)


@hears("customer:pool")
def pooled(event: Any) -> None:
    path, name = path_of("customers.pool"), event.thing.name
    notify([event.facts["before"]], _l("客户 %(name)s 已放入公海", name=name), path, at=event.at)


def shared_out(lines: list[AllocationLine], title: str, *, at: datetime) -> None:
    """One word to everybody who was given customers by a proposal."""
    path = path_of("customers.index", view="mine")
    for person, count in Counter(line.chosen_id for line in lines).items():
        text = _l("“%(title)s”分配给您 %(n)s 家客户", title=title, n=count)
        notify([person], text, path, at=at)
