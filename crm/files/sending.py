"""A stored file on its way to a browser."""

from flask import Response, abort, current_app, send_file

from .kinds import SHOWN
from .models import StoredFile
from .store import path_of

_NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"


def send(stored: StoredFile, name: str, *, inline: bool = False) -> Response:
    """The file under `name`; `inline` asks to show it, which only PDF and pictures are.

    Whoever calls has checked that the viewer may have it.
    """
    path = path_of(stored)
    if not path.is_file():
        current_app.logger.error("stored file %s is missing", stored.id)
        abort(404)
    shown = inline and stored.mime in SHOWN
    response = send_file(path, mimetype=stored.mime, as_attachment=not shown, download_name=name or "file")
    response.headers["X-Content-Type-Options"] = "nosniff"
    # browsers refuse to open their PDF viewer in a sandbox; it runs outside of our origin anyway
    pdf = shown and stored.mime == "application/pdf"
    response.headers["Content-Security-Policy"] = _NOTHING_RUNS if pdf else f"{_NOTHING_RUNS}; sandbox"
    return response
