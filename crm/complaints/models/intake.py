"""Taking an opinion in."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from crm.accounts import Perm, User
from crm.audit import record
from crm.complaints import rules
from crm.complaints.words import State
from crm.files import StoredFile
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.numbers import numbered

from .ground import OPEN, Ground

if TYPE_CHECKING:
    from .opinion import Opinion


class Intake(Ground):
    """Verbs of Opinion: register, attach."""

    def can_attach(self, user: Any) -> bool:
        """Whether this user may add a file: who took it in, and who works on it."""
        mine = user.id in (self.registered_by_id, self.handler_id) or user.may(Perm.OPINION_ASSIGN)
        return bool(mine and self.state in OPEN)

    @classmethod
    def register(
        cls,
        *,
        kind: str,
        severity: str,
        channel: str,
        what_happened: str,
        customer_name: str,
        contact_name: str,
        received_at: datetime,
        by: User,
        at: datetime,
        customer_id: int | None = None,
        contact_phone: str = "",
        title: str = "",
        product: str = "",
        wanted: str = "",
        technician_id: int | None = None,
        score: int | None = None,
        alarming: list[str] | None = None,
        form_key: str | None = None,
    ) -> "Opinion":
        """Take in what a customer said (CMP-1). `alarming`: words that spoke for serious, kept as a fact.

        Who takes it in sees the complaint with the customer's name, and no more of the customer than
        before (CUS-3). `form_key`: of the form that was sent; one form makes one opinion.
        """
        if not by.may(Perm.OPINION_REGISTER):
            raise Forbidden(_("您的角色不能登记客户意见。"))
        if received_at > at:
            raise Refused(_("收到时间不能晚于现在。"), fields={"received_at": _("收到时间不能晚于现在。")})
        make: Any = cls
        opinion: Any = make(
            number=numbered("TS", f"{clock.local(at):%Y%m%d}"),
            kind=kind,
            severity=severity,
            state=State.REGISTERED,
            rank=rules.rank(severity, State.REGISTERED),
            title=title or rules.title_of(what_happened),
            product=product,
            what_happened=what_happened,
            wanted=wanted,
            channel=channel,
            received_at=received_at,
            customer_id=customer_id,
            customer_name=customer_name,
            contact_name=contact_name,
            contact_phone=contact_phone,
            technician_id=technician_id,
            score=score,
            form_key=form_key or None,
            registered_at=at,
            registered_by_id=by.id,
            registered_by=by,
            department_id=by.department_id,
            department_path=by.department.path,
        )
        db.session.add(opinion)
        opinion._settle()
        record(
            "opinion:register", opinion, by=by, at=at, number=opinion.number, kind=kind, severity=severity,
            words=alarming or [],
        )  # fmt: skip
        return opinion  # type: ignore[no-any-return]

    def attach(self, stored: StoredFile, name: str, *, by: User, at: datetime) -> None:
        """Add a file (CMP-1)."""
        from .parts import OpinionFile

        if not self.can_attach(by):
            raise self._no(by, _("已办结的意见不能再加附件。"))
        row = OpinionFile(
            opinion=self, file_id=stored.id, file=stored, name=name, added_by_id=by.id, added_at=at
        )
        db.session.add(row)
        record("opinion:attach", self, by=by, at=at, number=self.number)
