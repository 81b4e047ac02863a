"""A room that puts papers through approval: the engine's tests need no customer."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crm.accounts import Role, people_with
from crm.approvals import Check, Flow, FlowStep, Line, Outcome, Review, Sheet, manager_of, outcome, ship

NOW = datetime(2026, 1, 9, 2, tzinfo=UTC)  # a Friday, 10:00 in the office


@dataclass
class Paper:
    """Something to be approved. Its state is what the outcomes made of it."""

    id: int
    state: str = "draft"
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


def top(_author: Any) -> list[Any]:
    return people_with(Role.GENERAL_MANAGER)


def other_branch(_author: Any) -> list[Any]:
    return [p for p in people_with(Role.BRANCH_MANAGER) if p.username == "branch_manager2"]


def nobody(_author: Any) -> list[Any]:
    return []


MANAGER = FlowStep("manager", "部门经理审核", manager_of, days=2)
ship(Flow("papers:one", 1, "审核文件", (MANAGER,)))
ship(Flow("papers:two", 1, "审核大文件", (MANAGER, FlowStep("top", "总经理审批", top))))
ship(Flow("papers:aside", 1, "会签文件", (MANAGER, FlowStep("aside", "会签", other_branch))))
ship(Flow("papers:nobody", 1, "审核文件", (FlowStep("x", "审核", nobody),)))
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
    thing.state = "in_review"
    proposal = proposal or {"address": "泵站路 18 号", "staff": "320"}
    return Review.submit(flow, thing, object_name="云州恒拓", proposal=proposal, by=by, at=NOW)
