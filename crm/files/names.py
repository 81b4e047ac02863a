"""Names of files as they came from somebody's computer."""

import re
import unicodedata

LONGEST = 120
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def tidy_name(name: str | None) -> str:
    """The name without path, control and direction characters; at most 120 characters, ending kept.

    It is only shown and offered at a download: where a file lies is decided by its content.
    """
    text = _CONTROL.sub("", unicodedata.normalize("NFC", name or ""))
    text = re.split(r"[/\\]", text)[-1].strip(" .")
    stem, dot, ending = text.rpartition(".")
    if len(text) > LONGEST:
        text = f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) < 10 else text[:LONGEST]
    return text
