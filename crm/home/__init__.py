"""Floor 8: first page, to-do list, search, the frame around every page. Reads many rooms, changes none."""

from typing import Any

from flask import Blueprint

bp = Blueprint("home", __name__)

from . import views

__all__ = ["bp"]


def init_app(app: Any) -> None:
    from . import frame, hearers

    frame.init_app(app)
