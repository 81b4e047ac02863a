"""The refusals of the house. Each has a status and a sentence in the user's language."""


class Refused(Exception):
    """The thing is not in a state that allows this (409). The text is shown to the user.

    `fields` may name form fields with their own sentence: {"uscc": "…"}.
    """

    status = 409

    def __init__(self, text: str, *, fields: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.text = str(text)
        self.fields = fields or {}


class Forbidden(Refused):
    """The person may not do this (403)."""

    status = 403


class OutOfScope(Forbidden):
    """A row was written where its writer may not see it."""


class Unscoped(RuntimeError):
    """A programming error: rows with customer data were asked for without a viewer."""


__all__ = ["Forbidden", "OutOfScope", "Refused", "Unscoped"]
