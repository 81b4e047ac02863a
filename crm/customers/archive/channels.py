"""The ways we come to know customers, as they ship; administrators add more (ARC-3)."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from crm.audit import record
from crm.customers.models import SourceChannel
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import in_chinese
from crm.kernel.languages import lazy_gettext as _l

SHIPPED = {
    "exhibition": _l("展会"),
    "trade_press": _l("行业报刊"),
    "internet": _l("互联网"),
    "association": _l("行业协会"),
    "retail_notes": _l("零售品牌记录"),
    "partner": _l("合作伙伴介绍"),
    "referral": _l("客户推荐"),
    "campaign": _l("公司活动"),
    "phone": _l("来电"),
    "email": _l("邮件"),
    "website": _l("网站留言"),
    "social_media": _l("社交媒体"),
    "walk_in": _l("上门"),
}


def seed_channels() -> None:
    """Write the shipped channels where they are missing; may run again. The caller commits."""
    known = set(db.session.scalars(select(SourceChannel.key)))
    for position, (key, name) in enumerate(SHIPPED.items()):
        if key not in known:
            db.session.add(SourceChannel(key=key, name=in_chinese(name), position=position))


def offered(chosen: str | None = None) -> list[tuple[str, str]]:
    """(key, name) of the channels one may choose; `chosen` stays though it was switched off."""
    on = SourceChannel.active | (SourceChannel.key == chosen) if chosen else SourceChannel.active
    query = select(SourceChannel.key, SourceChannel.name).where(on).order_by(SourceChannel.position)
    return [(row.key, called(row.key, row.name)) for row in db.session.execute(query)]


def channel_name(key: str | None) -> str:
    """What people call it; the key itself where it is unknown."""
    if not key:
        return ""
    return called(key, db.session.scalar(select(SourceChannel.name).where(SourceChannel.key == key)) or key)


def called(key: str | None, name: str) -> str:
    """The name of a channel, of a shipped one in the reader's language."""
    return str(SHIPPED.get(key or "", name))


def add(name: str, *, by: Any, at: datetime) -> SourceChannel:
    """A channel of the company's own."""
    if db.session.scalar(select(SourceChannel.key).where(SourceChannel.name == name)):
        raise Refused(_("已有这个渠道。"), fields={"name": _("已有这个渠道。")})
    last = db.session.scalar(select(func.max(SourceChannel.position))) or 0
    channel = SourceChannel(key=f"own-{last + 1}", name=name, position=last + 1)
    db.session.add(channel)
    record("channel:add", channel, by=by, at=at, name=name)
    return channel


def switch(channel: SourceChannel, *, on: bool, by: Any, at: datetime) -> None:
    """Offer a channel, or no longer: what is used is never deleted (ARC-12)."""
    if channel.active != on:
        channel.active = on
        record("channel:on" if on else "channel:off", channel, by=by, at=at, name=channel.name)
