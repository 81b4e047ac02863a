"""Chinese text as a computer must see it: one width, one form, and its pinyin."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

# surnames whose reading as a name differs from the everyday one
_SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "查": "zha",
    "盖": "ge",
    "翟": "zhai",
}

_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_SPACE = re.compile(r"\s+")


def tidy(text: str) -> str:
    """One line, half-width, no invisible characters, single spaces."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).strip()


def folded(text: str) -> str:
    """`text` for comparing: tidy, lower case, only letters, digits and Chinese."""
    return "".join(c for c in tidy(text).lower() if c.isalnum())


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """Pinyin initials, "云州恒拓" gives "yzht"; letters and digits stay."""
    return "".join(lazy_pinyin(folded(text), style=Style.FIRST_LETTER, errors="default")).lower()


def surname_initials(name: str) -> str:
    """Initials of a person's name, with the surname read as a surname."""
    head = _SURNAMES.get(name[:1])
    return (head[0] + initials(name[1:])) if head else initials(name)


#: what makes a sign of LIKE a plain one
ESCAPE = "/"


def piece(word: str) -> str:
    """The pattern of LIKE ... ESCAPE '/' for any text with `word` in it, whatever signs it has."""
    for sign in (ESCAPE, "%", "_"):
        word = word.replace(sign, ESCAPE + sign)
    return f"%{word}%"
