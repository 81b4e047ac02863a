"""Which archives a week's lot falls on: anybody can work it out again (ARC-13)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from hashlib import sha256

#: an archive is not drawn again for so long while others are left
REST = timedelta(weeks=8)
#: after the reminder its owner has so long before the leader is shown what is still open
SHOWN_AFTER = timedelta(hours=24)
#: weeks one may count over
PERIODS = (4, 12, 26, 52)


def monday_of(day: date) -> date:
    """The Monday of that day's week."""
    return day - timedelta(days=day.weekday())


def drawn(
    ids: Iterable[int], last: Mapping[int, date], *, week: date, department_id: int, size: int
) -> list[int]:
    """The `size` archives this week's lot falls on, in the lot's order.

    `last`: the week in which an archive was drawn before. Those that rest come last, the longest rested
    first. The lot is a digest of week, department and archive: nobody chooses it, everybody can check it.
    """

    def place(id_: int) -> tuple[date, str]:
        before = last.get(id_)
        resting = before if before is not None and week - before < REST else date.min
        return resting, sha256(f"{week.isoformat()}:{department_id}:{id_}".encode()).hexdigest()

    return sorted(set(ids), key=place)[: max(size, 0)]


def share(good: int, back: int) -> int | None:
    """Good ones per cent of those judged; None where none was."""
    return round(100 * good / (good + back)) if good + back else None
