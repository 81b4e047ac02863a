"""The sentences of the clocks. Fifty clocks a page: each language's patterns are looked up once a process."""

from dataclasses import dataclass
from functools import lru_cache

from crm.kernel.languages import gettext as _
from crm.kernel.languages import locale


@dataclass(frozen=True, slots=True)
class Words:
    """Patterns in one language, filled with `%`."""

    days: str
    days_hours: str
    hours: str
    hours_minutes: str
    minutes: str
    calendar_days: str
    left: str
    left_tentative: str
    before: str
    today: str
    late: str
    due: str
    late_done: str
    in_time: str
    used: str
    until: str
    until_done: str
    prefixed: str

    def working(self, minutes: int, day: int, round_days: int) -> str:
        """Two units at most: 1 个工作日 8 小时, 5 小时 40 分, 18 分. `day`: working minutes of a day."""
        days, rest = divmod(minutes, day)
        if not days:
            return self.plain(rest)
        hours = rest // 60
        if not hours or days >= round_days:
            return self.days % {"n": days}
        return self.days_hours % {"n": days, "hours": hours}

    def plain(self, minutes: int) -> str:
        """Time on the wall: 2 天, 5 小时 40 分, 18 分."""
        if minutes >= 24 * 60:
            return self.calendar_days % {"n": minutes // (24 * 60)}
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self.minutes % {"n": max(rest, 1)}
        return self.hours_minutes % {"hours": hours, "n": rest} if rest else self.hours % {"hours": hours}


def words() -> Words:
    """The patterns in the reader's language."""
    return _words(locale())


@lru_cache(maxsize=8)
def _words(_locale: str) -> Words:
    return Words(
        days=_("%(n)s 个工作日"),
        days_hours=_("%(n)s 个工作日 %(hours)s 小时"),
        hours=_("%(hours)s 小时"),
        hours_minutes=_("%(hours)s 小时 %(n)s 分"),
        minutes=_("%(n)s 分"),
        calendar_days=_("%(n)s 天"),
        left=_("还剩 %(span)s"),
        left_tentative=_("还剩 %(span)s（暂定）"),
        before=_("%(date)s 前（暂定）"),
        today=_("今天到期"),
        late=_("逾期 %(span)s"),
        due=_("已到期"),
        late_done=_("逾期 %(span)s完成"),
        in_time=_("按时完成"),
        used=_("%(used)s（限 %(limit)s）"),
        until=_("截止 %(time)s"),
        until_done=_("截止 %(due)s，完成于 %(time)s"),
        prefixed=_("%(what)s%(clock)s"),
    )
