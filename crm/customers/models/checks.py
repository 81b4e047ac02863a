"""The weekly look at a drawn archive: good, or back to its owner with a note (ARC-13)."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import Department, Perm, Role, User, people_with
from crm.audit import record
from crm.kernel.database import Base
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _

from .customer import Customer
from .life import CustomerState
from .parts import BelongsToCustomer

GOOD, BACK = "good", "back"


def leaders_of(department: Department) -> list[User]:
    """Who looks at a team's archives: its sales managers; where it has none the branch manager, then the
    general manager."""
    leaders = people_with(Role.SALES_MANAGER, in_department=department.id)
    if not leaders and not department.is_root:
        leaders = people_with(Role.BRANCH_MANAGER, below=department.branch_path)
    return leaders or people_with(Role.GENERAL_MANAGER)


class SpotCheck(BelongsToCustomer, Base):
    """An archive drawn for this week's look of a team leader (ARC-13). `week`: its Monday."""

    __tablename__ = "spot_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[date]
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))  # whose it was when it was drawn
    drawn_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(default="")  # good, back
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime | None]
    mend_by: Mapped[datetime | None]  # what was sent back is to be dealt with by then
    mended_at: Mapped[datetime | None]  # the owner dealt with what was sent back
    answer: Mapped[str] = mapped_column(default="", server_default="")
    reminded_at: Mapped[datetime | None]  # the owner, when `mend_by` had passed
    shown_at: Mapped[datetime | None]  # to the leader, when the reminder did not help

    customer: Mapped[Customer] = relationship(viewonly=True)
    department: Mapped[Department] = relationship(viewonly=True)
    owner: Mapped[User] = relationship(foreign_keys=[owner_id], viewonly=True)
    by: Mapped[User | None] = relationship(foreign_keys=[by_id], viewonly=True)

    __table_args__ = (
        UniqueConstraint("week", "customer_id"),
        Index("ix_spot_check_department_id_week", "department_id", "week"),
        Index(
            "ix_spot_check_owner_open",
            "owner_id",
            sqlite_where=text("verdict = 'back' AND mended_at IS NULL"),
            postgresql_where=text("verdict = 'back' AND mended_at IS NULL"),
        ),
        CheckConstraint("verdict in ('','good','back')", name="verdict_known"),
        CheckConstraint("(verdict = '') = (at IS NULL)", name="judged_has_date"),
        CheckConstraint("(verdict = 'back') = (mend_by IS NOT NULL)", name="back_has_deadline"),
    )

    @property
    def to_mend(self) -> bool:
        """It was sent back and its owner has not dealt with it yet."""
        return self.verdict == BACK and self.mended_at is None

    def can_judge(self, user: Any) -> bool:
        """The team's leader, once, an archive that is in the register and not their own."""
        fits = self.verdict == "" and self.customer.state == CustomerState.FILED
        return fits and self.customer.owner_id != user.id and self.is_led_by(user)

    def is_led_by(self, user: Any) -> bool:
        return user.may(Perm.CUSTOMER_CHECK) and any(user.id == p.id for p in leaders_of(self.department))

    def can_answer(self, user: Any) -> bool:
        """Who answers for the customer now: it may have changed hands since the draw."""
        return self.to_mend and self.customer.owner_id == user.id

    # --- verbs ---

    def judge(self, verdict: str, *, note: str, by: User, at: datetime, hours: int) -> None:
        """Good, or back to the owner with a note and `hours` of the clock to deal with it."""
        if not self.is_led_by(by):
            raise Forbidden(_("抽查由本部门的业务经理评定。"))
        if not self.can_judge(by):
            raise Refused(_("这份抽查已经评定，或者档案已经停用、归您自己负责。"))
        note = note.strip()
        if verdict == BACK and not note:
            raise Refused(_("退回时请写明要补充或更正什么。"), fields={"note": _("请写明要补充或更正什么。")})
        self.verdict, self.note, self.by_id, self.at = verdict, note, by.id, at
        if verdict == BACK:
            self.mend_by = at + timedelta(hours=hours)
        # what is wrong with it is between leader and owner: the note stays here
        record(f"spot_check:{verdict}", self.customer, by=by, at=at, check=self.id)

    def answer_with(self, text: str, *, by: User, at: datetime) -> None:
        """The owner says what was done, or why nothing need be."""
        if self.customer.owner_id != by.id:
            raise Forbidden(_("抽查退回的档案由负责人处理。"))
        if not self.can_answer(by):
            raise Refused(_("这份抽查没有退回，或者已经处理。"))
        if not text.strip():
            raise Refused(_("请写明处理情况。"), fields={"answer": _("请写明处理情况。")})
        self.answer, self.mended_at = text.strip(), at
        record("spot_check:answer", self.customer, by=by, at=at, check=self.id)

    def mend(self, *, at: datetime) -> None:
        """The archive was updated: nothing more is to do."""
        if self.to_mend:
            self.mended_at = at
