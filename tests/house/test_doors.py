"""Every door has a lock, views are receipts, what stands in the sources keeps the rules of the house."""

import ast
import re
from pathlib import Path

from flask import Flask

from crm import ROOMS
from crm.kernel.settings import ROOT

ROOM_SOURCES = sorted(p for room in ROOMS for p in (ROOT / "crm" / room).rglob("*.py"))
SOURCES = sorted((ROOT / "crm").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


LONGEST = 260  # lines; near 200 is the aim


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_door_has_a_lock(app: Flask) -> None:
    bare = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and getattr(app.view_functions[rule.endpoint], "lock", None) is None
    }
    assert bare == set()


def test_urls_are_nouns_and_the_method_is_the_verb(app: Flask) -> None:
    """A door answers GET, or one verb; only forms that answer with themselves take both."""
    verbs = re.compile(r"/(?:create|edit|update|delete|remove|submit|approve|close|do)(?:/|$)")
    assert [r.rule for r in app.url_map.iter_rules() if verbs.search(r.rule)] == []


def test_no_raw_sql_in_a_room() -> None:
    """The search index is DDL of its own, and so is the condition of a partial index."""
    raw = {"text", "literal_column", "exec_driver_sql"}
    found = []
    for path in ROOM_SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        for node in [n for n in ast.walk(tree) if _called(n) == "Index"]:
            node.keywords.clear()  # type: ignore[attr-defined]
        if path.name != "ddl.py" and raw & {_called(n) for n in ast.walk(tree)}:
            found.append(short(path))
    assert found == []


def test_views_never_commit() -> None:
    doors = [p for p in ROOM_SOURCES if "@bp." in p.read_text("utf-8")]
    assert [short(p) for p in doors if "commit" in _calls(p)] == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.time)\(")
    found = [short(p) for p in SOURCES if p.name != "clock.py" and asking.search(p.read_text("utf-8"))]
    assert found == []


def test_files_stay_short() -> None:
    assert [short(p) for p in SOURCES if len(p.read_text("utf-8").splitlines()) >= LONGEST] == []


def test_every_module_says_what_it_is() -> None:
    sources = {short(p): p.read_text("utf-8") for p in SOURCES}
    assert [
        name for name, source in sources.items() if source and not ast.get_docstring(ast.parse(source))
    ] == []


def test_templates_have_no_inline_style_or_script() -> None:
    """The content security policy would refuse them."""
    inline = re.compile(
        r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|\bhx-on|<script(?![^>]*\bsrc=)[^>]*>"
    )
    assert [short(p) for p in TEMPLATES if inline.search(p.read_text("utf-8"))] == []


def test_templates_ask_for_static_files_by_name() -> None:
    """Their address changes with their content."""
    fixed = re.compile(r"[\"'(]/static/")
    assert [short(p) for p in TEMPLATES if fixed.search(p.read_text("utf-8"))] == []


def test_every_form_that_posts_carries_its_token() -> None:
    naked = []
    for path in TEMPLATES:
        for form in re.findall(
            r"<form\b(?=[^>]*method=[\"']?post)[\s\S]*?(?:</form>|\Z)", path.read_text("utf-8"), re.I
        ):
            if not re.search(r"csrf|hidden_tag|caller\(", form):
                naked.append(f"{short(path)}: {form[:80]}")
    assert naked == []


def _calls(path: Path) -> set[str]:
    return {_called(node) for node in ast.walk(ast.parse(path.read_text("utf-8")))}


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
