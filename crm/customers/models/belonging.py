"""Whose a customer is: transfer, the pool, assignment (OWN-1, OWN-2, OWN-4)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_

from crm.accounts import Perm, Role, User
from crm.audit import record
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped

#: states in which a customer is somebody's, or lies in the pool; before, it is its author's entry
SETTLED = ("approved", "dispatched", "filed")


def line_of(manager: Any) -> str:
    """Path of what this manager disposes of: the branch, or the own department and those below (CUS-3)."""
    path: str = manager.department.path
    return str(manager.department.branch_path) if manager.holds(Role.BRANCH_MANAGER) else path


def sells(user: Any) -> bool:
    """Whether this person may own customers."""
    return bool(user.active and user.holds(Role.SALESPERSON, Role.SALES_MANAGER))


def unowned(customer: Any) -> ColumnElement[bool]:
    """The condition that a customer lies in the pool, over the model's columns or its bare table."""
    return and_(customer.owner_id.is_(None), customer.state.in_(SETTLED))


class Belonging:
    """Verbs of Customer about its owner. Each guards, changes and records; who and when are arguments."""

    if TYPE_CHECKING:  # the columns these verbs work on (customer.py)
        state: Mapped[str]
        updated_at: Mapped[datetime]
        author_id: Mapped[int]
        owner_id: Mapped[int | None]
        owner: Mapped[User | None]
        department_id: Mapped[int]
        department_path: Mapped[str]
        __checked_on_write__: bool

    @property
    def pooled(self) -> bool:
        """Approved and nobody's: in the pool 公海 (OWN-4)."""
        return self.owner_id is None and self.state in SETTLED

    @property
    def answers_id(self) -> int | None:
        """Who answers for it: its owner, before the approval its author, in the pool nobody."""
        return None if self.pooled else self.owner_id or self.author_id

    def can_assign(self, user: Any) -> bool:
        """A manager of the line it belongs to."""
        here = self.department_path.startswith(line_of(user))
        return here and user.may(Perm.CUSTOMER_ASSIGN) and self.state in SETTLED

    def can_transfer(self, user: Any) -> bool:
        return self.can_assign(user)

    def can_pool(self, user: Any) -> bool:
        return self.owner_id is not None and self.can_assign(user)

    def transfer(self, owner: User, *, reason: str, by: User, at: datetime, **facts: Any) -> None:
        """Give it to a salesperson of the line, also out of the pool: the manager has the last word, with
        a reason (OWN-1, OWN-3, OWN-4)."""
        if not self.can_transfer(by):
            raise Refused(_("客户归属由本部门的业务经理裁定。"))
        if not owner.department.path.startswith(line_of(by)):
            raise Refused(_("请选择本部门的一位业务员。"), fields={"owner": _("请选择本部门的一位业务员。")})
        self.give(owner, reason=reason, by=by, at=at, **facts)

    def give(self, owner: User, *, reason: str, by: User, at: datetime, **facts: Any) -> None:
        """It is theirs from now on, and of their department. Who may say so was asked before."""
        if self.state not in SETTLED:
            raise Refused(_("这份档案已停用或还没有批准，不能移交。"))
        if not sells(owner):
            raise Refused(_("请选择一位业务员。"), fields={"owner": _("请选择一位业务员。")})
        if owner.id == self.owner_id:
            raise Refused(_("这家客户已经归这位同事。"), fields={"owner": _("这家客户已经归这位同事。")})
        if not reason.strip():
            raise Refused(_("请写明移交原因。"), fields={"reason": _("请写明移交原因。")})
        before, self.owner_id, self.owner = self.owner_id, owner.id, owner
        self.department_id, self.department_path = owner.department_id, owner.department.path
        # who gives away to another department does not see it any more
        self.__checked_on_write__ = False
        self.updated_at = at
        record("customer:transfer", self, by=by, at=at, reason=reason, before=before, after=owner.id, **facts)

    def send_to_pool(self, *, reason: str, by: User, at: datetime) -> None:
        """Nobody's from now on; it stays with the department it belongs to (OWN-4)."""
        if not self.can_pool(by):
            raise Refused(_("只有本部门、有负责人的客户可以放入公海。"))
        if not reason.strip():
            raise Refused(_("请写明原因。"), fields={"reason": _("请写明原因。")})
        before, self.owner_id, self.owner = self.owner_id, None, None
        self.updated_at = at
        record("customer:pool", self, by=by, at=at, reason=reason, before=before)
