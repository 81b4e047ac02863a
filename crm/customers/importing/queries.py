"""Batches and their rows, as pages show them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from crm.accounts import Perm, User
from crm.approvals import Review
from crm.customers.models import Customer, ImportBatch, ImportRow
from crm.customers.models.imports import FLOW, RETURNED
from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.paging import Key, Page, paged
from crm.kernel.todo import todo_select

from .judging import TAKEN


def batches() -> Page:
    """The batches of the viewer, newest first."""
    query: Any = select(
        ImportBatch.id,
        ImportBatch.file_name,
        ImportBatch.state,
        ImportBatch.created_at,
        ImportBatch.total,
        ImportBatch.valid,
        ImportBatch.duplicates,
        ImportBatch.rejected,
        User.name.label("author"),
    ).join(User, User.id == ImportBatch.author_id)
    return paged(query, [Key(ImportBatch.id, descending=True)])


def waiting(user: Any) -> list[Select[Any]]:
    """The to-do line of a batch that came back: its author's own rows, which is the scope."""
    if not user.may(Perm.CUSTOMER_IMPORT):
        return []
    batch: Any = ImportBatch.__table__.c
    line = todo_select(
        "customers:import",
        batch.id,
        title=_("核对后重新提交名单"),
        object=batch.file_name,
        arrived_at=batch.created_at,
    )
    return [line.where(batch.author_id == user.id, batch.state == RETURNED)]


@dataclass(frozen=True)
class RowsPage:
    """One page of rows; `companies`: those archives of the page that the viewer may see, by id."""

    page: Page
    companies: dict[int, Any]


def rows(batch: ImportBatch, status: str = "") -> RowsPage:
    """The rows of a batch in the order of the file; `status`: one of words.STATUSES."""
    query = _rows(batch)
    if status:
        query = query.where(ImportRow.status == status)
    page = paged(query, [Key(ImportRow.number)])
    ids = {id_ for r in page.rows for id_ in (r.duplicate_of_id, r.imported_customer_id) if id_}
    return RowsPage(page, companies(ids))


def problems(batch: ImportBatch) -> Iterator[Any]:
    """The rows that did not come in, with their cells as they were read."""
    left_out = _rows(batch, ImportRow.cells).where(ImportRow.status.not_in(TAKEN)).order_by(ImportRow.number)
    yield from db.session.execute(left_out.execution_options(yield_per=500))


def companies(ids: Iterable[int]) -> dict[int, Any]:
    """Those of these archives that the viewer may see."""
    wanted: Sequence[int] = sorted(ids)
    if not wanted:
        return {}
    query = select(Customer.id, Customer.name, Customer.code).where(Customer.id.in_(wanted))
    return {row.id: row for row in db.session.execute(query)}


def last_review(batch: ImportBatch) -> Any:
    """(id, number) of the newest review of a batch, if the viewer may see one."""
    query = select(Review.id, Review.number).where(
        Review.flow == FLOW, Review.thing_type == ImportBatch.__tablename__, Review.thing_id == batch.id
    )
    return db.session.execute(query.order_by(Review.id.desc()).limit(1)).first()


def returned_with(batch: ImportBatch) -> list[str]:
    """What the manager wrote when the batch came back."""
    last = last_review(batch) if batch.state == RETURNED else None
    review = db.session.get(Review, last.id) if last else None
    return [d.comment for d in review.decisions if d.comment] if review else []


def _rows(batch: ImportBatch, *more: Any) -> Select[Any]:
    return select(
        ImportRow.id,
        ImportRow.number,
        ImportRow.status,
        ImportRow.record,
        ImportRow.warnings,
        ImportRow.reason,
        ImportRow.duplicate_row,
        ImportRow.duplicate_of_id,
        ImportRow.imported_customer_id,
        *more,
    ).where(ImportRow.batch_id == batch.id)
