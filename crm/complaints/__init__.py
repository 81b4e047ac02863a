"""Floor 7: complaints, suggestions and judgements, from the intake to the answer and the end."""

from flask import Blueprint

from crm.accounts import Perm
from crm.kernel import seams
from crm.kernel.languages import lazy_gettext as _l

bp = Blueprint("complaints", __name__, url_prefix="/complaints")

from . import hearers, holding, views
from .models import Finding, Instruction, Opinion, OpinionFile, Reply

seams.panel("customer", "complaints", _l("投诉"), "complaints.of_customer", perm=Perm.OPINION_READ)

__all__ = ["Finding", "Instruction", "Opinion", "OpinionFile", "Reply", "bp"]
