"""The colleagues one may name for an archive."""

from crm.accounts import Role, User, people_with
from crm.customers.models.belonging import line_of


def archivists() -> list[User]:
    return people_with(Role.ARCHIVIST)


def custodians() -> list[User]:
    return people_with(Role.CUSTODIAN)


def salespeople(manager: User) -> list[User]:
    """Those this manager assigns customers to: of the department, for a branch manager of the branch."""
    return people_with(Role.SALESPERSON, below=line_of(manager))
