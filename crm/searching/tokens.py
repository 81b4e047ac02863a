"""How text becomes tokens: pure, the same for writing and for asking."""

from collections.abc import Iterable

from crm.kernel.text import folded, tidy


def lines(texts: Iterable[str | None]) -> str:
    """Folded, one line a text: what a search word must be a piece of."""
    return "\n".join(dict.fromkeys(filter(None, (folded(text) for text in texts if text))))


def words(query: str) -> list[str]:
    """The words of a query, folded; each must be found. "云州 机械" asks for both."""
    return list(dict.fromkeys(filter(None, (folded(word) for word in tidy(query).split(" ")))))


def terms_of(text: str) -> str:
    """All tokens of folded lines: every sign, every pair, and of codes and numbers every three."""
    return " ".join(dict.fromkeys(token for line in text.split("\n") for token in _tokens(line)))


def terms_for(word: str) -> list[str]:
    """The tokens every text with `word` in it has: as few and as rare as there are."""
    if len(word) <= 2:
        return [word]
    pairs = [word[n : n + 2] for n in range(len(word) - 1)]
    threes = [word[n : n + 3] for n in range(len(word) - 2)]
    plain = [three for three in threes if three.isascii()]
    covered = {pair for three in plain for pair in (three[:2], three[1:])}
    return list(dict.fromkeys([*plain, *(pair for pair in pairs if pair not in covered)]))


def is_exact(word: str) -> bool:
    """Whether the word is a token itself, so that the index alone decides. A single letter is not: names'
    initials have it too, which only count from two letters on."""
    return len(word) == 2 or len(word) == (3 if word.isascii() else 1)


def _tokens(line: str) -> Iterable[str]:
    yield from line
    for n in range(len(line) - 1):
        yield line[n : n + 2]
    for n in range(len(line) - 2):
        if line[n : n + 3].isascii():
            yield line[n : n + 3]
