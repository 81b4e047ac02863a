"""Forty complaints, suggestions and judgements in all states; three of them serious."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from crm.accounts import User
from crm.complaints import rules
from crm.complaints.models import Opinion
from crm.complaints.words import Kind, Severity, Way

from . import opinions_words as words
from .archives import Story
from .diary import Diary

#: (state it reaches, how many, working days since it came in (from, to)); the three serious ones besides
FATES = (
    ("registered", 5, (0, 1)),
    ("assigned", 12, (1, 6)),
    ("answered", 5, (2, 8)),
    ("closed", 15, (6, 35)),
)
STATES = ("registered", "assigned", "answered", "closed")
COUNT = sum(number for _fate, number, _days in FATES) + 3


@dataclass(frozen=True)
class Staff:
    """The service people of one area."""

    agent: User
    supervisor: User
    technician: User
    general_manager: User
    handlers: Iterator[User]  # whose turn it is, without end


@dataclass
class Case:
    """One opinion's way, as far as its fate goes."""

    diary: Diary
    fate: str
    back: int
    kind: Kind
    said: tuple[str, str, str]  # what happened, what is wanted, the product
    about: Story  # the archive of the customer who says it
    staff: Staff
    rng: Random
    score: int | None = None
    severity: Severity = Severity.GENERAL
    opinion: Opinion | None = None
    cause: str = field(default="")

    def plan(self) -> None:
        """Note in the diary all that happens to it."""
        note, rng, reached = self.diary.note, self.rng, STATES.index(self.fate)
        note(self.back, rng.randint(9, 15), rng.randint(0, 59), self.register)
        if reached >= 1:
            note(self.back, 16, rng.randint(0, 59), self.assign)
            note(max(self.back - 1, 0), 17, rng.randint(0, 40), self.look_into)
        if reached >= 2:
            note(max(self.back - 2, 0), 17, rng.randint(41, 50), self.answer)
        if reached >= 3:
            note(max(self.back - rng.randint(3, 5), 0), 17, rng.randint(51, 59), self.close)

    # --- what people did ---

    def register(self, at: datetime) -> None:
        customer, contact = self.about.customer, self.about.firm.contacts[0]
        assert customer is not None
        what_happened, wanted, product = self.said
        self.opinion = Opinion.register(
            kind=self.kind,
            severity=self.severity,
            channel=self.rng.choice(("phone", "phone", "wechat", "email", "on_site")),
            what_happened=what_happened,
            wanted=wanted,
            product=product,
            customer_id=customer.id,
            customer_name=customer.name,
            contact_name=contact["name"],
            contact_phone=contact["phone"],
            received_at=at - timedelta(minutes=self.rng.randint(3, 25)),
            technician_id=self.staff.technician.id if self.kind is Kind.JUDGEMENT else None,
            score=self.score,
            alarming=rules.alarming(what_happened),
            by=self.staff.agent,
            at=at,
        )

    def _known(self) -> Opinion:
        assert self.opinion is not None
        return self.opinion

    def assign(self, at: datetime) -> None:
        self._known().assign(next(self.staff.handlers), by=self.staff.supervisor, at=at)

    def look_into(self, at: datetime) -> None:
        opinion = self._known()
        assert opinion.handler is not None
        for kind, text in self.rng.sample(words.FINDINGS, 2):
            said = text.format(contact=opinion.contact_name)
            opinion.add_finding(kind, said, happened_at=at - timedelta(minutes=20), by=opinion.handler, at=at)

    def answer(self, at: datetime) -> None:
        opinion, rng = self._known(), self.rng
        assert opinion.handler is not None
        told_at = at - timedelta(minutes=4)
        opinion.reply_by_call(
            whom=opinion.contact_name,
            said=rng.choice(words.CALLS),
            reaction=rng.choice(words.REACTIONS),
            told_at=max(told_at, opinion.received_at),
            by=opinion.handler,
            at=at,
        )

    def close(self, at: datetime) -> None:
        self._known().close(by=self.staff.supervisor, at=at)

    # --- the serious ones ---

    def plan_unseen(self) -> None:
        """Came in last; the general manager has not seen it yet (CMP-2)."""
        self.diary.note(0, 17, 20, self.register)

    def plan_forwarded(self) -> None:
        self.diary.note(2, 9, 40, self.register)
        self.diary.note(2, 10, 5, self.instruct)
        self.diary.note(1, 15, 30, self.look_into)

    def plan_answered(self) -> None:
        self.diary.note(6, 10, 10, self.register)
        self.diary.note(6, 10, 30, self.instruct)
        self.diary.note(5, 16, 0, self.look_into)
        self.diary.note(2, 14, 0, self.write)

    def instruct(self, at: datetime) -> None:
        handler = self.staff.supervisor
        text = words.INSTRUCTION.format(handler=handler.name)
        self._known().instruct(
            Way.FORWARD,
            text=text,
            handler=handler,
            due_on=self.diary.day(-1),
            by=self.staff.general_manager,
            at=at,
        )

    def write(self, at: datetime) -> None:
        opinion = self._known()
        assert opinion.handler is not None
        body = "\n".join(words.LETTER).format(product=opinion.product, cause=self.cause)
        title = f"关于{opinion.product}质量问题的答复函"
        opinion.reply_by_letter(
            title=title, body=body, signer=self.staff.general_manager, by=opinion.handler, at=at
        )


