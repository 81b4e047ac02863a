"""English is complete, and no Chinese stands where no translator finds it."""

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import Environment
from sqlalchemy import JSON, String, select

from crm.kernel.database import Base
from crm.kernel.languages import speaking
from crm.kernel.settings import ROOT
from crm.notifications import Message
from tests.cast import Cast
from tests.customers.entries import archive, review_of
from translations import texts

from .test_matrix import doors, rows
from .world import World

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
#: what English sentences quote
QUOTED = {
    "客户名称",
    "税号",
    "省份",
    "城市",
    "地址",
    "计量泵",
    "台",
    "每年",
    "吨",
    "明年",
    "月底前",
    "分公司",
}
GAP = "＿＿"  # in the draft of a letter

CALLS = {"_", "_l", "gettext", "lazy_gettext", "pgettext", "lazy_pgettext", "echo"}
#: files whose Chinese is read by the program or by whoever sits at the console, and by no reader of a page
OTHER_CHINESE = {
    "accounts/cli.py": "console",
    "audit/chain.py": "console",
    "clockwork/cli.py": "console",
    "customers/cli.py": "console",
    "files/sweep.py": "console",
    "kernel/settings.py": "console",
    "prepare.py": "console",
    "serve.py": "console",
    "workdays/cli.py": "console",
    "complaints/rules.py": "words that tell a serious complaint, the date of a Chinese letter",
    "customers/importing/cleaning.py": "cells that mean nothing",
    "customers/importing/headings.py": "headings of customer lists",
    "customers/importing/values.py": "how dates, amounts and places are written",
    "customers/alike/likeness.py": "parts of company names",
    "customers/need/assessing.py": "how needs are written",
    "customers/need/patterns.py": "how needs are written",
    "customers/need/words.py": "how needs are written",
    "customers/alike/places.py": "provinces and cities",
    "customers/alike/trades.py": "parts of company names",
    "customers/archive/typed.py": "units that people type",
    "kernel/text.py": "surnames and their pinyin",
}
#: Chinese that is stored or compared, in files that speak to readers too
STORED = {
    "accounts/rules.py": {"微信", "钉钉", "\u3000", "分公司"},
    "accounts/queries.py": {"\u3000"},
    "accounts/colleagues.py": {"[、,，;；\\s]+"},
    "accounts/setup.py": {"总公司"},
    "approvals/difference.py": {"[^，。；、！？,;.!?\\n]+[，。；、！？,;.!?\\n]*|."},
    "audit/models.py": {"系统"},
    "complaints/drafting.py": {"。"},
    "complaints/views/intake.py": {"、"},
    "customers/importing/bringing.py": {"（未署名）", " 第 ", " 行", "；来源："},
    "customers/importing/handing_back.py": {"-未导入-"},
    "customers/importing/reading.py": {"是", "否"},
    "customers/archive/rules.py": {
        "(-|转|分机|ext\\.?|x|#)(\\d{1,6})$",
        "[^0-9\\s()+\\-—–.#转分机extEXT]",
        "\\d{7,}\\s*[、/,;，；\\s]\\s*[\\d-]{7,}",
    },
}
READERS = ("salesperson", "sales_manager", "general_manager", "administrator")
#: in templates: blanks, what the form sends back, and the switch of languages, which says each in its own
IN_TEMPLATES = {"\u3000", "、", "中文", "切换到中文"}


def test_every_text_has_its_english() -> None:
    assert texts.faults(texts.up_to_date()) == []


def test_the_catalogue_is_up_to_date() -> None:
    """`make texts` would change nothing, neither source nor compiled file."""
    assert texts.stale(texts.up_to_date()) == []


def test_english_is_english() -> None:
    said = {run for m in texts.english() for run in CHINESE.findall(str(m.string)) if m.id}
    assert said <= QUOTED


def test_no_chinese_of_the_code_escapes_the_translator() -> None:
    found = {}
    for path in sorted((ROOT / "crm").rglob("*.py")):
        name = path.relative_to(ROOT / "crm").as_posix()
        if name.startswith("demo/") or name in OTHER_CHINESE:
            continue
        if bare := set(_bare(ast.parse(path.read_text("utf-8")))) - STORED.get(name, set()):
            found[name] = bare
    assert found == {}


