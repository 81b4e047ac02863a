"""Who loads again what a refused form left in the address bar finds the form, not an error."""

from typing import Any

import pytest
from flask import Flask

from .test_matrix import ROLES, doors, rows
from .world import World


def _only_posts() -> list[str]:
    return [name for name in rows() if name.startswith("POST ")]


@pytest.mark.slow
@pytest.mark.parametrize("name", _only_posts())
def test_a_refused_form_is_found_again_under_its_address(
    app: Flask, session: Any, cast: Any, as_: Any, name: str
) -> None:
    rule = doors(app)[name]
    passes = [role for role, cell in zip(ROLES, rows()[name], strict=True) if cell.startswith("+")]
    own, _other = World(cast).values(rule.endpoint, rule.arguments)
    with app.test_request_context():
        path = app.url_for(rule.endpoint, **own)
    for role in passes[:1]:
        if role == "nobody":
            continue
        client = as_(role)
        refused = client.post(path)
        if refused.status_code != 422 or refused.mimetype != "text/html":
            continue
        assert client.get(path, follow_redirects=True).status_code == 200
