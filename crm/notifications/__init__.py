"""Floor 4: the inbox, what people were told. It knows no customer and no approval."""

from flask import Blueprint

bp = Blueprint("notifications", __name__, url_prefix="/inbox")

from . import views
from .models import Message, notify, unread_of

__all__ = ["Message", "bp", "notify", "unread_of"]
