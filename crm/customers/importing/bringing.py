"""From an approved batch to archives: in bulk, with the values of a single entry, in one transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from crm.accounts import Perm, User
from crm.audit import record
from crm.customers.alike.likeness import name_key
from crm.customers.archive import rules
from crm.customers.archive.fields import BY_KEY, FIELDS, NEED
from crm.customers.archive.values import by_chapter
from crm.customers.indexing import index_many, searched
from crm.customers.models import (
    ChapterValues,
    Contact,
    Customer,
    CustomerState,
    GradeChange,
    ImportBatch,
    ImportRow,
    Need,
    SourceChannel,
)
from crm.kernel import clock
from crm.kernel.bulk import insert_many, update_many
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.text import folded

from .judging import TAKEN, Company, Known, Status, keys_of
from .register import known_in_register, people_below
from .sealing import opened

AT_ONCE = 1000
#: name of a contact of whom only a telephone or an address is known
UNNAMED = "（未署名）"


@dataclass(frozen=True)
class _Entered:
    """An archive as the audit chain names it."""

    id: int
    name: str
    __tablename__ = Customer.__tablename__


@dataclass(frozen=True)
class _Said:
    """A row that comes in: its id, its number in the sheet, its record with the sensitive values."""

    id: int
    number: int
    record: dict[str, Any]


@dataclass(frozen=True)
class _Circumstances:
    """What all archives of a batch have in common."""

    batch: ImportBatch
    people: Mapping[str, User]
    channels: Mapping[str, str]  # folded name or key to key
    submitted_at: datetime
    by: User
    at: datetime

    @property
    def collected_on(self) -> date:
        return clock.local(self.batch.created_at).date()


def bring_in(batch: ImportBatch, *, submitted_at: datetime, by: User, at: datetime) -> None:
    """Make an archive of every valid row; what somebody entered meanwhile is a duplicate, not made twice.

    Refused where nothing is left, or where the batch was to come in whole.
    """
    _leave_out_newcomers(batch)
    if not batch.valid or batch.broken:
        raise Refused(_("提交之后，名单里的客户已有人录入，不能再整批导入。请退回，由导入人重新核对。"))
    channels = {
        folded(said): c.key for c in db.session.scalars(select(SourceChannel)) for said in (c.name, c.key)
    }
    around = _Circumstances(batch, people_below(batch.author), channels, submitted_at, by, at)
    for rows in _taken(batch):
        _make(rows, around)
    batch.note_imported(by=by, at=at)


def _taken(batch: ImportBatch) -> Iterator[list[_Said]]:
    """The rows that come in, a thousand at a time."""
    last = 0
    while True:
        rows = db.session.execute(
            select(ImportRow.id, ImportRow.number, ImportRow.record)
            .where(ImportRow.batch_id == batch.id, ImportRow.status.in_(TAKEN), ImportRow.number > last)
            .order_by(ImportRow.number)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        yield [_Said(row.id, row.number, opened(row.record)) for row in rows]
        last = rows[-1].number


def _leave_out_newcomers(batch: ImportBatch) -> None:
    """Between the check and the approval somebody may have entered the same company."""
    for rows in _taken(batch):
        register = known_in_register(keys_of(row.record for row in rows))
        same = [(row, found) for row in rows if (found := _same(row.record, register))]
        warned = db.session.scalars(
            select(ImportRow.id).where(
                ImportRow.id.in_([row.id for row, _found in same]), ImportRow.status == Status.WARNED
            )
        ).all()
        update_many(
            ImportRow,
            (
                {"id": row.id, "status": Status.DUPLICATE, "reason": reason, "duplicate_of_id": company.id}
                for row, (company, reason) in same
            ),
        )
        batch.valid -= len(same)
        batch.warned -= len(warned)
        batch.duplicates += len(same)


def _same(said: Mapping[str, Any], register: Known) -> tuple[Company, str] | None:
    return register.same(said["name"], name_key(said["name"]), said.get("uscc"))


# --- one thousand rows -----------------------------------------------------------------------------


def _make(rows: list[_Said], around: _Circumstances) -> None:
    ids = insert_many(Customer, (_customer(row, around) for row in rows))
    made = list(zip(ids, rows, strict=True))
    insert_many(ChapterValues, (part for id_, row in made for part in _parts(id_, row.record)))
    insert_many(
        Contact, (_contact(id_, said) for id_, row in made for said in row.record.get("contacts", ()))
    )
    insert_many(Need, (_need(id_, row.record) for id_, row in made if row.record.get("need_text")))
    if around.by.may(Perm.CUSTOMER_GRADE):
        insert_many(GradeChange, (_grade(id_, row, around) for id_, row in made if "grade" in row.record))
    update_many(ImportRow, ({"id": row.id, "imported_customer_id": id_} for id_, row in made))
    index_many(_searched(id_, row.record) for id_, row in made)
    for id_, row in made:
        record(
            "customer:import",
            _Entered(id_, row.record["name"]),
            by=around.by,
            at=around.at,
            batch=around.batch.id,
            file=around.batch.file_name,
            row=row.number,
            author=around.batch.author.name,
        )


def _customer(row: Any, around: _Circumstances) -> dict[str, Any]:
    said, batch = row.record, around.batch
    owner = around.people.get(said.get("owner", ""), batch.author)
    channel = around.channels.get(folded(said.get("source", "")))
    values = {f.key: _read(f.key, said) for f in FIELDS if f.column}
    return values | {
        "name_key": name_key(said["name"]),
        "completeness": rules.completeness(by_chapter(said))["total"],
        "state": CustomerState.APPROVED,
        "source_channel": channel,
        "source_note": _source(batch, row.number, "" if channel else said.get("source", "")),
        "met_by": said.get("met_by"),
        "first_contact_on": _read("first_contact_on", said),
        "collected_on": around.collected_on,
        "due_at": rules.collected_due(around.collected_on),
        "contact_due_at": None,  # a list of customers one has already: OWN-3 is about new ones
        "dispatch_due_at": rules.dispatch_due(around.at),
        "import_batch_id": batch.id,
        "author_id": batch.author_id,
        "owner_id": owner.id,
        "department_id": owner.department_id,
        "department_path": owner.department.path,
        "grade": said.get("grade") if around.by.may(Perm.CUSTOMER_GRADE) else None,
        "created_at": around.at,
        "updated_at": around.at,
        "submitted_at": around.submitted_at,
        "approved_at": around.at,
    }


def _read(key: str, said: Mapping[str, Any]) -> Any:
    """A value of the record as its column wants it; the record is JSON, dates are ISO there."""
    value = said.get(key)
    return date.fromisoformat(value) if value and BY_KEY[key].kind == "date" else value


def _source(batch: ImportBatch, number: int, said: str) -> str:
    """The file and the row; and what the row itself names as its source, where that is no channel of ours."""
    note = f"{batch.file_name} 第 {number} 行"
    return f"{note}；来源：{said}" if said else note


def _parts(id_: int, said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    for f in FIELDS:
        if not f.column and f.key in said:
            parts.setdefault(f.part, {})[f.key] = said[f.key]
    for part, values in parts.items():
        yield {"customer_id": id_, "part": part, "values": values}


def _contact(id_: int, said: Mapping[str, str]) -> dict[str, Any]:
    return {
        "customer_id": id_,
        "name": said.get("name") or UNNAMED,
        "title": said.get("title", ""),
        "phone": said.get("mobile", ""),
        "email": said.get("email", ""),
        "primary": True,
    }


def _need(id_: int, said: Mapping[str, Any]) -> dict[str, Any]:
    none = {f.key: None if f.kind in ("date", "money") else "" for f in NEED}
    values = {f.key.removeprefix("need_"): _read(f.key, said) or none[f.key] for f in NEED}
    return values | {"customer_id": id_}


def _grade(id_: int, row: Any, around: _Circumstances) -> dict[str, Any]:
    reason = _("随名单导入：%(source)s", source=_source(around.batch, row.number, ""))
    return {
        "customer_id": id_,
        "before": None,
        "after": row.record["grade"],
        "reason": reason,
        "by_id": around.by.id,
        "at": around.at,
    }


def _searched(id_: int, said: Mapping[str, Any]) -> tuple[int, list[str | None], str]:
    contacts = [(c.get("name", ""), c.get("mobile", "")) for c in said.get("contacts", ())]
    return searched(id_, said["name"], None, said.get("phone"), contacts)
