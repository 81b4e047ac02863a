"""The people every test talks about: `cast.salesperson` is 陈知远 of 销售一部."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.accounts import ROLE_NAMES, Company, Department, User, UserRole
from crm.accounts.passwords import hash_password
from crm.demo.cast import COMPANY, DEPARTMENTS, PEOPLE

PASSWORD = "kedang-test-1"  # of every person in the cast
HIRED = datetime(2024, 1, 2, 1, tzinfo=UTC)

#: ids as `seed` gives them: {"salesperson": 1, …}
IDS = {username: number for number, (username, *_) in enumerate(PEOPLE, 1)}
DEPARTMENT_IDS = {name: number for number, (name, *_) in enumerate(DEPARTMENTS, 1)}


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def seed(session: Session) -> None:
    """Write the company, its departments and its people."""
    session.add(Company(id=1, **COMPANY))
    placed: dict[str | None, Department] = {}
    for name, kind, above in DEPARTMENTS:
        placed[name] = department = Department(name=name, kind=kind, parent=placed.get(above))
        session.add(department)
        session.flush()
        department.place()
    for username, name, department_name, role in PEOPLE:
        session.add(
            User(
                username=username,
                name=name,
                title=str(ROLE_NAMES[role]),
                department=placed[department_name],
                password_hash=_hash(),
                created_at=HIRED,
                role_rows=[UserRole(role=role)],
            )
        )
        session.flush()


class Cast:
    """The people of one test, by user name: `cast.salesperson`, `cast["sales_manager2"]`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __getitem__(self, username: str) -> Any:
        return self._session.scalars(select(User).where(User.username == username)).one()

    def __getattr__(self, username: str) -> Any:
        if username not in IDS:
            raise AttributeError(username)
        return self[username]

    def department(self, name: str) -> Any:
        """The department of that name: cast.department("销售一部")."""
        return self._session.scalars(select(Department).where(Department.name == name)).one()
