"""What the customer was told by letter (CMP-2, CMP-3)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from crm.accounts import Company, Role, User
from crm.audit import record
from crm.complaints import rules
from crm.complaints.words import ReplyKind, State
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.numbers import take

from .answers import Answers, Overtaken

if TYPE_CHECKING:
    from .parts import Reply


def can_sign(user: Any) -> bool:
    """Whether this person's name may stand under a letter."""
    return bool(user.active and user.holds(Role.SERVICE_SUPERVISOR, Role.GENERAL_MANAGER))


class Letters(Answers):
    """Verbs of Opinion: draft, send and print a letter."""

    @property
    def letter_draft(self) -> "Reply | None":
        """The letter being written."""
        return next((r for r in self.replies if not r.sent), None)

    def draft_letter(
        self,
        *,
        title: str,
        addressee: str,
        body: str,
        signer: User | None,
        delivered: str,
        by: User,
        at: datetime,
        version: int | None = None,
        answers: int | None = None,
    ) -> "Reply":
        """Keep the letter as far as it is written; one draft at a time.

        `version`: the draft's version as its writer saw it (0: there was none); refused where somebody
        else wrote meanwhile. `answers`: how often the customer had been told by then; refused where it
        happened once more. None does not ask.
        """
        from .parts import Reply

        if not self.can_answer(by):
            raise self._not_mine(by)
        if signer is not None and not can_sign(signer):
            raise Refused(_("签发人须为客服主管或总经理。"), fields={"signer": _("须为客服主管或总经理。")})
        self._nothing_told_since(answers)
        draft = self.letter_draft
        if version is not None and version != (draft.version if draft else 0):
            raise Overtaken(_("答复函草稿已被别人改动：请先核对下面的内容，再保存一次。"))
        if draft is None:
            draft = Reply(opinion=self, kind=ReplyKind.LETTER, by_id=by.id, by=by, drafted_at=at)
            db.session.add(draft)
            record("opinion:draft_letter", self, by=by, at=at, number=self.number)
        draft.title, draft.addressee, draft.body = title, addressee, body
        draft.signer_id, draft.signer, draft.delivered = signer.id if signer else None, signer, delivered
        draft.by_id, draft.by, draft.drafted_at = by.id, by, at
        self._settle()
        return draft

    def send_letter(self, *, by: User, at: datetime) -> "Reply":
        """The letter goes out: it gets its number, and the customer counts as told (CMP-2, CMP-3)."""
        if not self.can_answer(by):
            raise self._not_mine(by)
        draft = self.letter_draft
        if draft is None:
            raise Refused(_("还没有起草答复函。"))
        if faults := letter_faults(draft):
            raise Refused(_("答复函还没有写完。"), fields=faults)
        company = db.session.scalars(select(Company)).one()
        year = clock.local(at).year
        running = take(f"letter-{year}")
        draft.number, draft.told_at = rules.letter_number(company.short_name, year, running), at
        self.state, self.answered_at, self.answered_by = State.ANSWERED, at, ReplyKind.LETTER
        self._settle()
        record(
            "opinion:reply_by_letter", self, by=by, at=at, number=self.number, letter=draft.number,
            signer=draft.signer_id, delivered=draft.delivered,
        )  # fmt: skip
        return draft

    def reply_by_letter(
        self, *, title: str, body: str, signer: User, by: User, at: datetime, delivered: str = "express"
    ) -> "Reply":
        """Write and send in one go."""
        self.draft_letter(
            title=title, addressee=self.customer_name, body=body, signer=signer, delivered=delivered,
            by=by, at=at,
        )  # fmt: skip
        return self.send_letter(by=by, at=at)

    def note_print(self, letter: "Reply", *, by: User, at: datetime) -> None:
        """Somebody takes the letter to paper (CUS-5)."""
        record("opinion:print_letter", self, by=by, at=at, number=self.number, letter=letter.number or "")


def letter_faults(letter: "Reply") -> dict[str, str]:
    """Field to what is missing before a letter can go out."""
    faults = {}
    for name, text in (("title", letter.title), ("addressee", letter.addressee), ("body", letter.body)):
        if not text.strip():
            faults[name] = _("请填写。")
        elif rules.GAP in text:
            faults[name] = _("还有空白（%(gap)s）没有填。", gap=rules.GAP)
    if letter.signer_id is None:
        faults["signer"] = _("请选择签发人。")
    if not letter.delivered:
        faults["delivered"] = _("请选择送达方式。")
    return faults
