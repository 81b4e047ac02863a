"""The English of the house: gathers the texts of crm/ and templates/ into messages.po and compiles it.

python -m translations.texts            brings messages.po and messages.mo up to date, says what lacks English
python -m translations.texts --check    changes nothing, says what is not as it should be

Chinese needs no catalogue, its sentences are the message ids. The compiled file is kept beside the source,
so that a checkout runs without a build.
"""

import io
import re
import sys
from collections import Counter
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "translations/en/LC_MESSAGES/messages.po"
COMPILED = SOURCE.with_suffix(".mo")
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_pgettext": ((1, "c"), 2)}
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def gathered() -> Catalog:
    """Every text of the code and the templates, without English."""
    texts = Catalog()
    for folder, pattern, method in (("crm", "**.py", "python"), ("templates", "**.html", "jinja2")):
        found = extract_from_dir(ROOT / folder, [(pattern, method)], {pattern: {"silent": "false"}}, KEYWORDS)
        for name, _line, text, _comments, context in found:
            texts.add(text, locations=[(f"{folder}/{name}", 0)], context=context)
    return texts


def english() -> Catalog:
    """messages.po as it stands."""
    with SOURCE.open("rb") as file:
        return read_po(file, locale="en")


def up_to_date() -> Catalog:
    """The English there is, for exactly the texts there are."""
    catalogue = english()
    catalogue.update(gathered(), no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def as_source(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalogue, width=110, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return file.getvalue()


def as_compiled(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def faults(catalogue: Catalog) -> list[str]:
    """Texts without English, and English whose %(placeholders)s or {places} are not those of the text."""
    said = []
    for message in catalogue:
        if not message.id:
            continue
        if not all(_both(message.string)) or message.fuzzy:
            said.append(f"no English: {message.id!r} ({_where(message)})")
        elif any(_places(text) != _places(_both(message.id)[0]) for text in _both(message.string)):
            said.append(f"placeholders differ: {message.id!r} {message.string!r} ({_where(message)})")
    return said


def _both(text: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text or "",)


def _places(text: str) -> Counter[str]:
    return Counter(PLACES.findall(text))


def _where(message: Message) -> str:
    return ", ".join(sorted({place for place, _line in message.locations}))


def stale(catalogue: Catalog) -> list[str]:
    """What `make texts` would change."""
    said = []
    if SOURCE.read_bytes() != as_source(catalogue):
        said.append("messages.po is stale: run make texts")
    if not COMPILED.exists() or COMPILED.read_bytes() != as_compiled(catalogue):
        said.append("messages.mo is stale: run make texts")
    return said


def main() -> None:
    catalogue = up_to_date()
    if "--check" in sys.argv[1:]:
        wrong = faults(catalogue) + stale(catalogue)
    else:
        SOURCE.write_bytes(as_source(catalogue))
        COMPILED.write_bytes(as_compiled(catalogue))
        wrong = faults(catalogue)
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
