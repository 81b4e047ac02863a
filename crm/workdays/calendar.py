"""Which days are worked, as a value: no database, no today.

Counting is by rank: how many working days lie before a day. Ranks come from one table of running sums,
so that adding and counting days cost the same over a week and over ten years.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType
from typing import Any

#: years counted day by day; outside of them Monday to Friday are worked
FIRST, LAST = 2010, 2040
_BEGIN = date(FIRST, 1, 1).toordinal()
_END = date(LAST + 1, 1, 1).toordinal()

_NONE: Mapping[date, bool] = MappingProxyType({})


class Calendar:
    """The published calendar with a company's own `overrides` (day: worked or not).

    `checked`: years that somebody compared with the State Council's notice, so that they are no longer
    provisional although the notice is not part of this version.
    """

    def __init__(self, overrides: Mapping[date, bool] = _NONE, checked: Iterable[int] = ()) -> None:
        self.overrides = dict(overrides)
        flags, published = _published()
        self._certain = published | frozenset(checked)
        if overrides:
            flags = bytearray(flags)
            for day, working in overrides.items():
                if _BEGIN <= day.toordinal() < _END:
                    flags[day.toordinal() - _BEGIN] = working
        self._sums = list(accumulate(flags, initial=0))

    def is_working(self, day: date) -> bool:
        """Whether that day is worked, make-up days and overrides included."""
        ordinal = day.toordinal()
        return self.rank(ordinal + 1) > self.rank(ordinal)

    def next_working(self, day: date) -> date:
        """The first working day after `day` (ARC-5)."""
        return self.add(day, 1)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which itself does not count; before it where n < 0 (ARC-4)."""
        if n == 0:
            return day
        ordinal = day.toordinal()
        first = self.rank(ordinal + 1) - 1 if n > 0 else self.rank(ordinal)
        return self._day(first + n)

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative backwards."""
        return self.rank(end.toordinal() + 1) - self.rank(start.toordinal() + 1)

    def provisional(self, day: date) -> bool:
        """Whether that year's holidays are not known for certain: what falls there is 暂定."""
        return day.year not in self._certain

    def rank(self, ordinal: int) -> int:
        """How many working days lie before that day (`date.toordinal()`), from the begin of the table."""
        if ordinal < _BEGIN:
            return _weekdays(ordinal) - _weekdays(_BEGIN)
        if ordinal > _END:
            return self._sums[-1] + _weekdays(ordinal) - _weekdays(_END)
        return self._sums[ordinal - _BEGIN]

    def _day(self, rank: int) -> date:
        """The working day that has `rank` working days before it."""
        if rank < 0:
            return _weekday(_weekdays(_BEGIN) + rank)
        if rank >= self._sums[-1]:
            return _weekday(_weekdays(_END) + rank - self._sums[-1])
        return date.fromordinal(_BEGIN + bisect_left(self._sums, rank + 1) - 1)


def _weekdays(ordinal: int) -> int:
    """Mondays to Fridays before that day, counted from the year 1, which began on a Monday."""
    weeks, rest = divmod(ordinal - 1, 7)
    return 5 * weeks + min(rest, 5)


def _weekday(number: int) -> date:
    weeks, rest = divmod(number, 5)
    return date.fromordinal(1 + 7 * weeks + rest)


@lru_cache(maxsize=1)
def _published() -> tuple[bytearray, frozenset[int]]:
    """A flag for each day of the table, and the years whose notice is known.

    Where the notice is not known, the statutory holidays alone are free: each notice so far also moved
    days, and a year without a moved day has none.
    """
    known = china(range(FIRST, LAST + 1))
    make_up = known.weekend_workdays
    flags = bytearray(
        day in make_up or (day.weekday() < 5 and day not in known)
        for day in map(date.fromordinal, range(_BEGIN, _END))
    )
    return flags, frozenset(day.year for day in make_up)


def china(years: Iterable[int], language: str = "zh_CN") -> Any:
    """The holidays of those years: a mapping of day to name, with `weekend_workdays`."""
    from holidays import country_holidays  # takes a fifth of a second, and not every command needs it

    return country_holidays("CN", years=years, language=language)
