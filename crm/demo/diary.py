"""The weeks before today as an office lived them: what happened, in the order in which it happened."""

import heapq
from collections.abc import Callable
from datetime import date, datetime

from crm.kernel import clock
from crm.workdays import calendar

Deed = Callable[[datetime], None]


class Diary:
    """Days count backwards: day 0 is the last working day that is over, day 1 the one before."""

    def __init__(self) -> None:
        self._deeds: list[tuple[datetime, int, Deed]] = []
        self._noted = 0
        self._calendar = calendar()
        now = clock.now()
        office = clock.local(now)
        over = office.hour >= 18 and self._calendar.is_working(office.date())
        self.last: date = office.date() if over else self._calendar.add(office.date(), -1)

    def day(self, back: int) -> date:
        """The date of that working day; a negative one has not come yet."""
        return self._calendar.add(self.last, -back)

    def at(self, back: int, hour: int, minute: int = 0) -> datetime:
        return clock.at_office(self.day(back), hour, minute)

    def note(self, back: int, hour: int, minute: int, deed: Deed) -> None:
        """Plan `deed` for that moment. Of several at one moment the one noted first is first."""
        self._noted += 1
        heapq.heappush(self._deeds, (self.at(back, hour, minute), self._noted, deed))

    def live(self) -> None:
        """Do everything in its order; deeds may note further ones, for later moments."""
        while self._deeds:
            at, _number, deed = heapq.heappop(self._deeds)
            deed(at)
