"""Two texts side by side, with only the words that differ marked."""

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

_WORD = re.compile(r"[A-Za-z0-9]+(?:[.,:/-][A-Za-z0-9]+)*|\s+|.", re.S)
_CLAUSE = re.compile(r"[^，。；、！？,;.!?\n]+[，。；、！？,;.!?\n]*|.", re.S)
_LONG = 400  # characters; comparing character by character is quadratic
_ALIKE = 0.34  # below this share of common words nothing is gained by marking single ones


def marked(old: str, new: str) -> tuple[Markup, Markup]:
    """`old` with <del> and `new` with <ins> around what differs; both escaped."""
    if old == new:
        return escape(old), escape(new)
    pattern = _CLAUSE if max(len(old), len(new)) > _LONG else _WORD
    a, b = pattern.findall(old), pattern.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if not a or not b or matcher.ratio() < _ALIKE:
        return _wrap("del", old), _wrap("ins", new)
    before, after = [], []
    for same, i, i_end, j, j_end in _merged(matcher):
        left, right = "".join(a[i:i_end]), "".join(b[j:j_end])
        before.append(escape(left) if same else _wrap("del", left))
        after.append(escape(right) if same else _wrap("ins", right))
    return Markup("").join(before), Markup("").join(after)


def _merged(matcher: "SequenceMatcher[str]") -> list[tuple[bool, int, int, int, int]]:
    """Opcodes with neighbouring changes joined: one common character between two changes is no rest."""
    runs: list[tuple[bool, int, int, int, int]] = []
    codes = matcher.get_opcodes()
    for index, (tag, i, i_end, j, j_end) in enumerate(codes):
        same = tag == "equal" and not (0 < index < len(codes) - 1 and i_end - i == 1)
        if runs and runs[-1][0] == same:
            _same, i, _i, j, _j = runs.pop()
        runs.append((same, i, i_end, j, j_end))
    return runs


def _wrap(name: str, text: str) -> Markup:
    pattern = {"del": Markup("<del>{}</del>"), "ins": Markup("<ins>{}</ins>")}[name]
    return pattern.format(text) if text else Markup("")
