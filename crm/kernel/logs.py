"""One JSON line a record, on standard error; no form values, no customer data."""

import json
import logging
import sys
import uuid
from typing import Any

from flask import Flask, g, has_request_context, request


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "text": record.getMessage(),
        }
        if has_request_context():
            line |= {
                "method": request.method,
                "endpoint": request.endpoint or "",
                "user": getattr(g.get("user"), "id", None),
            }
        if reference := getattr(record, "reference", None):
            line["reference"] = reference
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def new_reference() -> str:
    """A short number that stands on the error page and in the log."""
    return uuid.uuid4().hex[:10].upper()


def init_app(app: Flask) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    app.logger.handlers = [handler]
    app.logger.propagate = False
