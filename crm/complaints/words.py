"""What the columns of an opinion may say, and how the screen says it."""

from enum import StrEnum
from typing import Any

from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.languages import lazy_pgettext


class Kind(StrEnum):
    """CMP-1."""

    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"
    JUDGEMENT = "judgement"


class Severity(StrEnum):
    """CMP-2."""

    SERIOUS = "serious"
    GENERAL = "general"


class State(StrEnum):
    REGISTERED = "registered"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"


class Way(StrEnum):
    """What the general manager does with a serious complaint: herself, hand it on, let it go on as it is."""

    TAKE = "take"
    FORWARD = "forward"
    READ = "read"


class ReplyKind(StrEnum):
    LETTER = "letter"
    CALL = "call"


KIND_NAMES: dict[str, Any] = {
    Kind.COMPLAINT: lazy_pgettext("one", "投诉"),
    Kind.SUGGESTION: _l("建议"),
    Kind.JUDGEMENT: _l("品评技术员"),
}

SEVERITY_NAMES: dict[str, Any] = {Severity.GENERAL: _l("一般"), Severity.SERIOUS: _l("情节重大")}

STATE_NAMES: dict[str, Any] = {
    State.REGISTERED: _l("待指派"),
    State.ASSIGNED: _l("处理中"),
    State.ANSWERED: _l("已答复"),
    State.CLOSED: _l("已办结"),
}

#: shape of the dot beside the state
STATE_DOTS: dict[str, str] = {
    State.REGISTERED: "warn",
    State.ASSIGNED: "wait",
    State.ANSWERED: "wait",
    State.CLOSED: "ok",
}

WAY_NAMES: dict[str, Any] = {
    Way.TAKE: _l("亲自处理"),
    Way.FORWARD: _l("批转他人办理"),
    Way.READ: _l("阅知，由现处理人继续办理"),
}

CHANNELS: dict[str, Any] = {
    "phone": _l("来电"),
    "wechat": _l("微信"),
    "visit": _l("来访"),
    "on_site": _l("现场"),
    "email": _l("电子邮件"),
    "letter": _l("来信"),
    "fax": _l("传真"),
    "website": _l("网站留言"),
    "social": _l("社交平台"),
    "authority": _l("主管部门转来"),
    "other": _l("其他"),
}

#: kind of a finding: its name and its icon
FINDINGS: dict[str, tuple[Any, str]] = {
    "visit": (_l("到现场"), "map-pin"),
    "contact": (_l("联系客户"), "phone"),
    "cause": (lazy_pgettext("finding", "原因"), "bulb"),
    "measure": (_l("处理措施"), "checklist"),
    "note": (_l("其他记录"), "note"),
}

#: how a letter reaches the customer
DELIVERIES: dict[str, Any] = {
    "express": _l("快递"),
    "post": _l("邮寄"),
    "by_hand": _l("当面送交"),
    "email": _l("电子邮件"),
    "fax": _l("传真"),
}
