"""The doors of the room."""

from typing import Any

from crm.complaints import bp
from crm.complaints.words import DELIVERIES, KIND_NAMES, STATE_DOTS, STATE_NAMES

from . import acts, intake, letters, lists

__all__ = ["acts", "intake", "letters", "lists"]


@bp.context_processor
def _names() -> dict[str, Any]:
    """What the columns of a row are called on the screen."""
    return {
        "opinion_kinds": KIND_NAMES,
        "opinion_states": STATE_NAMES,
        "opinion_dots": STATE_DOTS,
        "deliveries": DELIVERIES,
    }
