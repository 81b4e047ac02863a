"""The company and its tree of departments."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, UniqueConstraint, and_, exists, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.audit import record
from crm.kernel.database import Base, db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _


class Company(Base):
    """The one company that uses this installation; its row means that it is set up."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    short_name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    demo: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    def amend(self, *, name: str, short_name: str, address: str, phone: str, by: Any, at: datetime) -> None:
        """Change what letters and page heads say."""
        said = {"name": name, "short_name": short_name, "address": address, "phone": phone}
        changed = sorted(key for key, value in said.items() if getattr(self, key) != value)
        if not changed:
            return
        for key in changed:
            setattr(self, key, said[key])
        record("company:edit", self, by=by, at=at, fields=changed, name=name)


class Department(Base):
    """A node of the tree company > branch > department. `path` is "/1/4/": a prefix means below."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    name: Mapped[str]
    kind: Mapped[str]  # company, branch, department
    path: Mapped[str] = mapped_column(default="", index=True)
    closed_at: Mapped[datetime | None]

    parent: Mapped["Department | None"] = relationship(remote_side=[id])

    __table_args__ = (
        UniqueConstraint("parent_id", "name"),
        CheckConstraint("kind in ('company', 'branch', 'department')", name="kind_known"),
        CheckConstraint("(kind = 'company') = (parent_id IS NULL)", name="root_is_company"),
    )

    def place(self) -> None:
        """Work out the path; call after the row has its id or moved."""
        self.path = f"{self.parent.path if self.parent else '/'}{self.id}/"

    @property
    def branch_path(self) -> str:
        """Path of the branch this department belongs to, or of the company itself."""
        parts = self.path.strip("/").split("/")
        return f"/{'/'.join(parts[:2])}/"

    @property
    def depth(self) -> int:
        """0 for the company itself, 1 below it, and so on."""
        return self.path.strip("/").count("/")

    @property
    def is_root(self) -> bool:
        return self.parent_id is None

    # --- verbs ---

    @classmethod
    def add(cls, name: str, kind: str, *, parent: "Department | None", by: Any, at: datetime) -> "Department":
        """A new node below `parent` (None: the company itself)."""
        department = cls(name=name, kind=kind, parent=parent)
        if parent is not None:
            department._fits_below(parent)
            department._has_own_name(parent, name)
        db.session.add(department)
        db.session.flush()
        department.place()
        record("department:add", department, by=by, at=at, name=name, path=department.path)
        return department

    def rename(self, name: str, *, by: Any, at: datetime) -> None:
        if name == self.name:
            return
        if self.parent is not None:
            self._has_own_name(self.parent, name)
        before, self.name = self.name, name
        record("department:rename", self, by=by, at=at, before=before, after=name)

    def move(self, parent: "Department", *, by: Any, at: datetime) -> None:
        """Hang this node, with all below it, under another. Rooms that keep paths hear "department:move"."""
        if parent.id == self.parent_id:
            return
        if self.is_root or parent.path.startswith(self.path):
            text = _("不能移到自己或自己的下级下面。")
            raise Refused(text, fields={"parent": text})
        self._fits_below(parent)
        self._has_own_name(parent, self.name)
        before = self.path
        below = list(db.session.scalars(select(Department).where(Department.path.startswith(before))))
        self.parent, self.parent_id = parent, parent.id
        self.place()
        for department in below:
            department.path = (
                self.path + department.path.removeprefix(before) if department is not self else self.path
            )
        record("department:move", self, by=by, at=at, before=before, after=self.path)

    def close(self, *, by: Any, at: datetime) -> None:
        """No longer offered; only when nobody works in it and nothing open lies below."""
        from .people import User

        if self.is_root or self.closed_at is not None:
            raise Refused(_("这个部门不能撤销。"))
        below = exists().where(Department.parent_id == self.id, Department.closed_at.is_(None))
        people = exists().where(User.department_id == self.id, User.active)
        if db.session.scalar(select(below)):
            raise Refused(_("还有下级部门，先撤销或移走它们。"))
        if db.session.scalar(select(people)):
            raise Refused(_("部门里还有人，先把他们调到别的部门或停用账号。"))
        self.closed_at = at
        record("department:close", self, by=by, at=at, name=self.name)

    def reopen(self, *, by: Any, at: datetime) -> None:
        if self.closed_at is None or (self.parent is not None and self.parent.closed_at is not None):
            raise Refused(_("这个部门不能恢复。"))
        self.closed_at = None
        record("department:reopen", self, by=by, at=at, name=self.name)

    # --- guards ---

    def _fits_below(self, parent: "Department") -> None:
        if parent.closed_at is not None:
            text = _("上级部门已撤销。")
            raise Refused(text, fields={"parent": text})
        if self.kind == "branch" and not parent.is_root:
            text = _("分公司只能直接设在总公司下面。")
            raise Refused(text, fields={"parent": text})

    def _has_own_name(self, parent: "Department", name: str) -> None:
        twin = select(Department.id).where(Department.parent_id == parent.id, Department.name == name)
        with db.session.no_autoflush:
            found = db.session.scalar(twin)
        if found is not None and found != self.id:
            text = _("同一上级下面已有这个部门。")
            raise Refused(text, fields={"name": text})


def below(column: Any, path: str) -> ColumnElement[bool]:
    """At and below a department, whose `path` this is: a range, so that an index on `column` is used."""
    return and_(column >= path, column < path[:-1] + "0")  # "0" follows "/"
