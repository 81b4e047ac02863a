"""Who is told when something happens to a complaint. What a message says is fit for every recipient."""

from typing import Any

from sqlalchemy import func, update

from crm.accounts import Role, people_with
from crm.kernel.database import db
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import hears
from crm.notifications import notify

from .models import Opinion
from .models.opinion import service_area


def _tell(event: Any, people: set[int], text: Any) -> None:
    opinion = event.thing
    others = people - {getattr(event.by, "id", None), None}
    if others:
        notify(others, text, opinion.link, at=event.at)


def _managers() -> set[int]:
    return {p.id for p in people_with(Role.GENERAL_MANAGER)}


def _supervisors(opinion: Any) -> set[int]:
    """The service supervisors in whose area it was taken in."""
    people = people_with(Role.SERVICE_SUPERVISOR)
    return {p.id for p in people if opinion.department_path.startswith(service_area(p.department))}


@hears("opinion:register")
def registered(event: Any) -> None:
    opinion = event.thing
    if opinion.serious:
        said = {"number": opinion.number, "customer": opinion.customer_name}
        _tell(event, _managers(), _l("重大投诉 %(number)s（%(customer)s）等您批示", **said))
        text = _l("重大投诉 %(number)s（%(customer)s）已报总经理，请即指派处理人", **said)
        _tell(event, _supervisors(opinion), text)


@hears("opinion:raise_severity")
def raised(event: Any) -> None:
    opinion = event.thing
    people = set() if opinion.gm_seen_at else _managers()
    _tell(event, people, _l("%(number)s 已升为重大投诉，等您批示", number=opinion.number))
    _tell(event, {opinion.handler_id}, _l("%(number)s 已升为重大投诉，须以函告答复", number=opinion.number))


@hears("opinion:assign")
def assigned(event: Any) -> None:
    opinion = event.thing
    said = {"who": event.by.name, "number": opinion.number, "title": opinion.title}
    _tell(event, {opinion.handler_id}, _l("%(who)s 指派您处理 %(number)s：%(title)s", **said))


@hears("opinion:instruct")
def instructed(event: Any) -> None:
    opinion = event.thing
    said = {"number": opinion.number, "handler": opinion.handler.name}
    people = {opinion.handler_id, opinion.registered_by_id} | _supervisors(opinion)
    _tell(event, people, _l("总经理已批示重大投诉 %(number)s，处理人 %(handler)s", **said))


@hears("opinion:reply_by_letter", "opinion:reply_by_call")
def answered(event: Any) -> None:
    opinion = event.thing
    _tell(event, _supervisors(opinion), _l("%(number)s 已答复客户，请核对后办结", number=opinion.number))


@hears("opinion:reopen")
def reopened(event: Any) -> None:
    opinion = event.thing
    _tell(event, {opinion.handler_id}, _l("%(number)s 退回继续处理", number=opinion.number))


@hears("opinion:close")
def closed(event: Any) -> None:
    opinion = event.thing
    people = {opinion.handler_id, opinion.registered_by_id}
    _tell(event, people, _l("%(number)s 已办结", number=opinion.number))


@hears("department:move")
def department_moved(event: Any) -> None:
    """What was taken in by a moved department moves along: the administrator who moves it sees none of it."""
    before, after = event.facts["before"], event.facts["after"]
    opinion: Any = Opinion.__table__
    path = opinion.c.department_path
    db.session.execute(
        update(opinion)
        .where(path.startswith(before, autoescape=True))
        .values(department_path=after + func.substr(path, len(before) + 1))
        .execution_options(scoped=True)  # every row of the subtree
    )
