"""Route by role by whose: who passes which door is a table, matrix.txt, that is read and reviewed by people.

A cell says what meets the role there: + passes (answer, form again, wrong state), - forbidden (403), 0 hidden
(404), > sent to sign in. Two signs: one's own branch's thing, then the other branch's. A new route needs a
row: CRM_WRITE_MATRIX=1 python -m pytest tests/house/test_matrix.py writes what is so; read the difference.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from crm import create_app
from crm.accounts import Role
from crm.kernel.database import db
from crm.kernel.settings import Settings
from crm.kernel.web import House

from .world import World

TABLE = Path(__file__).parent / "matrix.txt"
WRITING = os.environ.get("CRM_WRITE_MATRIX") == "1"
ROLES = [*(role.value for role in Role), "nobody"]
SIGNS = {403: "-", 404: "0", 401: ">"}


def rows() -> dict[str, list[str]]:
    """ "GET customers.index" to its cells, in the order of ROLES."""
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {" ".join(line.split()[:2]): line.split()[2:] for line in lines}


def doors(app: Flask) -> dict[str, Rule]:
    """Every door of the house but the static files."""
    return {
        f"{method} {rule.endpoint}": rule
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint != "static"
    }


def _names() -> list[str]:
    """What to test: the rows of the table, or when writing it all doors there are."""
    if not WRITING:
        return list(rows())
    import tempfile

    return sorted(doors(create_app(Settings(instance=Path(tempfile.mkdtemp()), secret_key="x"))))


def test_every_door_has_a_row(app: Flask) -> None:
    assert set(doors(app)) == set(rows())


@pytest.mark.slow
@pytest.mark.rule("CUS-3")
@pytest.mark.parametrize("name", _names())
def test_who_passes_this_door(
    app: Flask, session: Any, cast: Any, as_: Any, monkeypatch: Any, name: str
) -> None:
    rule = doors(app)[name]
    own, other = World(cast).values(rule.endpoint, rule.arguments)
    monkeypatch.setattr(House, "dispatch_request", _without_lasting_effect)
    cells = []
    for role in ROLES:
        browser = app.test_client() if role == "nobody" else as_(role)
        signs = [_sign(app, browser, name.partition(" ")[0], rule, values) for values in (own, other)]
        cells.append("".join(signs) if own != other else signs[0])
    if WRITING:
        _write(name, cells)
    else:
        seen = dict(zip(ROLES, cells, strict=True))
        assert seen == dict(zip(ROLES, rows()[name], strict=True))


def _sign(app: Flask, browser: Any, method: str, rule: Rule, values: dict[str, Any]) -> str:
    with app.test_request_context():
        path = app.url_for(rule.endpoint, **values)
    answer = browser.open(path, method=method, headers={"HX-Request": "true"})  # without the frame: quicker
    answer.close()
    target = answer.headers.get("HX-Redirect") or answer.location or ""
    if target.partition("?")[0] == "/sign-in":
        return ">"
    assert answer.status_code < 500, (path, answer.status_code)
    return SIGNS.get(answer.status_code, "+")


def _without_lasting_effect(house: House) -> Any:
    """The next role finds everything as this one found it."""
    response = house.make_response(Flask.dispatch_request(house))
    db.session.rollback()
    return response


def _write(name: str, cells: list[str]) -> None:
    kept = rows() if TABLE.exists() else {}
    kept[name] = cells
    short = [re.sub(r"[^a-z]?([a-z])[a-z]*", r"\1", role.replace("_", " ")) for role in ROLES]
    lines = [f"# {line}".rstrip() for line in (__doc__ or "").splitlines()] + ["#", f"# {' '.join(ROLES)}"]
    lines.append(f"# {'':42}" + "".join(f"{s:4}" for s in short))
    lines += [
        f"{method:5}{door:39}" + "".join(f"{cell:4}" for cell in kept[f"{method} {door}"]).rstrip()
        for door, method in sorted((key.split()[1], key.split()[0]) for key in kept)
    ]
    TABLE.write_text("\n".join(line.rstrip() for line in lines) + "\n", "utf-8")
