"""What the administrator's pages of flows show: the list, the editor with its preview, the history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy import func, select
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from crm.accounts import Department, User
from crm.accounts.queries import people
from crm.approvals.flows import flow_in_force
from crm.approvals.models import FlowVersion, Review, ReviewState
from crm.approvals.outcomes import Fact, Outcome, outcome_of
from crm.approvals.rules import FLOWS, WITH_ROLE, Flow, StepRule, steps_from_plain
from crm.kernel.database import db, reading
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.scope import as_everyone

from .forms import FlowForm, choices_of
from .preview import would_ask
from .sense import plain, rules_of
from .words import KINDS, OF_THE_THING, OPS, OPS_OF, WITHOUT_VALUE, Wording, names_of, people_in

FOUND = 8  # people that a search shows


def facts_of(key: str) -> dict[str, Fact]:
    """What conditions of this flow may ask."""
    return {fact.key: fact for fact in outcome_of(key).fields()}


def wording(key: str, *flows: Sequence[StepRule]) -> Wording:
    """Says these steps of a flow in words."""
    return Wording(facts_of(key), names_of(people_in(*flows)))


# --- versions --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """One version of a flow. `by` is empty for the one that ships."""

    number: int
    steps: tuple[StepRule, ...]
    by: str = ""
    at: datetime | None = None
    note: str = ""
    words: str = ""
    in_force: bool = False


def versions_of(key: str) -> list[Version]:
    """All versions, newest first; the last is the one that ships."""
    rows = db.session.scalars(
        select(FlowVersion).where(FlowVersion.flow == key).order_by(FlowVersion.version.desc())
    ).all()
    published = [(row, steps_from_plain(row.steps)) for row in rows]
    shipped = FLOWS[key]
    said = wording(key, shipped.steps, *(steps for _row, steps in published))
    now = flow_in_force(key).version
    versions = [
        Version(
            row.version,
            steps,
            row.published_by.name,
            row.published_at,
            row.note,
            said.flow(steps),
            row.version == now,
        )
        for row, steps in published
    ]
    first = Version(
        shipped.version, shipped.steps, words=said.flow(shipped.steps), in_force=shipped.version == now
    )
    return [*versions, first]


@dataclass(frozen=True)
class FlowLine:
    """One flow of the list. `running`: reviews that wait under it now, whatever their version."""

    flow: Flow
    version: Version
    running: int


def flows_listed() -> list[FlowLine]:
    running = _running()
    return [
        FlowLine(flow, next(v for v in versions_of(key) if v.in_force), running.get(key, 0))
        for key, flow in FLOWS.items()
    ]


def _running() -> dict[str, int]:
    """Reviews under way by flow. The administrator sees none of them, but how many."""
    counted = select(Review.flow, func.count()).where(Review.state == ReviewState.PENDING)
    with reading(), as_everyone("how many reviews run through a flow") as session:
        return {row[0]: row[1] for row in session.execute(counted.group_by(Review.flow))}


# --- the editor ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """A person a search found, or one that was chosen before."""

    id: int
    name: str
    department: str
    chosen: bool


def candidates(chosen: Iterable[int], q: str | None) -> list[Candidate]:
    """Who was chosen, then whom `q` finds."""
    chosen = list(chosen)
    wanted = select(User.id, User.name, Department.name.label("department")).join(
        Department, Department.id == User.department_id
    )
    rows = list(db.session.execute(wanted.where(User.id.in_(chosen)).order_by(User.id)) if chosen else ())
    if q:
        rows += db.session.execute(people(q).order_by(User.username).limit(FOUND)).all()
    seen = {row.id: Candidate(row.id, row.name, row.department, row.id in chosen) for row in reversed(rows)}
    return list(reversed(seen.values()))


@dataclass(frozen=True)
class RowView:
    """One condition and the control that fits its value."""

    form: Any
    fact: Fact | None
    control: str  # none, choice, several, flag, number, text


@dataclass(frozen=True)
class StepView:
    """One card of the editor."""

    form: Any
    rule: StepRule
    words: str
    rows: list[RowView]
    people: list[Candidate] = field(default_factory=list)
    instead: list[Candidate] = field(default_factory=list)


def step_views(
    form: FlowForm, rules: Sequence[StepRule], said: Wording, kinds: Mapping[str, Any]
) -> list[StepView]:
    views = []
    for entry, rule in zip(form.steps, rules, strict=True):
        inner = entry.form
        inner.kind.choices = choices_of(kinds)
        asks_people = inner.kind.data in ("person", "chosen")
        views.append(
            StepView(
                inner,
                rule,
                said.step(rule),
                [_row_view(row.form, said.facts) for row in inner.rows],
                candidates(inner.people.data, inner.people_q.data) if asks_people else [],
                candidates(inner.instead.data, inner.instead_q.data) if inner.empty.data == "person" else [],
            )
        )
    return views


def _row_view(form: Any, facts: Mapping[str, Fact]) -> RowView:
    fact = facts.get(form.field.data or "")
    labels = {key: known.label for key, known in facts.items()}
    form.field.choices = [SelectChoice("", _l("请选择")), *choices_of(labels)]
    form.op.choices = choices_of({op: OPS[op] for op in OPS_OF.get(fact.kind if fact else "text", ())})
    control = fact.kind if fact else "none"
    if form.op.data in WITHOUT_VALUE:
        control = "none"
    elif fact and fact.choices and form.op.data == "in":
        control = "several"
    return RowView(form, fact, control)


def kinds_for(key: str, rules: Sequence[StepRule]) -> dict[str, Any]:
    """Whom steps of this flow may ask: people of the thing only where the room tells them."""
    tells = type(outcome_of(key)).people is not Outcome.people
    used = {rule.who.kind for rule in rules}
    return {kind: label for kind, label in KINDS.items() if tells or kind not in OF_THE_THING or kind in used}


def context(flow: Flow, form: FlowForm) -> dict[str, Any]:
    """Everything templates/approvals/flows/flow.html asks for."""
    facts = facts_of(flow.key)
    rules = rules_of(form, facts)
    named = people_in(rules, flow.steps)
    said = Wording(facts, names_of(named))
    return {
        "flow": flow,
        "form": form,
        "facts": facts,
        "steps": step_views(form, rules, said, kinds_for(flow.key, rules)),
        "with_role": WITH_ROLE,
        "words": said.flow(rules),
        "differences": said.differences(flow.steps, rules),
        "authors": candidates(form.author.data[:1], form.author_q.data),
        **_preview(flow.key, form, rules, said),
    }


def _preview(key: str, form: FlowForm, rules: Sequence[StepRule], said: Wording) -> dict[str, Any]:
    """Whom these steps would ask about something of the chosen author; it asks for what conditions ask."""
    used = {row.field for rule in rules for row in rule.when.rows}
    asks = {name: fact for name, fact in said.facts.items() if name in used}
    typed = {name: request.form.get(f"fact-{name}", "") for name in asks}
    author = db.session.get(User, form.author.data[0]) if form.author.data else None
    lines = []
    if author is not None:
        facts = {name: plain(asks[name].kind, text) for name, text in typed.items() if text}
        lines = would_ask(key, author, rules, facts, said)
    return {"preview": lines, "preview_asks": asks, "preview_facts": typed}
