"""The sample company: founded in its tree, its people hired."""

from datetime import datetime

from crm.accounts import ROLE_NAMES, Company, Department, User
from crm.audit import record
from crm.kernel.database import db

from .cast import COMPANY, DEPARTMENTS, PEOPLE

ADDRESS = {"address": "云岚省云州市科创路 88 号", "phone": "0900-8800 8800"}


def found(password_hash: str, *, at: datetime) -> dict[str, User]:
    """Company, departments and the cast, everybody with the same password; people by user name."""
    company = Company(id=1, demo=True, **COMPANY, **ADDRESS)
    db.session.add(company)
    record("company:set_up", company, by=None, at=at, name=company.name)
    placed: dict[str | None, Department] = {None: None}  # type: ignore[dict-item]
    for name, kind, above in DEPARTMENTS:
        placed[name] = Department.add(name, kind, parent=placed[above], by=None, at=at)
    people = {}
    for number, (username, name, department, role) in enumerate(PEOPLE):
        people[username] = User.hire(
            username,
            name=name,
            title=str(ROLE_NAMES[role]),
            phone=f"1390000{number + 1:04d}",
            department=placed[department],
            roles={role},
            password_hash=password_hash,
            must_change=False,
            by=None,
            at=at,
        )
    db.session.flush()
    return people
