"""Random people do random things to reviews of every kind: the promises of the engine hold."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from crm.accounts import Delegation, Role
from crm.approvals import Condition, Mode, Review, Row, StepRule, StepState, Verdict, Who
from crm.approvals.flows import publish
from crm.approvals.jobs import delegates, escalate, remind
from crm.approvals.models import Decision
from crm.kernel.errors import Refused
from crm.notifications import Message

from .papers import NOW, PAPERS, submit

PEOPLE = ("salesperson", "sales_manager", "branch_manager", "general_manager", "custodian", "salesperson3")
AUTHORS = ("salesperson", "sales_manager", "branch_manager")
ROLES = {"sales_manager": Role.SALES_MANAGER, "salesperson3": Role.SALESPERSON, "custodian": Role.CUSTODIAN}

people = st.sampled_from(PEOPLE)
whos = st.one_of(
    st.builds(
        lambda kind: (kind, (), ""), st.sampled_from(["manager", "head", "head_above", "owner_manager"])
    ),
    st.builds(lambda role: ("role_in_company", (), role), st.sampled_from(["custodian", "general_manager"])),
    st.builds(
        lambda names: ("chosen", tuple(names), ""), st.lists(people, min_size=1, max_size=3, unique=True)
    ),
)
steps = st.builds(
    lambda who, mode, large, escalates, once: (who, mode, large, escalates, once),
    whos,
    st.sampled_from(list(Mode)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
flows = st.lists(steps, min_size=1, max_size=4)
moves = st.lists(
    st.tuples(
        st.sampled_from(
            ["approve"] * 6
            + [
                "return",
                "reject",
                "back",
                "withdraw",
                "press",
                "hand_on",
                "before",
                "after",
                "copy",
                "comment",
            ]
            + ["leave", "return_to_work", "away", "hours", "submit", "publish"]
        ),
        people,
        people,
        st.integers(0, 3),
    ),
    min_size=12,
    max_size=45,
)
END = {"approved": "approved", "returned": "returned", "rejected": "rejected", "withdrawn": "withdrawn"}


class Office:
    """One paper, its reviews, and what was seen of them before."""

    def __init__(self, cast: Any, session: Any, author: str, flow: Any) -> None:
        self.cast, self.session, self.now = cast, session, NOW
        self.author, self.number = cast[author], max(PAPERS, default=0) + 1
        self.closed: dict[int, Any] = {}
        self.publish(flow)
        self.run("submit", author, author, 0)

    def publish(self, flow: Any) -> None:
        rules = []
        for n, (who, mode, large, escalates, once) in enumerate(flow):
            kind, names, role = who
            chosen = tuple(self.cast[name].id for name in names if self.cast[name].active)
            said = Who(kind, role, choices=chosen) if chosen or not names else Who("manager")
            when = Condition((Row("amount", "ge", 100),)) if large and n else Condition()
            rules.append(
                StepRule(
                    f"s{n}",
                    f"第{n}步",
                    said,
                    mode,
                    when,
                    hours=4,
                    remind_hours=1,
                    escalates=escalates,
                    once=once,
                )
            )
        publish("papers:one", rules, note="", by=self.cast.administrator, at=self.now)

    def last(self) -> Review:
        mine = select(Review).where(Review.thing_id == self.number).order_by(Review.id.desc())
        review = self.session.scalars(mine.limit(1)).first()
        if review is None:
            raise Refused("no review yet")
        return review  # type: ignore[no-any-return]

    def run(self, verb: str, name: str, other: str, n: int) -> None:
        """Do one thing; what is refused leaves nothing behind."""
        state = PAPERS[self.number].state if self.number in PAPERS else "draft"
        try:
            self._do(verb, self.cast[name], self.cast[other], n)
            self.session.commit()
        except Refused:
            self.session.rollback()
            if self.number in PAPERS:
                PAPERS[self.number].state = state
            return
        self.session.expire_all()
        self.look()

    def _do(self, verb: str, who: Any, other: Any, n: int) -> None:
        at, admin = self.now, self.cast.administrator
        match verb:
            case "submit":
                submit(self.author, number=self.number, amount=str(n * 60))
            case "approve" | "return" | "reject":
                self.last().decide(Verdict(verb), by=who, at=at, comment="看过了")
            case "back":
                review = self.last()
                to = review.steps[min(n, len(review.steps) - 1)].id
                review.decide(Verdict.BACK, by=who, at=at, comment="再看", back_to=to)
            case "withdraw":
                self.last().withdraw(by=who, at=at)
            case "press":
                self.last().press(by=who, at=at)
            case "hand_on":
                self.last().hand_on(other, "更了解", by=who, at=at)
            case "before" | "after":
                self.last().add_signer(other, verb == "before", "再看", by=who, at=at)
            case "copy":
                self.last().copy_to([other.id], by=who, at=at)
            case "comment":
                self.last().comment("一句话", by=who, at=at)
            case "leave":
                if who.username not in ROLES:
                    raise Refused("stays")
                who.give_roles({Role.TECHNICIAN}, by=admin, at=at)
            case "return_to_work":
                if who.username not in ROLES:
                    raise Refused("never left")
                who.give_roles({ROLES[who.username]}, by=admin, at=at)
            case "away":
                day = date(2026, 1, 9) + timedelta(days=n)
                Delegation.appoint(who, other, day, day + timedelta(days=n), "", by=who, at=NOW)
            case "hours":
                self.now += timedelta(hours=9 * n + 1)
                with time_machine.travel(self.now, tick=False):
                    for job in (delegates, remind, escalate):
                        job(self.now)

    def look(self) -> None:
        """The promises."""
        mine = select(Review).where(Review.thing_id == self.number).order_by(Review.id)
        reviews = self.session.scalars(mine).all()
        for review in reviews:
            self._whole(review)
        assert sum(r.pending for r in reviews) <= 1
        if reviews:  # never an end without its outcome, never an outcome without an end
            assert PAPERS[self.number].state == END.get(reviews[-1].state, "in_review")
        twice = select(Decision.step_id).group_by(Decision.step_id, Decision.for_id).having(func.count() > 1)
        assert self.session.scalars(twice).all() == []

    def _whole(self, review: Review) -> None:
        states = [s.state for s in review.steps]
        assert [s.position for s in review.steps] == list(range(len(review.steps)))
        assert review.pending == (review.closed_at is None)
        assert states.count(StepState.OPEN) == (1 if review.pending else 0)
        assert review.author_id not in {d.by_id for d in review.decisions}  # nobody decides their own
        if review.pending:
            self._moves_on(review)
            return
        assert not {StepState.WAITING, StepState.OPEN} & set(states)
        if review.state == "approved":
            assert review.decisions
            assert all(s.decisions for s in review.steps if s.state == StepState.DONE)
        said = review.state, review.closed_at, [(d.id, d.verdict, d.by_id) for d in review.decisions]
        assert self.closed.setdefault(review.id, said) == said  # what is decided never changes again

    def _moves_on(self, review: Review) -> None:
        """Somebody can act on what is pending; else nobody fits, and its author was told."""
        step = review.current
        assert step is not None
        for row in step.asked:
            assert row.user_id != review.author_id
            assert row.open == review.can_decide(row.user)
        if step.asks_now:
            assert all(a.user.active for a in step.asked if a.open)
            return
        told = select(Message).where(
            Message.recipient_id == review.author_id, Message.text.contains("没有人可以审批")
        )
        assert self.session.scalars(told).first() is not None


@pytest.mark.slow
@settings(suppress_health_check=list(HealthCheck), max_examples=40)
@given(author=st.sampled_from(AUTHORS), flow=flows, second=flows, done=moves)
def test_whatever_people_do_the_engine_keeps_its_promises(
    author: str, flow: Any, second: Any, done: Any, cast: Any, session: Any
) -> None:
    office = Office(cast, session, author, flow)
    for verb, name, other, n in done:
        if verb == "publish":
            office.publish(second)
            session.commit()
        else:
            office.run(verb, name, other, n)
    for name, role in ROLES.items():  # the next office begins with everybody in place
        cast[name].give_roles({role}, by=cast.administrator, at=NOW)
    session.commit()
