"""A reviewer gives the question to somebody else, or asks somebody besides (转交, 加签)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from crm.accounts import User
from crm.approvals.rules import Kind, StepRule, Who
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l

from .states import StepKind, StepState
from .step import ReviewStep

#: working days an added signer has
DAYS = 1


class Handing:
    """The verbs of Review by which the people of the open step change."""

    if TYPE_CHECKING:
        author_id: Any
        steps: Any

        def locked(self) -> Any: ...
        def arrange(self, at: datetime) -> None: ...
        def open_for(self, by: Any, step_id: int | None = None) -> ReviewStep: ...
        def _make_room(self, position: int, many: int = 1) -> None: ...
        def _put(self, step: ReviewStep) -> None: ...

    def hand_on(self, to: User, reason: str, *, by: User, at: datetime) -> None:
        """Somebody else answers in my place, and I no more (转交)."""
        step = self._held(by, to, reason, at)
        if to.id in step.seats or to.id in step.answered:
            raise _wrong(_("这位同事本来就在这一步的审批人里。"))
        row = step.row_of(by)
        seat = row.for_id if row is not None and row.for_id else by.id
        by_hand = [n for n in step.rule.get("by_hand", ()) if n != seat]
        step.note(
            seats=[to.id if n == seat else n for n in step.seats],
            by_hand=[*by_hand, to.id],
            handed_on=sorted({*step.rule.get("handed_on", ()), seat} - {to.id}),
        )
        step.arrange(at, self.author_id)
        step.tell("review:hand_on", by=by, at=at, reason=reason, to=to.id, people=[to.id])

    def add_signer(self, user: User, before: bool, reason: str, *, by: User, at: datetime) -> ReviewStep:
        """Somebody besides signs: before me, so that my step waits again, or after me (加签)."""
        step = self._held(by, user, reason, at)
        if before and user.id in step.seats:
            raise _wrong(_("这位同事本来就在这一步的审批人里。"))
        count = sum(s.key.startswith("added") for s in self.steps)
        rule = StepRule(
            f"added{count + 1}", _l("加签"), Who(Kind.PERSON, user_id=user.id), days=DAYS, once=False
        )
        place = step.position if before else step.position + 1
        if before:
            step.claim(StepState.WAITING)
            step.opened_at = step.counted_from = step.due_at = None  # its clock begins anew
        self._make_room(place)
        added = ReviewStep.lay(rule, [user], place, StepKind.ADDED)
        added.added_by_id = by.id
        self._put(added)
        db.session.flush()
        step.tell(
            "review:add_signer", by=by, at=at, reason=reason, to=user.id, before=before, people=[user.id]
        )
        if before:
            added.open(at=at)
        return added

    def _held(self, by: User, to: User, reason: str, at: datetime) -> ReviewStep:
        """The open step, which is this person's; refused where the other one cannot take part."""
        self.locked()
        self.arrange(at)
        step = self.open_for(by)
        if not reason.strip():
            text = _("请写明原因。")
            raise Refused(text, fields={"reason": text})
        if to.id == self.author_id:
            raise _wrong(_("不能由发起人审批自己的申请。"))
        if to.id == by.id:
            raise _wrong(_("请选择自己以外的同事。"))
        if not to.active or not to.works:
            raise _wrong(_("请选择在职的业务同事。"))
        return step


def _wrong(text: str) -> Refused:
    return Refused(text, fields={"person": text})
