"""Source channels, kept by the administrator (ARC-3)."""

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.accounts import Perm
from crm.customers import bp
from crm.customers.archive.channels import SHIPPED, add, switch
from crm.customers.models import SourceChannel
from crm.customers.steps.forms import ChannelForm
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.languages import lazy_pgettext
from crm.kernel.seams import panel
from crm.kernel.web import go, page, requires

panel(
    "settings",
    "channels",
    lazy_pgettext("several", "来源渠道"),
    "customers.channels",
    perm=Perm.CHANNEL_EDIT,
    icon="tags",
    note=_l("客户从哪里来，录入时选择"),
)


@bp.get("/channels")
@requires(Perm.CHANNEL_EDIT)
def channels() -> ResponseReturnValue:
    return _page(ChannelForm())


@bp.post("/channels")
@requires(Perm.CHANNEL_EDIT)
def add_channel() -> ResponseReturnValue:
    form = ChannelForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        add(form.name.data or "", by=g.user, at=g.now)
    except Refused as refusal:
        form.accept(refusal)
        return _page(form, 422)
    flash(_("已增加渠道：%(name)s", name=form.name.data), "ok")
    return go("customers.channels")


@bp.post("/channels/<key>/switch")
@requires(Perm.CHANNEL_EDIT)
def switch_channel(key: str) -> ResponseReturnValue:
    channel = db.first_or_404(select(SourceChannel).where(SourceChannel.key == key))
    switch(channel, on=request.form.get("on") == "1", by=g.user, at=g.now)
    return go("customers.channels")


def _page(form: ChannelForm, status: int = 200) -> ResponseReturnValue:
    rows = db.session.scalars(select(SourceChannel).order_by(SourceChannel.position)).all()
    return page("customers/channels.html", status, form=form, channels=rows, shipped=SHIPPED)
