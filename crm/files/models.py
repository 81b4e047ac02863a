"""What is stored: bytes by their SHA-256."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from crm.kernel.database import Base


class StoredFile(Base):
    """One content, kept once. Names and rights belong to the room that refers to it."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]  # bytes
    mime: Mapped[str]
    stored_at: Mapped[datetime]  # last time somebody brought it
