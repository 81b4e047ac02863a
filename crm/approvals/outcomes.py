"""The engine asks, the room answers: what a yes, a return, a rejection and a withdrawal mean."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from crm.kernel.errors import Refused
from crm.kernel.languages import gettext as _


@dataclass(frozen=True)
class Line:
    """One field of what is proposed, as the reviewer reads it. `key` is what a reason is given for.

    `masked`: who reads may not know what it says; nor, then, what a reviewer wrote about it (CUS-2).
    """

    key: str
    label: str
    new: str
    chapter: str = ""
    old: str | None = None
    note: str = ""
    sensitive: bool = False
    masked: bool = False


@dataclass(frozen=True)
class Check:
    """One point of the checklist. `must`: without it there is no approval. `detail` asks for words.

    `blocked`: why nobody can tick it now ("没有上传执照").
    """

    key: str
    label: str
    note: str = ""
    must: bool = True
    detail: str = ""  # label of an input that has to be filled when ticked
    blocked: str = ""


@dataclass
class Sheet:
    """What the review page shows to g.user: the room leaves out what this person may not read."""

    lines: list[Line]
    checks: list[Check] = field(default_factory=list)
    template: str = ""  # a partial of the room, under the lines
    old_label: str = ""  # heads of the columns, "现在" and "改为" unless said
    new_label: str = ""


class Outcome(ABC):
    """What a room says about the things it puts through approval. Subclass and decorate with @outcome."""

    key: ClassVar[str] = ""

    @abstractmethod
    def sheet(self, review: Any) -> Sheet: ...

    @abstractmethod
    def link(self, review: Any) -> str:
        """URL of the thing itself."""

    def revise_link(self, review: Any) -> str:
        """URL where the author corrects a returned thing."""
        return self.link(review)

    def check(self, review: Any, ticks: dict[str, str]) -> None:
        """Refuse an approval that the checklist does not carry: every must ticked, every detail told."""
        wrong: dict[str, str] = {}
        for check in self.sheet(review).checks:
            ticked = check.key in ticks
            if ticked and check.blocked:
                wrong[f"tick-{check.key}"] = check.blocked
            elif check.must and not ticked:
                wrong[f"tick-{check.key}"] = check.blocked or _("同意之前要核对这一项。")
            elif ticked and check.detail and not ticks[check.key].strip():
                wrong[f"detail-{check.key}"] = _("请写明：%(what)s", what=check.detail)
        if wrong:
            raise Refused(_("核对清单还没有完成，不能同意。"), fields=wrong)

    @abstractmethod
    def approved(self, review: Any, *, by: Any, at: datetime) -> None: ...

    @abstractmethod
    def returned(self, review: Any, *, by: Any, at: datetime) -> None: ...

    @abstractmethod
    def rejected(self, review: Any, *, by: Any, at: datetime) -> None: ...

    @abstractmethod
    def withdrawn(self, review: Any, *, by: Any, at: datetime) -> None: ...


_outcomes: dict[str, Outcome] = {}


def outcome(key: str) -> Callable[[type[Outcome]], type[Outcome]]:
    """Register the outcome of the flow `key`."""

    def register(kind: type[Outcome]) -> type[Outcome]:
        kind.key = key
        _outcomes[key] = kind()
        return kind

    return register


def outcome_of(key: str) -> Outcome:
    return _outcomes[key]
