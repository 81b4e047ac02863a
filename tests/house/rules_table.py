"""python -m tests.house.rules_table [--check]: docs/rules.md from the marks on the tests."""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from .rule_names import RULES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "rules.md"
HEAD = """# 规则与证明 · Rules and their proofs

由测试生成，请勿手改：`make rules`。每条规则后面是证明它的测试；没有测试的规则等于没有遵守。
Made from the tests by `make rules`. A rule without a test is not kept.
"""


def proofs() -> dict[str, list[str]]:
    """Rule id to the tests that carry it, "tests/room/test_x.py: what the test says"."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        everywhere = {
            rule
            for node in tree.body
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "pytestmark"
            for rule in _marked(node.value)
        }
        for test in _tests(tree):
            rules = everywhere | {rule for mark in test.decorator_list for rule in _marked(mark)}
            said = test.name.removeprefix("test_").replace("_", " ")
            for rule in rules:
                found[rule].append(f"`{path.relative_to(ROOT).as_posix()}` {said}")
    return found


def _tests(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _marked(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "rule":
            yield from (
                a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
            )


def table() -> str:
    """The document."""
    found = proofs()
    unknown = sorted(set(found) - set(RULES))
    if unknown:
        raise SystemExit(
            f"规则没有名字 rules without a name in tests/house/rule_names.py: {', '.join(unknown)}"
        )
    parts = [HEAD]
    for rule in sorted(found, key=_order):
        parts.append(
            f"## {rule}\n\n{RULES[rule]}\n\n"
            + "\n".join(f"- {line}" for line in sorted(set(found[rule])))
            + "\n"
        )
    return "\n".join(parts)


def _order(rule: str) -> tuple[int, int]:
    room, number = re.fullmatch(r"([A-Z]+)-(\d+)", rule).groups()  # type: ignore[union-attr]
    rooms = list(dict.fromkeys(r.split("-")[0] for r in RULES))
    return rooms.index(room), int(number)


def main() -> None:
    made = table()
    if "--check" in sys.argv:
        if not DOCUMENT.exists() or DOCUMENT.read_text("utf-8") != made:
            raise SystemExit("docs/rules.md 已过时，请执行 make rules · is stale: make rules")
        return
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(made, "utf-8")
    print(DOCUMENT.relative_to(ROOT))


if __name__ == "__main__":
    main()
