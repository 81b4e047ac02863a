"""Running numbers that people quote: SP-20261118-006, KH-2026-0402."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, db


class Counter(Base):
    """The last number given out under a name."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


def take(name: str, count: int = 1) -> int:
    """The first of `count` numbers in a row under `name`; given back if the transaction fails."""
    dialect: Any = {"postgresql": postgresql, "sqlite": sqlite}[db.engine.dialect.name]
    insert = dialect.insert(Counter).values(name=name, value=count)
    upsert = insert.on_conflict_do_update(
        index_elements=[Counter.name], set_={"value": Counter.value + insert.excluded.value}
    ).returning(Counter.value)
    last: int = db.session.execute(upsert).scalar_one()
    return last - count + 1


def numbered(prefix: str, period: str, *, width: int = 3) -> str:
    """The next number of a series: numbered("SP", "20261118") gives SP-20261118-001."""
    return f"{prefix}-{period}-{take(f'{prefix}-{period}'):0{width}d}"
