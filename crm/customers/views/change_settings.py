"""Which fields may be corrected at once, kept by the administrator (ARC-9)."""

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.changes.free import free_keys, mark
from crm.customers.changes.page import free_choices
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.seams import panel
from crm.kernel.web import form_at, go, page, requires

panel(
    "settings",
    "free_fields",
    _l("可直接修改的字段"),
    "customers.free_fields",
    perm=Perm.SETTINGS_EDIT,
    icon="edit",
    note=_l("归档后改这些字段不用审核"),
)


@bp.get("/free-fields")
@requires(Perm.SETTINGS_EDIT)
def free_fields() -> ResponseReturnValue:
    return page("customers/changes/free.html", choices=free_choices(), marked=free_keys())


@bp.post("/free-fields")
@form_at("customers.free_fields")
@requires(Perm.SETTINGS_EDIT)
def mark_free_fields() -> ResponseReturnValue:
    mark(request.form.getlist("key"), by=g.user, at=g.now)
    flash(_("已保存。"), "ok")
    return go("customers.free_fields")
