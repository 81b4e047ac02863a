"""Pure rules about names: of accounts, of departments, of browsers."""

import re
from dataclasses import dataclass

from crm.kernel.languages import gettext as _
from crm.kernel.text import tidy

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9])?")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[0-9]{5,20}")
_BETWEEN_DIGITS = re.compile(r"[\s()-]")
#: of a tree that is typed in one go
MOST_DEPARTMENTS, LONGEST_NAME, DEEPEST = 200, 40, 6


def sign_in_names(text: str) -> set[str]:
    """What somebody typed, as accounts, e-mails and phones are kept: lower case, phones as digits."""
    return {tidy(text).lower(), tidy_phone(text)} - {""}


def tidy_phone(text: str) -> str:
    """`138 0000-1057` gives 13800001057."""
    return _BETWEEN_DIGITS.sub("", tidy(text))


def is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text))


@dataclass(frozen=True)
class Planned:
    """A department somebody typed: `depth` 0 stands right below the company."""

    name: str
    depth: int
    kind: str


def planned_departments(text: str) -> list[Planned]:
    """Read a tree typed in lines, each level indented more than the one above.

    A top line with others below it, or called 分公司, is a branch. ValueError says which line is wrong.
    """
    lines = [(n, line) for n, line in enumerate(text.expandtabs(4).splitlines(), 1) if line.strip()]
    if not lines:
        raise ValueError(_("请至少写一个部门。"))
    if len(lines) > MOST_DEPARTMENTS:
        raise ValueError(_("一次最多 %(n)s 个部门，其余的以后再加。", n=MOST_DEPARTMENTS))
    indents: list[int] = []
    read: list[tuple[str, int]] = []
    seen: set[tuple[str, ...]] = set()
    names: list[str] = []
    for number, line in lines:
        indent, name = _indent(line), tidy(line)
        while indents and indent <= indents[-1]:
            indents.pop()
        if not read and indent:
            raise ValueError(_("第 %(n)s 行：第一个部门前面不要空格。", n=number))
        depth = len(indents)
        indents.append(indent)
        if len(name) > LONGEST_NAME:
            raise ValueError(_("第 %(n)s 行：名称最多 %(most)s 个字。", n=number, most=LONGEST_NAME))
        if depth >= DEEPEST:
            raise ValueError(_("第 %(n)s 行：最多 %(most)s 级。", n=number, most=DEEPEST))
        names = [*names[:depth], name]
        if tuple(names) in seen:
            raise ValueError(_("第 %(n)s 行：同一上级下面已有“%(name)s”。", n=number, name=name))
        seen.add(tuple(names))
        read.append((name, depth))
    return [Planned(name, depth, _kind(read, n)) for n, (name, depth) in enumerate(read)]


def _indent(line: str) -> int:
    """Columns before the first character; a full-width blank counts two."""
    blank = line[: len(line) - len(line.lstrip())]
    return len(blank) + blank.count("\u3000")


def _kind(read: list[tuple[str, int]], n: int) -> str:
    name, depth = read[n]
    has_below = n + 1 < len(read) and read[n + 1][1] > depth
    return "branch" if depth == 0 and (has_below or name.endswith("分公司")) else "department"


_Signs = tuple[tuple[str, str], ...]
_BROWSERS: _Signs = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("QIHU", "360"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: _Signs = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_name(agent: str) -> str:
    """ "Edge · Windows" from what a browser says of itself; "" where it says nothing known."""
    known = [next((word for sign, word in table if sign in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, known))
