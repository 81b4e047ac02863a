"""The four chapters as somebody may read them: facts, persons, and the names of what is masked (CUS-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from crm.kernel.languages import gettext as _
from crm.kernel.languages import locale

from .fields import BY_KEY, CHAPTER_NAMES, FIELDS, PERSONS, SOURCE, ArchiveField, Chapter, fields_of
from .shown import shown_as
from .typed import Values


@dataclass(frozen=True)
class Fact:
    """A field as the page shows it: `text` is empty where nothing is known."""

    label: str
    text: str
    wide: bool = False
    sensitive: bool = False
    key: str = ""


@dataclass(frozen=True)
class ChapterFacts:
    """One chapter: what may be read, and the names of what is masked (never their lengths)."""

    key: str
    name: str
    percent: int
    facts: list[Fact]
    persons: list[tuple[str, list[Fact]]]
    masked: list[str]
    has_sealed: bool


def chapter_facts(chapter: Chapter, values: Values, full: dict[str, int], *, reads: bool) -> ChapterFacts:
    """One chapter for somebody who may (`reads`) or may not read what is sensitive."""
    facts, masked = [], []
    persons: dict[str, list[Fact]] = {}
    sealed = False
    for f in fields_of(chapter):
        sealed = sealed or f.sensitive
        if f.sensitive and not reads:
            masked.append(f)
            continue
        wide = f.kind == "area" or f.width == "6"
        fact = Fact(label_of(f), shown_as(f, values[f.key]), wide, f.sensitive, f.key)
        if not f.group:
            facts.append(fact)
        elif fact.text:
            persons.setdefault(f.group, []).append(fact)
    return ChapterFacts(
        str(chapter),
        chapter_names()[chapter],
        full[chapter],
        facts,
        [(str(PERSONS[group]), found) for group, found in persons.items()],
        _names(masked),
        sealed,
    )


def _names(masked: list[ArchiveField]) -> list[str]:
    """What is hidden, by name; what is known of three persons goes under one."""
    names = [label_of(f) for f in masked if not f.group]
    return [_("经营者、负责人、法定代表人的个人情况"), *names] if any(f.group for f in masked) else names


def source_facts(values: Values, channel: str) -> list[Fact]:
    """How we came to know them; `channel` is what the source channel is called."""
    return [
        Fact(label_of(f), channel if f.key == "source_channel" else shown_as(f, values[f.key]))
        for f in SOURCE
    ]


_COUNTED = tuple(f for f in FIELDS if not f.group or f.key.endswith("_name"))


def missing(values: Values, *, reads: bool) -> list[str]:
    """What is not filled in yet, by name; of what is sensitive only who `reads` it is told (CUS-2)."""
    return [label_of(f) for f in _COUNTED if values[f.key] in (None, "") and (reads or not f.sensitive)]


def label_of(field: ArchiveField) -> str:
    """What a field is called in the reader's language; a page asks for eighty of them."""
    return _labels(locale())[field.key]


def chapter_names() -> Mapping[str, str]:
    return _chapter_names(locale())


@lru_cache(maxsize=8)
def _labels(_locale: str) -> dict[str, str]:
    return {key: str(field.label) for key, field in BY_KEY.items()}


@lru_cache(maxsize=8)
def _chapter_names(_locale: str) -> dict[str, str]:
    return {str(chapter): str(name) for chapter, name in CHAPTER_NAMES.items()}
