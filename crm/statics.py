"""Static files under an address that changes with their content, so that browsers may keep them for good."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

from flask import Flask


def url_path(folder: Path) -> str:
    """/static/<fingerprint>; scripts import each other relatively and stay in the same version."""
    return f"/static/{fingerprint(folder)}"


def fingerprint(folder: Path) -> str:
    """Ten hex digits over every file's name and content."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".py"):
        total.update(path.relative_to(folder).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:10]


def kept_by_browsers(app: Flask, packed: Path) -> Any:
    """The WSGI application with its static files served from memory of WhiteNoise, brotli and gzip beside.

    `packed`: folder for the compressed copies; made again when a static file changes.
    """
    from whitenoise import WhiteNoise
    from whitenoise.compress import Compressor

    prefix = app.static_url_path or "/static"
    here = packed / prefix.rsplit("/", 1)[-1]
    if not here.exists():
        shutil.rmtree(packed, ignore_errors=True)
        making = packed / "making"
        sources = shutil.ignore_patterns("*.py", "*.md", "css")
        shutil.copytree(app.static_folder or "", making, ignore=sources)
        compressor = Compressor(quiet=True)
        for path in [p for p in making.rglob("*") if p.is_file()]:
            if compressor.should_compress(path.name):
                list(compressor.compress(str(path)))
        making.rename(here)
    return WhiteNoise(
        app, root=str(here), prefix=prefix, max_age=365 * 24 * 3600, add_headers_function=_honest
    )


def _honest(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
