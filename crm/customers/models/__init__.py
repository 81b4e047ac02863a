"""The tables of the archive."""

from .channels import SourceChannel
from .customer import Customer, CustomerAccess
from .imports import ImportBatch, ImportRow
from .life import CustomerState, Grade
from .parts import BelongsToCustomer, ChapterValues, Contact, CustomerFile, GradeChange, Need

__all__ = [
    "BelongsToCustomer",
    "ChapterValues",
    "Contact",
    "Customer",
    "CustomerAccess",
    "CustomerFile",
    "CustomerState",
    "Grade",
    "GradeChange",
    "ImportBatch",
    "ImportRow",
    "Need",
    "SourceChannel",
]
