"""The life of an archive, from draft to filing: states, predicates, verbs."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped

from crm.accounts import Perm, Role, User
from crm.approvals import is_asked
from crm.audit import record
from crm.customers.archive.rules import dispatch_due
from crm.kernel.clock import local
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.numbers import numbered


class CustomerState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    DISPATCHED = "dispatched"
    FILED = "filed"
    RETIRED = "retired"


class Grade(StrEnum):
    """Demand grade (GRD-1): A large and urgent, B ordinary, C latent."""

    A = "A"
    B = "B"
    C = "C"


S = CustomerState
OPEN_TO_AUTHOR = (S.DRAFT, S.RETURNED)


class Life:
    """The verbs of Customer. Each guards, changes and records; who and when are arguments."""

    if TYPE_CHECKING:  # the columns these verbs work on (customer.py)
        id: Mapped[int]
        name: Mapped[str]
        state: Mapped[str]
        updated_at: Mapped[datetime]
        key_customer: Mapped[bool]
        author_id: Mapped[int]
        owner_id: Mapped[int | None]
        owner: Mapped[User | None]
        department_path: Mapped[str]
        first_contact_on: Mapped[date | None]
        submitted_at: Mapped[datetime | None]
        approved_at: Mapped[datetime | None]
        dispatch_due_at: Mapped[datetime | None]
        dispatched_at: Mapped[datetime | None]
        dispatched_by_id: Mapped[int | None]
        archivist_id: Mapped[int | None]
        archivist: Mapped[User | None]
        filed_at: Mapped[datetime | None]
        filed_by_id: Mapped[int | None]
        place: Mapped[str | None]
        code: Mapped[str | None]
        custodian_id: Mapped[int | None]
        custodian: Mapped[User | None]
        retired_at: Mapped[datetime | None]
        retired_reason: Mapped[str]
        answers_id: int | None  # belonging.py

    # --- predicates: one serves the verb and the button ---

    @property
    def in_register(self) -> bool:
        return self.state in (S.FILED, S.RETIRED)

    def can_edit(self, user: User) -> bool:
        """The author, while it is a draft or was returned; a filed archive changes by request (ARC-9)."""
        return user.may(Perm.CUSTOMER_ENTER) and self.state in OPEN_TO_AUTHOR and self.author_id == user.id

    def can_dispatch(self, user: User) -> bool:
        return user.may(Perm.CUSTOMER_DISPATCH) and self.state == S.APPROVED

    def can_assign_filing(self, user: User) -> bool:
        return user.may(Perm.CUSTOMER_ASSIGN_FILING) and self.state == S.DISPATCHED

    def can_file(self, user: User) -> bool:
        return user.may(Perm.CUSTOMER_FILE) and self.state == S.DISPATCHED and self.archivist_id == user.id

    def can_grade(self, user: User) -> bool:
        here = self.department_path.startswith(user.department.path)
        return here and user.may(Perm.CUSTOMER_GRADE) and self.state not in (S.DRAFT, S.RETIRED)

    def can_mark_key(self, user: User) -> bool:
        return self.can_grade(user)

    def can_print(self, user: User) -> bool:
        return user.may(Perm.CUSTOMER_PRINT) and self.state != S.DRAFT

    def can_retire(self, user: User) -> bool:
        """A manager what is in the register; its author what came back from review, which is no mere draft
        any more and cannot be given up (ARC-12)."""
        if self.state in OPEN_TO_AUTHOR:
            return self.submitted_at is not None and self.can_edit(user)
        return user.may(Perm.CUSTOMER_RETIRE) and self.state == S.FILED

    def can_reinstate(self, user: User) -> bool:
        return user.may(Perm.CUSTOMER_RETIRE) and self.state == S.RETIRED and self.filed_at is not None

    def can_withdraw(self, user: User) -> bool:
        return self.state == S.IN_REVIEW and self.author_id == user.id

    def can_give_up(self, user: User) -> bool:
        """A draft that was never submitted is nobody else's business."""
        return self.state == S.DRAFT and self.submitted_at is None and self.author_id == user.id

    def can_contact(self, user: User) -> bool:
        """Whether this user may note the first contact (OWN-3)."""
        waits = self.first_contact_on is None and self.state not in (S.DRAFT, S.RETIRED)
        return waits and self.answers_id == user.id

    def sees_sensitive(self, user: User) -> bool:
        """CUS-2, before the vault: custodian, general manager, the author until filing, a reviewer asked."""
        if user.sees_all or self.custodian_id == user.id:
            return True
        if self.state in (S.FILED, S.RETIRED):
            return False
        return user.id == self.author_id or (self.state == S.IN_REVIEW and is_asked(user, self))

    # --- verbs ---

    def approve(self, *, by: User, at: datetime) -> None:
        """The manager's yes (ARC-4): who collected it answers for it (OWN-1)."""
        self._step(S.IN_REVIEW, S.APPROVED)
        self.approved_at, self.owner_id = at, self.owner_id or self.author_id
        self.dispatch_due_at = dispatch_due(at)
        self._record("customer:approve", by=by, at=at)

    def give_back(self, *, by: User, at: datetime) -> None:
        self._step(S.IN_REVIEW, S.RETURNED)
        self._record("customer:return", by=by, at=at)

    def take_back(self, *, by: User, at: datetime) -> None:
        """Withdrawn by its author: a draft again."""
        self._step(S.IN_REVIEW, S.DRAFT)
        self._record("customer:withdraw", by=by, at=at)

    def reject(self, *, by: User, at: datetime, reason: str) -> None:
        """It will not become an archive; kept, retired, with the reason."""
        self._step(S.IN_REVIEW, S.RETIRED)
        self.retired_at, self.retired_reason = at, reason
        self._record("customer:reject", by=by, at=at, reason=reason)

    def dispatch(self, *, by: User, at: datetime) -> None:
        """Send to Marketing (ARC-5)."""
        if not self.can_dispatch(by):
            raise Refused(_("只有已批准、尚未传送的档案可以传送。"))
        self.state, self.dispatched_at, self.dispatched_by_id = S.DISPATCHED, at, by.id
        self._record("customer:dispatch", by=by, at=at)

    def name_archivist(self, archivist: User, *, by: User, at: datetime) -> None:
        """Marketing names the one person who sorts and files it (ARC-6)."""
        if not self.can_assign_filing(by):
            raise Refused(_("只有已传送、尚未归档的档案可以指定归档人。"))
        if not archivist.active or not archivist.holds(Role.ARCHIVIST):
            raise Refused(_("请指定一位归档专员。"), fields={"archivist": _("请指定一位归档专员。")})
        self.archivist_id, self.archivist = archivist.id, archivist
        self._record("customer:name_archivist", by=by, at=at, archivist=archivist.id)

    def file(self, *, place: str, custodian: User, by: User, at: datetime) -> None:
        """Give it its place, its custodian and its code (ARC-6, CUS-1)."""
        if not self.can_file(by):
            raise Refused(_("只有指定给您、尚未归档的档案可以归档。"))
        if not place.strip():
            raise Refused(_("请写明存放位置。"), fields={"place": _("请写明存放位置。")})
        if not custodian.active or not custodian.holds(Role.CUSTODIAN):
            raise Refused(_("请指定一位资料管理员。"), fields={"custodian": _("请指定一位资料管理员。")})
        self.code = numbered(
            "KH", f"{local(at):%Y}", width=4
        )  # first: taking a number writes what is changed
        self.state, self.filed_at, self.filed_by_id = S.FILED, at, by.id
        self.place, self.custodian_id, self.custodian = place.strip(), custodian.id, custodian
        self._record("customer:file", by=by, at=at, code=self.code, place=self.place, custodian=custodian.id)

    def retire(self, *, reason: str, by: User, at: datetime) -> None:
        """Out of lists and search, never deleted (ARC-12)."""
        if not self.can_retire(by):
            raise Refused(_("只有在册的档案可以停用。"))
        if not self.name:
            raise Refused(_("请先填写客户名称，再停用。"))
        if not reason.strip():
            raise Refused(_("请写明停用原因。"), fields={"reason": _("请写明停用原因。")})
        self.state, self.retired_at, self.retired_reason = S.RETIRED, at, reason
        self._record("customer:retire", by=by, at=at, reason=reason)

    def reinstate(self, *, reason: str, by: User, at: datetime) -> None:
        """Back into the register."""
        if not self.can_reinstate(by):
            raise Refused(_("只有停用的在册档案可以恢复。"))
        if not reason.strip():
            raise Refused(_("请写明恢复原因。"), fields={"reason": _("请写明恢复原因。")})
        self.state, self.retired_at, self.retired_reason = S.FILED, None, ""
        self._record("customer:reinstate", by=by, at=at, reason=reason)

    def note_first_contact(self, on: date, *, how: str, by: User, at: datetime) -> None:
        """The owner has been in touch (OWN-3)."""
        if by.id != self.answers_id:
            raise Forbidden(_("首次联系由负责人登记。"))
        if not self.can_contact(by):
            raise Refused(_("首次联系已经登记过，或档案还没有提交。"))
        if on > local(at).date():
            raise Refused(_("联系日期不能在将来。"), fields={"on": _("联系日期不能在将来。")})
        self.first_contact_on = on
        self._record("customer:first_contact", by=by, at=at, on=on, how=how)

    def mark_key(self, key: bool, *, by: User, at: datetime) -> None:
        """One of the key customers, or no longer (ARC-16)."""
        if not self.can_mark_key(by):
            raise Refused(_("主要客户由本部门的业务经理标记。"))
        if self.key_customer != key:
            self.key_customer = key
            self._record("customer:key" if key else "customer:not_key", by=by, at=at)

    def _record(self, tag: str, *, by: User, at: datetime, reason: str = "", **facts: Any) -> None:
        """Each event stamps the archive (ARC-11)."""
        self.updated_at = at
        record(tag, self, by=by, at=at, reason=reason, **facts)

    def _step(self, source: CustomerState, target: CustomerState) -> None:
        if self.state != source:
            raise Refused(_("档案的状态已经变了，请刷新后再看。"))
        self.state = target
