"""The nodes of a review: who has a seat at each, whose turn it is, and what was decided."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import User, delegates_on
from crm.approvals.rules import StepRule
from crm.audit import record
from crm.kernel import clock
from crm.kernel.database import Base, db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.workdays import Calendar, deadline, deadline_hours

from .answers import Asked, Decision
from .states import Mode, StepKind, StepState

if TYPE_CHECKING:
    from .review import Review


class ReviewStep(Base):
    """One node of one review.

    Its seats are whose answers it wants, in their turn; `asked` says who may give them now: whoever has the
    seat, and who stands in for them.
    """

    __tablename__ = "review_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    position: Mapped[int]
    key: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default=StepKind.FLOW, server_default=StepKind.FLOW)
    mode: Mapped[str] = mapped_column(default=Mode.ANY, server_default=Mode.ANY)
    #: the StepRule it began under; beside it "seats" (ids of those whose answer it wants), "by_hand" (those
    #: of them whom a person or the clock put there), "handed_on" (who gave theirs away), "stand_in"
    #: (superiors of who is late), "chosen" (by the author), "skipped" (before it was sent back to) and "why"
    #: it asks others than the rule names
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    days: Mapped[int]  # working days; 0 where hours count
    hours: Mapped[int] = mapped_column(default=0, server_default="0")  # working hours
    remind_hours: Mapped[int] = mapped_column(default=0, server_default="0")  # before it is due; 0: never
    escalates: Mapped[bool] = mapped_column(default=False, server_default=false())
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    state: Mapped[str] = mapped_column(default=StepState.WAITING)
    opened_at: Mapped[datetime | None]
    counted_from: Mapped[date | None]  # its working days; the day it opened, or what the room says
    due_at: Mapped[datetime | None]

    review: Mapped["Review"] = relationship(back_populates="steps")
    asked: Mapped[list[Asked]] = relationship(
        lazy="selectin", order_by=(Asked.place, Asked.user_id), cascade="all, delete-orphan"
    )
    decisions: Mapped[list[Decision]] = relationship(
        back_populates="step", lazy="selectin", order_by=Decision.id
    )
    added_by: Mapped[User | None] = relationship(foreign_keys=[added_by_id])

    __table_args__ = (
        UniqueConstraint("review_id", "position"),
        Index("ix_review_step_state_due_at", "state", "due_at"),
        CheckConstraint("state in ('waiting','open','done','skipped')", name="state_known"),
        CheckConstraint(
            "state NOT IN ('open','done') OR (opened_at IS NOT NULL AND counted_from IS NOT NULL)",
            name="opened_has_date",
        ),
    )

    @classmethod
    def lay(
        cls, rule: StepRule, people: list[User], position: int, kind: str = StepKind.FLOW, **said: Any
    ) -> "ReviewStep":
        """A step that waits, as a rule says it. `said` stands beside the rule (see `rule`)."""
        plain = rule.to_plain()
        step = cls(
            position=position,
            key=rule.key,
            name=plain["name"],
            kind=kind,
            mode=Mode(rule.mode),
            rule=plain | {"seats": [p.id for p in people]} | {k: v for k, v in said.items() if v},
            days=0 if rule.hours else rule.days,
            hours=rule.hours,
            remind_hours=rule.remind_hours,
            escalates=rule.escalates,
            state=StepState.WAITING,
        )
        step.asked = [Asked(user_id=p.id, user=p, place=n) for n, p in enumerate(people)]
        return step

    # --- seats ---

    @property
    def seats(self) -> list[int]:
        """Ids of those whose answers it wants, in their turn."""
        kept: list[int] | None = self.rule.get("seats")
        return [a.user_id for a in self.asked] if kept is None else kept

    @property
    def answered(self) -> set[int]:
        """Whose answers it has."""
        return {d.for_id for d in self.decisions}

    @property
    def turn(self) -> list[int]:
        """Whose answers it waits for now."""
        left = [n for n in self.seats if n not in self.answered]
        return left[:1] if self.mode == Mode.TURN else left

    def note(self, **said: Any) -> None:
        """Write beside the rule; a JSON column sees only a new value."""
        self.rule = self.rule | said

    def row_of(self, user: Any) -> Asked | None:
        """The row by which this person may answer now."""
        return next((a for a in self.asked if a.user_id == user.id and a.open), None)

    def asks(self, user: Any) -> bool:
        """Whether this person may answer here."""
        return self.row_of(user) is not None

    @property
    def asks_now(self) -> list[int]:
        """Ids of those who may answer."""
        return [a.user_id for a in self.asked if a.open]

    def arrange(self, at: datetime, author_id: int) -> list[Asked]:
        """Put the rows in order: open for whose turn it is and who stands in for them, closed for others.
        Gives those that were not open before."""
        before, seats, turn = set(self.asks_now), self.seats, self.turn
        open_for: dict[int, int | None] = dict.fromkeys(turn)
        if self.state == StepState.OPEN:
            away = delegates_on(turn, clock.local(at).date())
            for seat in turn:
                for n in (*(d.id for d in away.get(seat, ())), *self.rule.get("stand_in", ())):
                    if n != author_id:
                        open_for.setdefault(n, seat)
        for row in list(self.asked):
            stands_in = row.for_id is not None and row.user_id not in seats
            if row.user_id in open_for:
                row.for_id, row.open = open_for.pop(row.user_id), True
            elif self._may_go(row, seats, turn):
                self.asked.remove(row)
                continue
            else:
                row.for_id, row.open = (row.for_id if stands_in else None), False
            seat = row.for_id or row.user_id
            row.place = seats.index(seat) if seat in seats else -1
        for n, seat_of in open_for.items():
            place = seats.index(seat_of or n)
            self.asked.append(Asked(user_id=n, user=db.session.get_one(User, n), for_id=seat_of, place=place))
        db.session.flush()
        return [a for a in self.asked if a.open and a.user_id not in before]

    def _may_go(self, row: Asked, seats: list[int], turn: list[int]) -> bool:
        """Whether nothing of this row is to be remembered: no seat, no answer, and not handed on. Who stood
        in goes while the answer is still wanted; afterwards it was their turn as well."""
        if row.user_id in seats or row.user_id in {d.by_id for d in self.decisions}:
            return False
        if row.for_id is not None:
            return row.for_id in turn or row.for_id not in self.answered
        return row.user_id not in self.rule.get("handed_on", ())

    def shut(self) -> None:
        """Nobody may answer here any more."""
        for row in self.asked:
            row.open = False

    # --- its course ---

    def open(self, *, at: datetime, since: date | None = None) -> None:
        """Now it is these people's turn; the working days are counted from `since`, else from today."""
        self.state, self.opened_at, self.reminded_at, self.escalated_at = StepState.OPEN, at, None, None
        self.counted_from = since or clock.local(at).date()
        self.count()
        self.arrange(at, self.review.author_id)
        self.tell("review:ask", by=self.review.author, at=at, people=self.asks_now)

    def count(self, calendar: Calendar | None = None) -> None:
        """When it is due, by the calendar in force or by another."""
        self.due_at = due_of(self, calendar)

    def tell(
        self, tag: str, *, by: Any, at: datetime, review: Any = None, reason: str = "", **said: Any
    ) -> None:
        """Put on record what happened at this step. `review`: its own, where who acts need not see it."""
        record(tag, review or self.review, by=by, at=at, reason=reason, step=self.name, **said)

    def reassign(self, people: list[int], review: "Review", *, by: Any, at: datetime) -> None:
        """Ask these people (ids) from now on, because those asked no longer fit. `review`: the
        step's own, which whoever moved somebody need not see."""
        before, after = self.seats, people
        self.note(seats=after)
        self.arrange(at, review.author_id)
        is_open = self.state == StepState.OPEN
        self.tell("review:reassign", by=by, at=at, review=review, before=before, people=after, open=is_open)

    def claim(self, state: StepState = StepState.DONE) -> None:
        """Take the open step; of several at once exactly one succeeds, whatever they had read before."""
        taken = db.session.execute(
            update(ReviewStep)
            .where(ReviewStep.id == self.id, ReviewStep.state == StepState.OPEN)
            .values(state=state)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            raise Refused(_("有人先一步处理了这张审批单，您的操作没有执行。"))
        self.state = state


def due_of(step: Any, calendar: Calendar | None = None) -> datetime:
    """When an open step is due: hours count from its opening, days from the day it is counted from."""
    if step.hours:
        return deadline_hours(step.opened_at, step.hours, calendar)
    return deadline(step.counted_from, step.days, calendar)
