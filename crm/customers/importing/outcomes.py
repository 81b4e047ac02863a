"""What the manager's answer to an import means: one review for the whole file (ARC-15)."""

from datetime import datetime
from typing import Any

from flask import url_for

from crm.approvals import Check, Fact, Flow, Line, Outcome, Sheet, StepRule, Who, outcome, ship
from crm.customers.models import ImportBatch
from crm.customers.models.imports import FLOW
from crm.kernel.database import db
from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l

ship(Flow(FLOW, 1, _l("审核导入名单"), (StepRule("manager", _l("部门经理审核"), Who("manager"), days=2),)))


@outcome(FLOW)
class ImportOutcome(Outcome):
    """The whole batch is one thing; its rows are shown beneath, a page at a time."""

    def sheet(self, review: Any) -> Sheet:
        batch, said = db.session.get(ImportBatch, review.thing_id), review.proposal  # not for who reads along
        lines = [
            Line(
                "file",
                _("文件"),
                review.object_name,
                note=_("工作表：%(name)s", name=batch.sheet) if batch is not None and batch.sheet else "",
            ),
            Line("valid", _("可导入"), _("%(n)s 家", n=said["valid"]), note=_faults(said["warned"])),
            Line(
                "duplicates", _("重复"), _("%(n)s 行", n=said["duplicates"]), note=_("已有的客户不会重复建档")
            ),
            Line("rejected", _("不能导入"), _("%(n)s 行", n=said["rejected"])),
        ]
        if said["unknown"]:
            note = _("档案没有这些栏目，内容留在导入记录里")
            lines.append(Line("unknown", _("其他列"), _("、").join(said["unknown"]), note=note))
        return Sheet(
            lines,
            [Check("sampled", _("已抽查若干行，客户真实、来源可靠"), detail=_("抽查了哪些行，怎么核对的"))],
            template="customers/import/_review.html" if batch is not None else "",
            new_label=_("名单"),
        )

    def fields(self) -> list[Fact]:
        return [Fact("valid", _l("可导入的家数"), "number"), Fact("rejected", _l("不能导入的行数"), "number")]

    def facts(self, thing: ImportBatch) -> dict[str, Any]:
        return {"valid": thing.valid, "rejected": thing.rejected}

    def link(self, review: Any) -> str:
        return url_for("customers.import_batch", id=review.thing_id)

    def approved(self, review: Any, *, by: Any, at: datetime) -> None:
        from .bringing import bring_in  # heavy, and only needed here

        bring_in(_batch(review), submitted_at=review.submitted_at, by=by, at=at)

    def returned(self, review: Any, *, by: Any, at: datetime) -> None:
        _batch(review).give_back(by=by, at=at)

    def rejected(self, review: Any, *, by: Any, at: datetime) -> None:
        _batch(review).reject(by=by, at=at, reason=review.decisions[-1].comment)

    def withdrawn(self, review: Any, *, by: Any, at: datetime) -> None:
        _batch(review).take_back(by=by, at=at)


def _batch(review: Any) -> ImportBatch:
    batch = db.session.get(ImportBatch, review.thing_id)
    if batch is None:
        raise Refused(_("找不到这批名单。"))
    return batch


def _faults(count: int) -> str:
    return _("其中 %(n)s 家有个别内容没有采用", n=count) if count else ""
