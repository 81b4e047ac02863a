"""Who is told when rooms record something: the ties between approvals, the archive and the inbox."""

from typing import Any

from flask import current_app

from crm.audit import Event
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import hears
from crm.notifications import notify


def path_of(endpoint: str, **values: Any) -> str:
    """The path of a page, also where nobody asks for one: a command, the demo."""
    return current_app.url_map.bind("").build(endpoint, values)


@hears("review:ask", "review:reassign")
def ask(event: Event) -> None:
    if not event.facts.get("open", True):
        return  # its turn has not come
    review = event.thing
    text = _l("请审批：%(title)s · %(object)s", title=_l(review.title), object=review.object_name)
    notify(event.facts["people"], text, path_of("approvals.show", id=review.id), at=event.at)


@hears("review:approve", "review:return", "review:reject")
def answer(event: Event) -> None:
    review = event.thing
    said = {"who": event.by.name, "title": _l(review.title), "object": review.object_name}
    text = {
        "review:approve": _l("%(who)s 已同意：%(title)s · %(object)s", **said),
        "review:return": _l("%(who)s 退回修改：%(title)s · %(object)s", **said),
        "review:reject": _l("%(who)s 已驳回：%(title)s · %(object)s", **said),
    }[event.tag]
    notify([review.author_id], text, path_of("approvals.show", id=review.id), at=event.at)


@hears("customer:name_archivist")
def name_archivist(event: Event) -> None:
    customer = event.thing
    text = _l("请整理归档：%(name)s", name=customer.name)
    notify([event.facts["archivist"]], text, path_of("customers.show", id=customer.id), at=event.at)
