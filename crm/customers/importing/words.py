"""What an import says: of a row, of a cell, of a status."""

from collections.abc import Mapping
from typing import Any

from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l

STATUSES: dict[str, Any] = {
    "valid": _l("可导入"),
    "valid_with_warnings": _l("可导入，有提醒"),
    "duplicate": _l("重复"),
    "rejected": _l("不能导入"),
}

#: dot of the state badge
DOTS = {"valid": "ok", "valid_with_warnings": "warn", "duplicate": "idle", "rejected": "bad"}

STATES: dict[str, tuple[str, Any]] = {
    "checked": ("draft", _l("待提交")),
    "in_review": ("wait", _l("审核中")),
    "returned": ("warn", _l("已退回")),
    "imported": ("ok", _l("已导入")),
    "dropped": ("idle", _l("已放弃")),
}

#: what was wrong with a cell; the rest of its row is imported
FAULTS: dict[str, Any] = {
    "licence": _l("没有采用：%(why)s"),
    "phone": _l("没有采用：%(why)s"),
    "email": _l("不是一个邮箱地址，没有采用"),
    "date": _l("认不出的日期，没有采用"),
    "future": _l("日期在今天之后，没有采用"),
    "number": _l("不是整数，没有采用"),
    "amount": _l("认不出的金额，没有采用"),
    "choice": _l("不在可选项内，没有采用"),
    "grade": _l("等级只有 A、B、C，没有采用"),
    "too_long": _l("内容过长，没有采用"),
    "same_phone": _l("与已有客户的电话相同，请核对是不是同一家"),
    "same_phone_in_file": _l("与本文件第 %(why)s 行的电话相同，请核对是不是同一家"),
    "owner": _l("不是本部门在职员工，负责人记为导入人"),
}

#: why a row does not become an archive
REASONS: dict[str, Any] = {
    "name_missing": _l("没有客户名称"),
    "name_too_long": _l("客户名称过长"),
    "same_licence_in_file": _l("与本文件第 %(row)s 行信用代码相同"),
    "same_name_in_file": _l("与本文件第 %(row)s 行是同一名称"),
    "other_licence_in_file": _l("与本文件第 %(row)s 行同名，但信用代码不同，请核对后单独录入"),
    "same_licence": _l("已有这家客户：信用代码相同"),
    "same_name": _l("已有这家客户：名称相同"),
    "other_licence": _l("已有同名客户，但信用代码不同，请核对后单独录入"),
}


def fault_text(fault: Mapping[str, str]) -> str:
    """A fault in the reader's language: 手机“1380000105”：没有采用：少 1 位数字."""
    told = str(FAULTS[fault["code"]]) % {"why": fault["why"]}
    given = f"“{fault['given']}”" if fault["given"] else ""  # what a sensitive cell says is not repeated
    return f"{fault['column'] or _('电话')}{given}{_('：')}{told}"


def reason_text(reason: str, row: int | None = None) -> str:
    """Why a row is not imported, or ""."""
    return str(REASONS[reason]) % {"row": row} if reason else ""
