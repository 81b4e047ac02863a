"""Floor 4: attachments, stored once by what they contain. It knows no customer."""

from typing import Any

from .kinds import DOCUMENTS, IMAGES, SCANS, SHEETS, accept
from .models import StoredFile
from .names import tidy_name
from .sending import send
from .store import Unsuitable, path_of, store
from .sweep import cli

__all__ = [
    "DOCUMENTS",
    "IMAGES",
    "SCANS",
    "SHEETS",
    "StoredFile",
    "Unsuitable",
    "accept",
    "path_of",
    "send",
    "store",
    "tidy_name",
]


def init_app(app: Any) -> None:
    app.cli.add_command(cli)
