"""The doors of an import: upload, the result of the check, submission, giving up."""

from typing import Any

from flask import Response, flash, g, request
from flask.typing import ResponseReturnValue

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.models import ImportBatch
from crm.files import SHEETS, send, store, tidy_name
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.errors import Forbidden, Refused
from crm.kernel.languages import gettext as _
from crm.kernel.prepared import found
from crm.kernel.web import form_at, go, page, part, requires

from . import handing_back, queries, words
from .checking import Checked, check, lay
from .forms import SubmitForm, UploadForm
from .register import people_below


@bp.get("/imports")
@requires(Perm.CUSTOMER_IMPORT)
def imports() -> ResponseReturnValue:
    return page("customers/import/index.html", page=queries.batches(), words=words)


@bp.get("/imports/new")
@requires(Perm.CUSTOMER_IMPORT)
def new_import() -> ResponseReturnValue:
    return page("customers/import/new.html", form=UploadForm())


@bp.post("/imports/new")
@requires(Perm.CUSTOMER_IMPORT)
def upload_import() -> ResponseReturnValue:
    form = UploadForm()
    if not form.validate_on_submit():
        return page("customers/import/new.html", 422, form=form)
    upload = form.file.data
    try:
        checked = _check(upload)
        stored = store(upload, allowed=SHEETS)
    except Refused as refusal:
        form.accept(refusal if refusal.fields else Refused(refusal.text, fields={"file": refusal.text}))
        return page("customers/import/new.html", 422, form=form)
    batch = lay(
        checked,
        file_name=tidy_name(upload.filename),
        stored=stored,
        whole=form.mode.data == "whole",
        by=g.user,
        at=g.now,
    )
    return go("customers.import_batch", id=batch.id)


@bp.get("/imports/<int:id>")
@requires(Perm.CUSTOMER_READ)
def import_batch(id: int) -> ResponseReturnValue:
    return _show(_batch(id), SubmitForm())


@bp.get("/imports/<int:id>/rows")
@requires(Perm.CUSTOMER_READ)
def import_rows(id: int) -> ResponseReturnValue:
    """The rows alone, for the review page."""
    return part("customers/import/_rows.html", **_rows(_batch(id)))


@bp.get("/imports/<int:id>/problems.csv")
@requires(Perm.CUSTOMER_READ)
def import_problems(id: int) -> ResponseReturnValue:
    batch = _batch(id)
    reads = batch.shows_sealed_to(g.user)
    sheet = handing_back.sheet(batch, queries.problems(batch), reads_sealed=reads)
    response = Response(sheet, mimetype="text/csv")
    name = handing_back.file_name(batch, g.user, g.now)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.get("/imports/<int:id>/file")
@requires(Perm.CUSTOMER_READ)
def import_file(id: int) -> ResponseReturnValue:
    batch = _batch(id)
    if not batch.gives_file_to(g.user):
        raise Forbidden(_("名单已处理完毕，原文件可能有敏感内容，只有总经理和资料管理员可以下载。"))
    if batch.file is None:
        raise Refused(_("这批名单没有留存原文件。"))
    return send(batch.file, batch.file_name)


@bp.post("/imports/<int:id>/submission")
@form_at("customers.import_batch")
@requires(Perm.CUSTOMER_IMPORT)
def submit_import(id: int) -> ResponseReturnValue:
    batch, form = _batch(id), SubmitForm()
    if not form.validate_on_submit():
        return _show(batch, form, 422)
    batch.submit(by=g.user, at=g.now, note=form.note.data or "")
    flash(_("已提交审核：%(name)s", name=batch.file_name), "ok")
    return go("customers.import_batch", id=batch.id)


@bp.post("/imports/<int:id>/removal")
@requires(Perm.CUSTOMER_IMPORT)
def drop_import(id: int) -> ResponseReturnValue:
    batch = _batch(id)
    batch.drop(by=g.user, at=g.now)
    flash(_("已放弃这批名单，没有建立任何档案。"), "ok")
    return go("customers.imports")


def _batch(id: int) -> ImportBatch:
    return found(ImportBatch, id)


def _check(upload: Any) -> Checked:
    data = upload.read()
    upload.stream.seek(0)
    people = set(people_below(g.user))
    db.session.rollback()  # nothing is written yet: let other writers go on while the file is read
    return check(data, people=people, today=clock.today())


def _rows(batch: ImportBatch) -> dict[str, Any]:
    status = request.args.get("status", "")
    status = status if status in words.STATUSES else ""
    found = queries.rows(batch, status)
    return {"batch": batch, "only": status, "page": found.page, "companies": found.companies, "words": words}


def _show(batch: ImportBatch, form: SubmitForm, status: int = 200) -> ResponseReturnValue:
    return page(
        "customers/import/show.html",
        status,
        form=form,
        review=queries.last_review(batch),
        comments=queries.returned_with(batch),
        **_rows(batch),
    )
