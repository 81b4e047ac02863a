"""The index's one table."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.kernel.database import Base


class SearchDoc(Base):
    """What can be found of one thing. Not scoped: see the room's docstring.

    `text` and `initials` are folded, one line a value; `terms` are the tokens of both, parted by blanks,
    which the index of either database is built on (ddl.py).
    """

    __tablename__ = "search_doc"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    thing_id: Mapped[int]
    text: Mapped[str]
    initials: Mapped[str] = mapped_column(default="")
    terms: Mapped[str]

    __table_args__ = (UniqueConstraint("kind", "thing_id"),)