def test_what_is_exempt_still_needs_it() -> None:
    room = ROOT / "crm"
    files = {name: set(_bare(ast.parse((room / name).read_text("utf-8")))) for name in OTHER_CHINESE | STORED}
    assert [name for name in OTHER_CHINESE if not files[name]] == []
    assert {name: words - files[name] for name, words in STORED.items() if words - files[name]} == {}


def _bare(tree: ast.AST) -> Iterator[str]:
    """Chinese literals that no `_()` holds; docstrings do not count."""
    held: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            held.add(id(node.value))
        elif isinstance(node, ast.Call) and _name(node.func) in CALLS:
            held.update(id(inner) for a in node.args for inner in ast.walk(a))
    said = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in held]
    yield from (n.value for n in said if isinstance(n.value, str) and CHINESE.search(n.value))


def _name(called: ast.expr) -> str:
    return (
        called.id
        if isinstance(called, ast.Name)
        else called.attr
        if isinstance(called, ast.Attribute)
        else ""
    )


def test_no_chinese_of_the_templates_escapes_the_translator() -> None:
    found = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if bare := set(_bare_in_template(path)) - IN_TEMPLATES:
            found[path.relative_to(ROOT).as_posix()] = bare
    assert found == {}


def _bare_in_template(path: Path) -> Iterator[str]:
    depth, held, last = 0, 0, ""  # held: the depth at which a `_(` is open
    for _line, kind, value in Environment(autoescape=True).lex(path.read_text("utf-8")):
        if kind == "operator" and value == "(":
            depth += 1
            held = held or (depth if last in CALLS else 0)
        elif kind == "operator" and value == ")":
            held = 0 if held == depth else held
            depth -= 1
        elif CHINESE.search(value) and (kind == "data" or (kind == "string" and not held)):
            yield value.strip("'\"") if kind == "string" else value.strip()
        if kind != "whitespace":
            last = value


class Seen(HTMLParser):
    """What a page says: its text, and the attributes that are read."""

    ATTRIBUTES = ("title", "placeholder", "aria-label", "label", "alt", "content")

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._mute = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._mute = tag in ("script", "style")
        self.said += [v for k, v in attrs if v and (k in self.ATTRIBUTES or k.startswith("data-"))]

    def handle_data(self, data: str) -> None:
        if not self._mute:
            self.said.append(data)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in rows() if name.startswith("GET ")])
def test_pages_in_english_show_no_chinese_but_data(
    app: Flask, session: Any, cast: Cast, as_: Any, name: str
) -> None:
    """What stands in the database may be Chinese; not so the words of flows and the shipped channels, which
    are stored in Chinese and shown in the reader's language."""
    rule = doors(app)[name]
    own, _other = World(cast).values(rule.endpoint, rule.arguments)
    with app.test_request_context():
        path = app.url_for(rule.endpoint, **own)
    for reader in READERS:
        cast[reader].locale = "en"
    data = _data(session) + "".join(sorted(IN_TEMPLATES | QUOTED)) + GAP
    for reader in READERS:
        with as_(reader).get(path) as answer:
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            seen = Seen()
            seen.feed(answer.get_data(as_text=True))
            runs = {run.strip("\u3000") for text in seen.said for run in CHINESE.findall(text)}
            assert {run for run in runs if run not in data} == set(), reader


def test_a_message_speaks_the_language_of_its_reader(session: Any, cast: Cast) -> None:
    """Whoever caused it: an English salesperson is reviewed by a Chinese manager, and the other way round."""
    cast.salesperson.locale, cast.sales_manager2.locale = "en", "en"
    session.commit()
    with speaking("en"):
        first = review_of(archive(cast, "in_review"))
    second = review_of(archive(cast, "in_review", "青岚远航包装有限公司", branch="2"))
    assert {first.title, second.title} == {"审核新档案"}  # stored in Chinese, shown in the reader's language
    said = {m.recipient_id: m.text for m in session.scalars(select(Message))}
    assert said[cast.sales_manager.id].startswith("请审批：审核新档案 · ")
    assert said[cast.sales_manager2.id].startswith("Please review: Review new archive · ")


def _data(session: Any) -> str:
    """Every text of the database, one after the other."""
    shown_translated = {("review", "title"), ("review_step", "name"), ("source_channel", "name")}
    columns = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON) and (table.name, column.name) not in shown_translated
    ]
    said = []
    for column in columns:
        for value in session.scalars(select(column).distinct().execution_options(scoped=True)):
            said.append(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return "\n".join(said)
