"""What every form shares: CSRF, tidy text, and one way to tell what is wrong."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field

from .text import tidy


def stripped(value: Any) -> Any:
    """Filter for one-line fields: half-width, no invisible characters, no line breaks."""
    return tidy(value) if isinstance(value, str) else value


def trimmed(value: Any) -> Any:
    """Filter for text areas: only the ends are cut, NUL characters go."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


class Form(FlaskForm):
    """A form that knows shape; models know rules."""

    def wrong(self) -> list[tuple[str, str, str]]:
        """(id of the control, label, message) for every error, in the order of the form."""
        return [line for field in self for line in _lines(field)]

    def accept(self, refusal: Any) -> None:
        """Put a refusal of the model beside the fields it names, or above the form."""
        for name, text in refusal.fields.items():
            self[name].errors = [*self[name].errors, text]
        if not refusal.fields:
            self.form_errors.append(refusal.text)


def _lines(field: Field) -> list[tuple[str, str, str]]:
    if hasattr(field, "entries"):
        return [line for entry in field.entries for line in _lines(entry)]
    if hasattr(field, "form"):
        return [line for inner in field.form for line in _lines(inner)]
    return [(field.id, str(field.label.text), str(error)) for error in field.errors]
