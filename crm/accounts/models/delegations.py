"""Who answers for somebody who is away (代理审批)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.roles import Perm
from crm.audit import record
from crm.kernel import clock
from crm.kernel.database import Base, db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _

from .people import User

#: longer than this somebody is not away but gone: then their work is handed over
LONGEST = 366


class Delegation(Base):
    """From one day to another, both included, `delegate` may answer what is asked of `principal`."""

    __tablename__ = "delegation"

    id: Mapped[int] = mapped_column(primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # called back before its time

    principal: Mapped[User] = relationship(foreign_keys=[principal_id], lazy="joined", innerjoin=True)
    delegate: Mapped[User] = relationship(foreign_keys=[delegate_id], lazy="joined", innerjoin=True)

    __table_args__ = (
        Index("ix_delegation_principal_id", "principal_id", "ends_on"),
        CheckConstraint("starts_on <= ends_on", name="in_order"),
        CheckConstraint("principal_id != delegate_id", name="somebody_else"),
    )

    def runs_on(self, day: date) -> bool:
        return self.ended_at is None and self.starts_on <= day <= self.ends_on

    def can_end(self, user: Any, day: date) -> bool:
        mine = user.id == self.principal_id or user.may(Perm.PEOPLE_EDIT)
        return mine and self.ended_at is None and self.ends_on >= day

    # --- verbs ---

    @classmethod
    def appoint(
        cls,
        principal: User,
        delegate: User,
        starts_on: date,
        ends_on: date,
        reason: str,
        *,
        by: Any,
        at: datetime,
    ) -> "Delegation":
        """Let somebody answer for somebody who is away. They say so themselves, or an administrator does;
        one at a time, so that everybody knows who it is."""
        if by.id != principal.id and not by.may(Perm.PEOPLE_EDIT):
            raise Forbidden(_("只能为自己指定代理人。"))
        wrong = _faults(principal, delegate, starts_on, ends_on, clock.local(at).date())
        if wrong:
            raise Refused(next(iter(wrong.values())), fields=wrong)
        # the row is locked: of two appointments at once the second sees the first
        db.session.execute(select(User.id).where(User.id == principal.id).with_for_update(of=User))
        taken = and_(cls.starts_on <= ends_on, cls.ends_on >= starts_on)
        other = db.session.scalar(
            select(cls).where(cls.principal_id == principal.id, _stands(), taken).limit(1)
        )
        if other is not None:
            text = _("这段时间已经由 %(who)s 代理，先结束那一次。", who=other.delegate.name)
            raise Refused(text, fields={"starts_on": text})
        delegation = cls(
            principal_id=principal.id,
            principal=principal,
            delegate_id=delegate.id,
            delegate=delegate,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason.strip(),
            created_at=at,
        )
        db.session.add(delegation)
        db.session.flush()
        delegation._record("delegation:appoint", by, at, reason=delegation.reason)
        return delegation

    def end(self, *, by: Any, at: datetime) -> None:
        """Back earlier, or it was a mistake. What the delegate answered meanwhile stands."""
        if by.id != self.principal_id and not by.may(Perm.PEOPLE_EDIT):
            raise Forbidden(_("只有本人或系统管理员可以结束代理。"))
        if not self.can_end(by, clock.local(at).date()):
            raise Refused(_("这次代理已经结束。"))
        self.ended_at = at
        db.session.flush()
        self._record("delegation:end", by, at)

    @classmethod
    def end_all_of(cls, person: User, *, by: Any, at: datetime) -> None:
        """Who may no longer sign in answers for nobody, and nobody for them."""
        today = clock.local(at).date()
        theirs = or_(cls.principal_id == person.id, cls.delegate_id == person.id)
        for row in db.session.scalars(select(cls).where(theirs, _stands(), cls.ends_on >= today)).all():
            row.ended_at = at
            db.session.flush()
            row._record("delegation:end", by, at)

    def _record(self, tag: str, by: Any, at: datetime, reason: str = "") -> None:
        days = {"starts_on": self.starts_on.isoformat(), "ends_on": self.ends_on.isoformat()}
        people = {"principal": self.principal_id, "delegate": self.delegate_id}
        record(tag, self, by=by, at=at, reason=reason, **people, **days)


def _faults(principal: User, delegate: User, starts_on: date, ends_on: date, today: date) -> dict[str, str]:
    """What is wrong with an appointment, by its field."""
    wrong = {}
    if delegate.id == principal.id:
        wrong["delegate"] = _("代理人不能是自己。")
    elif not delegate.active:
        wrong["delegate"] = _("这位同事的账号已停用，不能代理。")
    elif not delegate.works:
        wrong["delegate"] = _("系统管理员不看业务资料，不能代理审批。")
    if ends_on < starts_on:
        wrong["ends_on"] = _("结束日期不能早于开始日期。")
    elif ends_on < today:
        wrong["ends_on"] = _("结束日期已经过去。")
    elif (ends_on - starts_on).days > LONGEST:
        wrong["ends_on"] = _("一次代理最长一年。")
    return wrong


def _stands() -> ColumnElement[bool]:
    standing: ColumnElement[bool] = Delegation.ended_at.is_(None)
    return standing


def delegates_on(user_ids: Iterable[int], day: date) -> dict[int, list[User]]:
    """Who stands in on that day for each of these people: id of who is away to those who answer."""
    ids = set(user_ids)
    if not ids:
        return {}
    running = select(Delegation).where(
        Delegation.principal_id.in_(ids), _stands(), Delegation.starts_on <= day, Delegation.ends_on >= day
    )
    found: dict[int, list[User]] = {}
    for one in db.session.scalars(running.order_by(Delegation.id)):
        if one.delegate.active:
            found.setdefault(one.principal_id, []).append(one.delegate)
    return found


def principals_of(user_id: int, day: date) -> list[User]:
    """For whom this person answers on that day."""
    running = select(Delegation).where(
        Delegation.delegate_id == user_id, _stands(), Delegation.starts_on <= day, Delegation.ends_on >= day
    )
    return list(dict.fromkeys(one.principal for one in db.session.scalars(running.order_by(Delegation.id))))
