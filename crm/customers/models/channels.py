"""Source channels (ARC-3)."""

from sqlalchemy.orm import Mapped, mapped_column

from crm.kernel.database import Base


class SourceChannel(Base):
    """How we come to know customers (ARC-3). Administrators add; what is used is only switched off."""

    __tablename__ = "source_channel"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
