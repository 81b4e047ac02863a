"""People and the roles they hold."""

from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ForeignKey, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.roles import Perm, Role, perms_of
from crm.audit import record
from crm.kernel.database import Base, db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _

from .places import Department
from .sign_ins import LoginSession


class UserRole(Base):
    """A person holds a role."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class User(Base):
    """An employee with an account."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")  # digits, so that one can sign in by it
    email: Mapped[str] = mapped_column(default="")  # lower case
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    password_hash: Mapped[str]
    must_change: Mapped[bool] = mapped_column(default=False)  # the password was made by somebody else
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(default="zh")
    created_at: Mapped[datetime]

    department: Mapped[Department] = relationship(lazy="joined")
    role_rows: Mapped[list[UserRole]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    is_authenticated = True
    is_anonymous = False
    session_token = ""  # of the session this row was loaded for

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """Flask-Login keeps this in the cookie: the token of the session, never the person's id."""
        return self.session_token

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(row.role for row in self.role_rows)

    @cached_property
    def perms(self) -> frozenset[Perm]:
        return perms_of(self.roles)

    def may(self, perm: Perm) -> bool:
        return perm in self.perms

    def holds(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def sees_all(self) -> bool:
        """The general manager sees all (CUS-3)."""
        return Role.GENERAL_MANAGER in self.roles

    @property
    def works(self) -> bool:
        """Whether this person has a part in the business: who only administers sees none of it."""
        return bool(self.roles - {Role.ADMINISTRATOR})

    @property
    def scope_key(self) -> tuple[Any, ...]:
        """What row scopes may depend on (CUS-3): `visible_to` asks nothing else of a viewer."""
        return self.id, self.roles, self.department.path

    @property
    def initial(self) -> str:
        return self.name[:1]

    # --- verbs ---

    @classmethod
    def hire(
        cls,
        username: str,
        *,
        name: str,
        department: Department,
        roles: set[Role],
        password_hash: str,
        by: Any,
        at: datetime,
        title: str = "",
        phone: str = "",
        email: str = "",
        must_change: bool = True,
    ) -> "User":
        """A new account. Refused where its name, phone or e-mail is somebody else's."""
        user = cls(username=username, created_at=at, password_hash=password_hash, must_change=must_change)
        user._is_known_alone({"username": username, "phone": phone, "email": email})
        user.name, user.title, user.phone, user.email = name, title, phone, email
        user.department = _open(department)
        user.role_rows = [UserRole(role=role) for role in sorted(roles)]
        db.session.add(user)
        record("user:add", user, by=by, at=at, username=username, roles=sorted(roles))
        return user

    def amend(
        self, *, name: str, title: str, phone: str, email: str, department: Department, by: Any, at: datetime
    ) -> None:
        """Change what is known of a person; says which fields, not what stood in them."""
        said = {"name": name, "title": title, "phone": phone, "email": email}
        changed = sorted(key for key, value in said.items() if getattr(self, key) != value)
        self._is_known_alone({"phone": phone, "email": email})
        facts: dict[str, Any] = {}
        if department.id != self.department_id:
            facts = {"before": self.department_id, "after": _open(department).id}
            self.department, self.department_id = department, department.id
            changed.append("department")
        if not changed:
            return
        for key, value in said.items():
            setattr(self, key, value)
        record("user:edit", self, by=by, at=at, fields=changed, **facts)

    def give_roles(self, roles: set[Role], *, by: Any, at: datetime) -> None:
        """Set the roles; sessions end, so that nobody goes on with rights they lost."""
        before = {row.role for row in self.role_rows}
        if before == roles:
            return
        if Role.ADMINISTRATOR in before - roles:
            self._is_not_the_last_administrator()
        self.role_rows = [row for row in self.role_rows if row.role in roles]
        self.role_rows += [UserRole(role=role) for role in sorted(roles - before)]
        self.__dict__.pop("roles", None)
        self.__dict__.pop("perms", None)
        record("user:roles", self, by=by, at=at, before=sorted(before), after=sorted(roles))
        self.end_sessions()

    def change_password(self, hashed: str, *, by: Any, at: datetime, must_change: bool = False) -> None:
        """Put the new hash in place and sign the person out everywhere.

        The caller hashes, before its transaction: hashing takes long and writers queue.
        """
        self.password_hash, self.must_change = hashed, must_change
        record("user:password", self, by=by, at=at)
        self.end_sessions()

    def disable(self, *, by: Any, at: datetime) -> None:
        if by is not None and by.id == self.id:
            raise Refused(_("不能停用自己的账号。"))
        if not self.active:
            raise Refused(_("这个账号已经停用。"))
        if Role.ADMINISTRATOR in {row.role for row in self.role_rows}:
            self._is_not_the_last_administrator()
        self.active = False
        record("user:disable", self, by=by, at=at)
        self.end_sessions()

    def enable(self, *, by: Any, at: datetime) -> None:
        if self.active:
            raise Refused(_("这个账号没有停用。"))
        if self.department.closed_at is not None:
            raise Refused(_("原来的部门已撤销，请先改到别的部门。"))
        self.active = True
        record("user:enable", self, by=by, at=at)

    def end_sessions(self, *, but: int | None = None) -> None:
        """Signed out everywhere, at once; everywhere but in the session with the id `but`."""
        if self.id is None:
            return
        ending = delete(LoginSession).where(LoginSession.user_id == self.id)
        if but is not None:
            ending = ending.where(LoginSession.id != but)
        db.session.execute(ending)

    # --- guards ---

    def _is_not_the_last_administrator(self) -> None:
        # the rows are locked: of two administrators who take it from each other, one stays
        query = select(UserRole.user_id).where(UserRole.role == Role.ADMINISTRATOR).order_by(UserRole.user_id)
        holders = set(db.session.scalars(query.with_for_update()))
        others = select(User.id).where(User.id.in_(holders - {self.id}), User.active).limit(1)
        if db.session.scalar(others) is None:
            text = _("至少要有一位能登录的系统管理员。")
            raise Refused(text, fields={"roles": text})

    def _is_known_alone(self, names: dict[str, str]) -> None:
        """Whoever signs in by a name, a phone or an e-mail is one person."""
        words = {
            "username": _("这个账号已有人使用。"),
            "phone": _("这个手机号已有人使用。"),
            "email": _("这个邮箱已有人使用。"),
        }
        with db.session.no_autoflush:
            for key, value in names.items():
                taken = select(User.id).where(known_as(value), User.id != (self.id or 0)).limit(1)
                if value and db.session.scalar(taken) is not None:
                    raise Refused(words[key], fields={key: words[key]})


def known_as(*names: str) -> Any:
    """The condition that somebody signs in by one of `names`: account, phone or e-mail."""
    return or_(User.username.in_(names), User.phone.in_(names), User.email.in_(names))


def _open(department: Department) -> Department:
    if department.closed_at is not None:
        text = _("这个部门已撤销。")
        raise Refused(text, fields={"department": text})
    return department