def staffs(people: dict[str, User]) -> tuple[Staff, Staff]:
    """Head office for 云州, and 青岚."""
    p = people
    cloud = Staff(
        p["service_agent"], p["service_supervisor"], p["technician"], p["general_manager"],
        cycle([p["technician"], p["service_agent"], p["salesperson"], p["service_supervisor"]]),
    )  # fmt: skip
    haze = Staff(
        p["service_agent2"], p["service_supervisor2"], p["technician2"], p["general_manager"],
        cycle([p["technician2"], p["service_agent2"], p["salesperson2"], p["service_supervisor2"]]),
    )  # fmt: skip
    return cloud, haze


def plan(diary: Diary, stories: list[Story], people: dict[str, User], rng: Random) -> None:
    """The opinions of the sample, planned in the diary; they are about customers in the register."""
    told = [s for s in stories if s.fate == "filed" and s.back > 45]
    areas = []
    for staff in staffs(people):
        here = [s for s in told if s.author.department.branch_path == staff.technician.department.branch_path]
        areas.append((staff, cycle(rng.sample(here, min(len(here), 14)))))  # some complain more than once
    turns = cycle(areas)

    def case(fate: str, back: int, kind: Kind, said: tuple[str, str, str]) -> Case:
        staff, customers = next(turns)
        return Case(diary, fate, back, kind, said, next(customers), staff, rng)

    every = [(fate, rng.randint(*days)) for fate, number, days in FATES for _n in range(number)]
    rng.shuffle(every)
    for (fate, back), (kind, said, score) in zip(every, _said(), strict=False):
        general = case(fate, back, kind, said)
        general.score = score
        general.plan()
    for said, planner in (
        (words.UNSEEN, Case.plan_unseen),
        (words.FORWARDED, Case.plan_forwarded),
        (words.ANSWERED, Case.plan_answered),
    ):
        serious = case("", 0, Kind.COMPLAINT, said)
        serious.severity, serious.cause = Severity.SERIOUS, words.ANSWERED_CAUSE
        planner(serious)


def _said() -> Iterator[tuple[Kind, tuple[str, str, str], int | None]]:
    """What is said, of each kind its share, without end."""
    while True:
        for number, complaint in enumerate(words.COMPLAINTS):
            yield Kind.COMPLAINT, complaint, None
            if number % 3 == 1:
                text, product = words.SUGGESTIONS[number // 3]
                yield Kind.SUGGESTION, (text, "", product), None
            if number % 5 == 2:
                text, score = words.JUDGEMENTS[number // 5]
                yield Kind.JUDGEMENT, (text, "", ""), score
