"""The tables of the archive."""

from .changes import ChangeItem, ChangeRequest, FieldChange, FreeField, Subscription
from .channels import SourceChannel
from .checks import SpotCheck, leaders_of
from .customer import Customer, CustomerAccess
from .imports import ImportBatch, ImportRow
from .life import CustomerState, Grade
from .parts import BelongsToCustomer, ChapterValues, Contact, CustomerFile, GradeChange, Need
from .sharing import Allocation, AllocationLine, Weight

__all__ = [
    "Allocation",
    "AllocationLine",
    "BelongsToCustomer",
    "ChangeItem",
    "ChangeRequest",
    "ChapterValues",
    "Contact",
    "Customer",
    "CustomerAccess",
    "CustomerFile",
    "CustomerState",
    "FieldChange",
    "FreeField",
    "Grade",
    "GradeChange",
    "ImportBatch",
    "ImportRow",
    "Need",
    "SourceChannel",
    "SpotCheck",
    "Subscription",
    "Weight",
    "leaders_of",
]
