"""The colleagues one may name for an archive."""

from crm.accounts import Role, User, people_with


def archivists() -> list[User]:
    return people_with(Role.ARCHIVIST)


def custodians() -> list[User]:
    return people_with(Role.CUSTODIAN)


def salespeople(manager: User) -> list[User]:
    """Those at and below the manager's department."""
    return people_with(Role.SALESPERSON, below=manager.department.path)
