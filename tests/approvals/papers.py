"""A room that puts papers through approval: the engine's tests need no customer."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crm.accounts import Role
from crm.approvals import Check, Fact, Flow, Line, Outcome, Review, Sheet, StepRule, Who, outcome, ship
from tests.cast import IDS

NOW = datetime(2026, 1, 9, 2, tzinfo=UTC)  # a Friday, 10:00 in the office


@dataclass
class Paper:
    """Something to be approved. Its state is what the outcomes made of it."""

    id: int
    state: str = "draft"
    amount: str | None = None
    version: str = "1"
    __tablename__ = "paper"


PAPERS: dict[int, Paper] = {}


def paper(number: int = 1) -> Paper:
    PAPERS[number] = Paper(number)
    return PAPERS[number]


class _Papers(Outcome):
    def sheet(self, review: Any) -> Sheet:
        new, before = review.proposal, review.rounds()[-2].proposal if review.round > 1 else {}
        return Sheet(
            [
                Line(
                    "address",
                    "注册地址",
                    review.proposal.get("address", ""),
                    "基础资料",
                    before.get("address"),
                ),
                Line("staff", "员工人数", new.get("staff", ""), "基础资料", before.get("staff")),
                Line("credit", "信用状况", "<b>良好</b>", "交易现状", sensitive=True),
            ],
            self.checks,
        )

    checks: list[Check] = []

    def fields(self) -> list[Fact]:
        return [Fact("amount", "金额", "number")]

    def facts(self, thing: Any) -> dict[str, Any]:
        return {"amount": thing.amount}

    def stamp(self, review: Any) -> str:
        return PAPERS[review.thing_id].version

    def link(self, review: Any) -> str:
        return f"/papers/{review.thing_id}"

    def approved(self, review: Any, *, by: Any, at: datetime) -> None:
        PAPERS[review.thing_id].state = "approved"

    def returned(self, review: Any, *, by: Any, at: datetime) -> None:
        PAPERS[review.thing_id].state = "returned"

    def rejected(self, review: Any, *, by: Any, at: datetime) -> None:
        PAPERS[review.thing_id].state = "rejected"

    def withdrawn(self, review: Any, *, by: Any, at: datetime) -> None:
        PAPERS[review.thing_id].state = "withdrawn"


MANAGER = StepRule("manager", "部门经理审核", Who("manager"), days=2)
TOP = StepRule("top", "总经理审批", Who("role_in_company", role=Role.GENERAL_MANAGER))
ASIDE = StepRule("aside", "会签", Who("person", user_id=IDS["branch_manager2"]))
PASSED_OVER = StepRule("x", "审核", Who("role_in_department", role=Role.TECHNICIAN), empty="skip")
ship(Flow("papers:one", 1, "审核文件", (MANAGER,)))
ship(Flow("papers:two", 1, "审核大文件", (MANAGER, TOP)))
ship(Flow("papers:aside", 1, "会签文件", (MANAGER, ASIDE)))
ship(Flow("papers:nobody", 1, "审核文件", (PASSED_OVER,)))
ship(Flow("papers:checked", 1, "核对文件", (MANAGER,)))


@outcome("papers:one")
class One(_Papers):
    pass


@outcome("papers:two")
class Two(_Papers):
    pass


@outcome("papers:aside")
class Aside(_Papers):
    pass


@outcome("papers:nobody")
class Nobody(_Papers):
    pass


@outcome("papers:checked")
class Checked(_Papers):
    checks = [
        Check("licence", "名称与执照一致", "执照已上传"),
        Check("contact", "已与客户核实", detail="何时、怎样、向谁"),
        Check("photo", "附照片", must=False),
    ]


def submit(by: Any, flow: str = "papers:one", number: int = 1, **proposal: str) -> Review:
    """A paper in review."""
    thing = PAPERS.get(number) or paper(number)
    thing.state, thing.amount = "in_review", proposal.get("amount")
    proposal = proposal or {"address": "泵站路 18 号", "staff": "320"}
    return Review.submit(flow, thing, object_name="云州恒拓", proposal=proposal, by=by, at=NOW)
