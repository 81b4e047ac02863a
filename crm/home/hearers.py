"""Who is told when rooms record something: the ties between approvals, the archive and the inbox."""

from typing import Any

from flask import current_app
from flask_babel.speaklater import LazyString

from crm.accounts import Role, people_with
from crm.audit import Event
from crm.kernel import clock
from crm.kernel.jobs import Outgoing
from crm.kernel.jobs.outbox import label_of
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import hears
from crm.notifications import notify


def path_of(endpoint: str, **values: Any) -> str:
    """The path of a page, also where nobody asks for one: a command, the demo."""
    return current_app.url_map.bind("").build(endpoint, values)


@hears("review:ask", "review:reassign", "review:hand_on", "review:escalate")
def ask(event: Event) -> None:
    if not event.facts.get("open", True):
        return  # its turn has not come
    _about_review(event, event.facts["people"], _l("请审批：%(what)s", what=_of(event)))
    if not event.facts["people"] and event.tag != "review:escalate":
        # it waits, and nobody could know: the author does now
        text = _l("没有人可以审批：%(what)s，请联系系统管理员", what=_of(event))
        _about_review(event, [event.thing.author_id], text)


@hears(
    "review:remind", "review:press", "review:delegate", "review:comment", "review:copy", "review:add_signer"
)
def tell(event: Event) -> None:
    """A word about a review, to those the event names."""
    said = {"what": _of(event), "who": event.by.name if event.by is not None else ""}
    text = {
        "review:remind": _l("快到期了，请审批：%(what)s", **said),
        "review:press": _l("%(who)s 催办，请审批：%(what)s", **said),
        "review:delegate": _l("请代为审批：%(what)s", **said),
        "review:comment": _l("%(who)s 评论了：%(what)s", **said),
        "review:copy": _l("%(who)s 抄送给您：%(what)s", **said),
        "review:add_signer": _l("%(who)s 请您加签：%(what)s", **said),
    }[event.tag]
    _about_review(event, event.facts["people"], text)


@hears("review:back")
def sent_back(event: Event) -> None:
    step = event.facts["to"]
    said = {"what": _of(event), "who": event.by.name, "step": _l(step)}
    text = _l("%(who)s 退回到“%(step)s”：%(what)s", **said)
    _about_review(event, [event.thing.author_id], text)


def _of(event: Event) -> LazyString:
    """What a review asks, and of what."""
    title = event.thing.title
    return _l("%(title)s · %(object)s", title=_l(title), object=event.thing.object_name)


def _about_review(event: Event, people: list[int], text: Any) -> None:
    notify(people, text, path_of("approvals.show", id=event.thing.id), at=event.at)


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


@hears("outbox:give_up")
def give_up(row: Outgoing) -> None:
    """Something did not leave the house: whoever keeps the system must know."""
    administrators = [person.id for person in people_with(Role.ADMINISTRATOR)]
    text = _l("有一条消息多次没能发出：%(what)s #%(id)s", what=label_of(row.topic), id=row.id)
    notify(administrators, text, path_of("clockwork.index"), at=clock.now())


@hears("user:hand_over")
def handed_over(event: Event) -> None:
    """Whoever takes over learns of it once, with how much it is."""
    counts: dict[int, int] = {}
    for kind, person in event.facts["to"].items():
        if person is not None:
            counts[person] = counts.get(person, 0) + event.facts["counts"][kind]
    for person, count in counts.items():
        said = {"who": event.thing.name, "n": count}
        text = _l("%(who)s 名下 %(n)s 件已移交给您", **said)
        notify([person], text, path_of("home.todo"), at=event.at)
