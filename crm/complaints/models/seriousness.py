"""Serious or general, and what the general manager says to a serious one (CMP-2)."""

from datetime import date, datetime
from typing import Any

from crm.accounts import Perm, User
from crm.audit import record
from crm.complaints.words import ReplyKind, Severity, State, Way
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _

from .ground import OPEN, Ground


class Seriousness(Ground):
    """Verbs of Opinion: raise and lower the severity, instruct."""

    def can_raise(self, user: Any) -> bool:
        """Whoever holds it: took it in, handles it, or assigns."""
        mine = user.id in (self.registered_by_id, self.handler_id) or user.may(Perm.OPINION_ASSIGN)
        return bool(mine and self.severity == Severity.GENERAL and self.state in OPEN)

    def can_lower(self, user: Any) -> bool:
        """Only the general manager says that it is not so bad."""
        return bool(
            user.may(Perm.OPINION_INSTRUCT) and self.severity == Severity.SERIOUS and self.state in OPEN
        )

    def can_instruct(self, user: Any) -> bool:
        """The general manager, as long as a serious one is open (CMP-2)."""
        return bool(
            user.may(Perm.OPINION_INSTRUCT) and self.severity == Severity.SERIOUS and self.state in OPEN
        )

    def raise_severity(self, reason: str, *, by: User, at: datetime) -> None:
        """It is serious after all: the general manager is asked, and a call was no answer (CMP-2)."""
        if not self.can_raise(by):
            raise self._no(by, _("只有未办结的一般意见可以升为重大。"))
        self._why(reason)
        self.severity = Severity.SERIOUS
        self.gm_seen_at = at if by.may(Perm.OPINION_INSTRUCT) else None
        if self.answered_by == ReplyKind.CALL:
            self.state, self.answered_at, self.answered_by = State.ASSIGNED, None, None
        self._settle()
        record("opinion:raise_severity", self, by=by, at=at, reason=reason, number=self.number)

    def lower_severity(self, reason: str, *, by: User, at: datetime) -> None:
        """Back to general."""
        if not self.can_lower(by):
            raise self._no(by, _("只有总经理可以把未办结的重大投诉改为一般。"))
        self._why(reason)
        self.severity = Severity.GENERAL
        self._settle()
        record("opinion:lower_severity", self, by=by, at=at, reason=reason, number=self.number)

    def instruct(
        self,
        way: Way,
        *,
        by: User,
        at: datetime,
        text: str = "",
        handler: User | None = None,
        due_on: date | None = None,
    ) -> None:
        """The general manager takes it over, hands it on with an instruction, or lets it go on (CMP-2)."""
        from .parts import Instruction

        if not self.can_instruct(by):
            raise self._no(by, _("只有未办结的重大投诉需要批示。"))
        if due_on is not None and due_on < clock.local(at).date():
            raise Refused(_("要求完成日期不能早于今天。"), fields={"due_on": _("不能早于今天。")})
        if way is Way.FORWARD and not text.strip():
            raise Refused(_("批转时请写明要求。"), fields={"text": _("批转时请写明要求。")})
        person = {Way.TAKE: by, Way.FORWARD: handler, Way.READ: self.handler}[way]
        if person is None:
            raise Refused(_("请指定处理人。"), fields={"handler": _("请指定处理人。")})
        if way is not Way.READ:
            self._hand_to(person, at=at)
            self.state, self.answered_at, self.answered_by = State.ASSIGNED, None, None
        self.gm_seen_at = at
        db.session.add(
            Instruction(
                opinion=self, way=way, text=text.strip(), handler_id=person.id, handler=person, due_on=due_on,
                by_id=by.id, by=by, at=at,
            )
        )  # fmt: skip
        self._settle()
        self._show_customer(at=at)
        record(
            "opinion:instruct",
            self,
            by=by,
            at=at,
            reason=text,
            number=self.number,
            way=way,
            handler=person.id,
        )
