"""Imported files and their rows (ARC-15)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts import Department, Perm, Role, User
from crm.approvals import Review, is_asked, things_asked
from crm.audit import record
from crm.files import StoredFile
from crm.kernel import clock
from crm.kernel.bulk import update_many
from crm.kernel.database import Base, db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.scope import Scoped

FLOW = "customers:import"
CHECKED, IN_REVIEW, RETURNED, IMPORTED, DROPPED = "checked", "in_review", "returned", "imported", "dropped"
OPEN_TO_AUTHOR = (CHECKED, RETURNED)


class ImportBatch(Scoped, Base):
    """One imported file: reviewed as one thing; each of its rows becomes an archive (ARC-15)."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    sheet: Mapped[str] = mapped_column(default="")
    columns: Mapped[list[Any]]  # {"index", "heading", "key", "sealed"}; key "": no field takes it
    whole: Mapped[bool] = mapped_column(default=False)  # all rows or none
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    state: Mapped[str] = mapped_column(default=CHECKED)
    created_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(default=0)
    valid: Mapped[int] = mapped_column(default=0)  # without and with warnings
    warned: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    department: Mapped[Department] = relationship(lazy="joined", innerjoin=True)
    file: Mapped[StoredFile | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "state in ('checked','in_review','returned','imported','dropped')", name="state_known"
        ),
        CheckConstraint("(state = 'imported') = (imported_at IS NOT NULL)", name="imported_has_date"),
        CheckConstraint("total = valid + duplicates + rejected", name="every_row_counted"),
    )

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        return or_(cls.author_id == viewer.id, cls.id.in_(things_asked(viewer.id, cls.__tablename__)))

    # --- predicates ---

    def can_submit(self, user: Any) -> bool:
        return (
            user.may(Perm.CUSTOMER_IMPORT)
            and user.id == self.author_id
            and self.state in OPEN_TO_AUTHOR
            and self.valid > 0
            and not self.broken
        )

    def can_drop(self, user: Any) -> bool:
        return user.id == self.author_id and self.state in OPEN_TO_AUTHOR

    def shows_sealed_to(self, user: Any) -> bool:
        """CUS-2, until it is imported or dropped: the author, and the reviewer asked."""
        if self.state in (IMPORTED, DROPPED):
            return False
        return (
            user.sees_all or user.id == self.author_id or (self.state == IN_REVIEW and is_asked(user, self))
        )

    def gives_file_to(self, user: Any) -> bool:
        """The file says all that the rows say, sealed or not; afterwards it is for those who keep secrets."""
        return user.sees_all or user.holds(Role.CUSTODIAN) or self.shows_sealed_to(user)

    @property
    def broken(self) -> bool:
        """All rows were asked for, and not all can be had."""
        return self.whole and self.valid < self.total

    @property
    def unknown(self) -> list[str]:
        """Headings that no field takes; their cells stay with the rows."""
        return [c["heading"] for c in self.columns if not c["key"]]

    # --- verbs ---

    def submit(self, *, by: User, at: datetime, note: str = "") -> Review:
        """Put the whole batch before the manager."""
        if self.author_id != by.id:
            raise Forbidden(_("只有导入人可以提交这批名单。"))
        if self.broken:
            raise Refused(_("您选了“全部可用才导入”，但有 %(n)s 行不能导入。", n=self.total - self.valid))
        if not self.valid:
            raise Refused(_("没有一行可以导入。"))
        if not self.can_submit(by):
            raise Refused(_("这批名单不在待提交状态，请刷新后再看。"))
        self.state = IN_REVIEW
        review = Review.submit(
            FLOW,
            self,
            object_name=self.file_name,
            proposal={
                "total": self.total,
                "valid": self.valid,
                "warned": self.warned,
                "duplicates": self.duplicates,
                "rejected": self.rejected,
                "unknown": self.unknown,
            },
            by=by,
            at=at,
            note=note,
            since=clock.local(self.created_at).date(),
        )
        record("import:submit", self, by=by, at=at, number=review.number)
        return review

    def drop(self, *, by: User, at: datetime) -> None:
        """The author gives the batch up; nothing of it became an archive."""
        if not self.can_drop(by):
            raise Refused(_("这批名单不在待提交状态，请刷新后再看。"))
        self.state = DROPPED
        self._forget_sealed()
        record("import:drop", self, by=by, at=at)

    def give_back(self, *, by: User, at: datetime) -> None:
        self._leave_review(RETURNED)
        record("import:return", self, by=by, at=at)

    def take_back(self, *, by: User, at: datetime) -> None:
        self._leave_review(CHECKED)
        record("import:withdraw", self, by=by, at=at)

    def reject(self, *, by: User, at: datetime, reason: str) -> None:
        self._leave_review(DROPPED)
        self._forget_sealed()
        record("import:reject", self, by=by, at=at, reason=reason)

    def note_imported(self, *, by: User, at: datetime) -> None:
        """Its rows have become archives (bringing.py)."""
        self._leave_review(IMPORTED)
        self.imported_at = at
        self._forget_sealed()
        record("import:approve", self, by=by, at=at, archives=self.valid, duplicates=self.duplicates)

    def _forget_sealed(self) -> None:
        """What sensitive columns said lies in the archives now, or nowhere; rows keep the rest (CUS-2)."""
        if not any(c.get("sealed") for c in self.columns):
            return
        last: int | None = -1
        while last is not None:
            rows = db.session.execute(
                select(ImportRow.id, ImportRow.number, ImportRow.record)
                .where(ImportRow.batch_id == self.id, ImportRow.number > last)
                .order_by(ImportRow.number)
                .limit(1000)
            ).all()
            update_many(
                ImportRow,
                (
                    {"id": row.id, "record": {k: v for k, v in row.record.items() if k != "sealed"}}
                    for row in rows
                    if "sealed" in row.record
                ),
            )
            last = rows[-1].number if rows else None

    def _leave_review(self, state: str) -> None:
        if self.state != IN_REVIEW:
            raise Refused(_("这批名单的状态已经变了，请刷新后再看。"))
        self.state = state


class ImportRow(Scoped, Base):
    """One row of an imported file: what was read, what became of it."""

    __tablename__ = "import_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    number: Mapped[int]  # as people see it in the sheet
    status: Mapped[str]  # valid, valid_with_warnings, duplicate, rejected
    record: Mapped[dict[str, Any]]
    warnings: Mapped[list[Any]]  # cleaning.Fault
    cells: Mapped[list[Any]]  # as they were read, where the row does not come in: to be handed back
    reason: Mapped[str] = mapped_column(default="")  # words.REASONS
    duplicate_row: Mapped[int | None]  # number of the row before it that is the same company
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    imported_customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))

    batch: Mapped[ImportBatch] = relationship()

    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        CheckConstraint(
            "status in ('valid','valid_with_warnings','duplicate','rejected')", name="status_known"
        ),
        CheckConstraint(
            "(reason = '') = (status in ('valid','valid_with_warnings'))", name="refused_has_reason"
        ),
        CheckConstraint(
            "imported_customer_id IS NULL OR status in ('valid','valid_with_warnings')",
            name="only_valid_imported",
        ),
    )

    @classmethod
    def visible_to(cls, viewer: Any) -> ColumnElement[bool]:
        return cls.batch_id.in_(select(ImportBatch.id).where(ImportBatch.visible_to(viewer)))

    def seen_as(self) -> tuple[type[Any], Any]:
        return ImportBatch, self.batch_id
