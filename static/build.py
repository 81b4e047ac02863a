"""Joins static/css/*.css into static/app.css; with --check only says whether it is up to date."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE / "app.css"
HEAD = "/* Built by static/build.py from static/css. Edit there. */\n"
DARK = re.compile(r":root\[data-theme=dark\] \{\n(.*?)\n\}\n", re.S)


def joined() -> str:
    parts = [path.read_text(encoding="utf-8") for path in sorted((HERE / "css").glob("*.css"))]
    return HEAD + "\n".join(map(with_dark_twin, parts))


def with_dark_twin(css: str) -> str:
    """The dark tokens are written once; who chose no theme gets them from the system; paper never does."""

    def twice(block: re.Match[str]) -> str:
        chosen = f"@media screen {{\n{block[0]}}}\n"
        system = f":root:not([data-theme]) {{\n{block[1]}\n}}"
        return f"{chosen}@media screen and (prefers-color-scheme: dark) {{\n{system}\n}}\n"

    return DARK.sub(twice, css)


def main() -> None:
    css = joined()
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(css, encoding="utf-8", newline="\n")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != css:
        sys.exit("static/app.css is stale: run python static/build.py")


if __name__ == "__main__":
    main()
