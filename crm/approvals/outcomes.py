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
    #: whether it changes, where that cannot be told from `old` and `new` because they are masked
    differs: bool | None = None


@dataclass(frozen=True)
class Check:
    """One point of the checklist. `must`: without it there is no approval. `detail` asks for words.

    `blocked`: why nobody can tick it now ("没有上传执照"). `see`: words and address of what has to be looked
    at for it, where the reviewer may.
    """

    key: str
    label: str
    note: str = ""
    must: bool = True
    detail: str = ""  # label of an input that has to be filled when ticked
    blocked: str = ""
    see: tuple[str, str] | None = None


@dataclass
class Sheet:
    """What the review page shows to g.user: the room leaves out what this person may not read."""

    lines: list[Line]
    checks: list[Check] = field(default_factory=list)
    template: str = ""  # a partial of the room, under the lines
    old_label: str = ""  # heads of the columns, "现在" and "改为" unless said
    new_label: str = ""


@dataclass(frozen=True)
class Fact:
    """Something that conditions of a flow may ask about a thing. `choices`: value and label of each."""

    key: str
    label: Any  # lazy text
    kind: str = "text"  # text, choice, number or flag
    choices: tuple[tuple[str, Any], ...] = ()


class Outcome(ABC):
    """What a room says about the things it puts through approval. Subclass and decorate with @outcome.

    `sheet` is also asked for readers who see the review but not the thing: it is made of the proposal.
    """

    key: ClassVar[str] = ""
    #: an approval may refuse single lines: `approved` then finds key and why in review.refused
    partial: ClassVar[bool] = False
    #: may be approved from the to-do list, many at once; only where no checklist has to be gone through
    batch: ClassVar[bool] = False

    def fields(self) -> list[Fact]:
        """What conditions may ask; the values are those of `facts`."""
        return []

    def facts(self, thing: Any) -> dict[str, Any]:
        """Plain values by key of `fields`, taken at submission and kept; nothing sensitive."""
        return {}

    def people(self, thing: Any) -> dict[str, int | None]:
        """Ids of the thing's people: "owner", "owner_manager" (else the owner's), "custodian"."""
        return {}

    def stamp(self, review: Any) -> str:
        """The version of the thing as the reviewer reads it; where it differs from the one that was read, a
        decision is Stale. "": never."""
        return ""

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
