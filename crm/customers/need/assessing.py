"""Is a need concrete? It says what, how much and by when (ARC-7).

Not understanding but recognising: quantities and times have forms (need_forms.py), and what remains beside
them and beside the words everybody uses (need_words.py: 想买, 一批, 设备, 尽快) is what is wanted.
"""

import re
from dataclasses import dataclass
from datetime import date

from crm.kernel.languages import gettext as _
from crm.kernel.text import tidy

from .patterns import AMOUNTS, TIMES
from .words import AFTER, BEFORE, FILLERS, NOUNS

_MARKS = "-/+._"


@dataclass(frozen=True)
class Part:
    """One of the three questions. `found`: the words that answer it; `question`: what to ask if none do."""

    key: str  # what, amount, when
    present: bool
    found: str
    question: str


@dataclass(frozen=True)
class Assessment:
    """What a description of a need says and leaves open."""

    what: Part
    amount: Part
    when: Part

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        return self.what, self.amount, self.when

    @property
    def gaps(self) -> list[Part]:
        """The parts that nothing answers yet."""
        return [part for part in self.parts if not part.present]

    @property
    def concrete(self) -> bool:
        return not self.gaps


def assess(text: str, target_date: date | None = None, *, today: date | None = None) -> Assessment:
    """What `text` says of a need, and what it leaves open (ARC-7).

    `target_date`: the form's own field, which answers "when". With `today`, a year or date that is over
    does not count.
    """
    text = tidy(text)
    times = [found[0].strip() for found in TIMES.finditer(text) if not _over(found, today)]
    rest = TIMES.sub("。", text)
    amounts = [found[0].strip() for found in AMOUNTS.finditer(rest)]
    if target_date is not None:
        times.append(target_date.isoformat())
    return Assessment(
        _part("what", _noun(AMOUNTS.sub("。", rest)), _("客户要什么？请写出产品或服务的名称，如“计量泵”。")),
        _part("amount", "".join(amounts[:1]), _("要多少？请写出数量或金额，如“20 台”“每年 500 吨”。")),
        _part("when", "".join(times[:1]), _("什么时候要？请写出日期或期限，如“明年 3 月底前”。")),
    )


def _part(key: str, found: str, question: str) -> Part:
    return Part(key, bool(found), found, question)


def _over(found: re.Match[str], today: date | None) -> bool:
    if today is None or not found["year"]:
        return False
    year = int(found["year"]) % 100 + 2000
    return (year, int(found["month"]), int(found["day"] or 31)) < (today.year, today.month, today.day)


def _noun(text: str) -> str:
    """The longest thing named: two Chinese signs, a model, or one sign that is a thing by itself."""
    pieces = re.split(r"[^\w\-/+.]+|。", FILLERS.sub(" ", text))
    return max(filter(_is_thing, map(_trimmed, pieces)), key=len, default="")


def _trimmed(piece: str) -> str:
    return piece.lstrip(BEFORE + _MARKS).rstrip(AFTER + _MARKS)


def _is_thing(piece: str) -> bool:
    signs = re.findall(r"[\u3400-\u9fff]", piece)
    letters = re.findall(r"[A-Za-z]", piece)
    return len(signs) >= 2 or len(letters) >= 2 or piece in NOUNS
