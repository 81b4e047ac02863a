"""How much working time is left: the clocks of lists, heads and to-dos.

An office day has nine working hours, 09:00 to 18:00 without a lunch break, in Shanghai, where clocks have
not been moved since 1991. Lists show fifty clocks a page, so a clock is a few look-ups in a table.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crm.kernel.clock import at_office, local

from .calendar import Calendar
from .current import calendar as current
from .words import Words, words

OPENS, CLOSES = 9, 18
DAY = (CLOSES - OPENS) * 60  # working minutes
#: from so many working days on the hours no longer matter
ROUND_DAYS = 3

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_SHANGHAI = 8 * 60


@dataclass(frozen=True, slots=True)
class Clock:
    """What the macro `clock` draws. `kind`: ok, near, late, done, tentative; `iso`: office time."""

    kind: str
    text: str
    iso: str
    title: str
    due: datetime | date


def deadline(day: date, n: int, calendar: Calendar | None = None) -> datetime:
    """The end (18:00) of the n-th working day after `day`, in UTC (ARC-4)."""
    return at_office((calendar or current()).add(day, n), CLOSES)


def deadline_hours(start: datetime, hours: int, calendar: Calendar | None = None) -> datetime:
    """The moment by which `hours` working hours have gone since `start`, in UTC; a full day ends at 18:00."""
    days = calendar or current()
    whole, rest = divmod(_position(days, start) + hours * 60, DAY)
    if rest == 0:
        whole, rest = whole - 1, DAY
    # the day on which so many whole days have gone: counted on from the last one before that has them
    day = local(start).date()
    gone = days.rank(day.toordinal())
    target = days.add(day, whole - gone + (0 if days.is_working(day) else 1))
    return at_office(target, OPENS) + timedelta(minutes=rest)


def working_minutes(start: datetime, end: datetime, calendar: Calendar | None = None) -> int:
    """Working minutes from `start` to `end`; negative where `end` lies before."""
    days = calendar or current()
    return _position(days, end) - _position(days, start)


def clock(
    due: datetime | None,
    *,
    start: datetime | None = None,
    now: datetime,
    done_at: datetime | None = None,
    calendar: Calendar | None = None,
    prefix: str = "",
) -> Clock | None:
    """The clock of something due at `due` (aware); None where nothing is due.

    Near is the last quarter of the working time from `start`, or the day itself. What falls in a year whose
    holidays are not published is tentative. `prefix` says what of ("入册" gives 入册还剩 1 个工作日).
    """
    if due is None:
        return None
    say, days = words(), calendar or current()
    shown = local(due)
    due_text = f"{shown:%Y-%m-%d %H:%M}"
    if done_at is not None:
        kind, text = "done", _done(say, days, start, due, done_at)
        title = say.until_done % {"due": due_text, "time": f"{local(done_at):%Y-%m-%d %H:%M}"}
    else:
        kind, text = _late(say, days, due, now) if now > due else _ahead(say, days, start, due, now, shown)
        title = say.until % {"time": due_text}
    if prefix:
        text = say.prefixed % {"what": prefix, "clock": text}
    return Clock(kind, text, due_text.replace(" ", "T"), title, due)


def days_clock(
    due: date | None, today: date, *, done_on: date | None = None, prefix: str = ""
) -> Clock | None:
    """A clock of calendar days (OWN-3): 还剩 3 天, 今天到期, 逾期 1 天. Near from the day before."""
    if due is None:
        return None
    say = words()
    left = (due - (done_on or today)).days
    span = say.calendar_days % {"n": abs(left)}
    if done_on is not None:
        kind, text = "done", say.in_time if left >= 0 else say.late_done % {"span": span}
    elif left < 0:
        kind, text = "late", say.late % {"span": span}
    elif left == 0:
        kind, text = "near", say.today
    else:
        kind, text = "near" if left == 1 else "ok", say.left % {"span": span}
    if prefix:
        text = say.prefixed % {"what": prefix, "clock": text}
    iso = due.isoformat()
    return Clock(kind, text, iso, say.until % {"time": iso}, due)


def _position(days: Calendar, moment: datetime) -> int:
    """Working minutes between the begin of the calendar's table and `moment`."""
    gone = moment - _EPOCH
    day, minute = divmod(gone.days * 1440 + gone.seconds // 60 + _SHANGHAI, 1440)
    ordinal = day + _EPOCH_DAY
    before = days.rank(ordinal)
    if days.rank(ordinal + 1) == before:
        return before * DAY
    return before * DAY + min(max(minute - OPENS * 60, 0), DAY)


def _ahead(
    say: Words, days: Calendar, start: datetime | None, due: datetime, now: datetime, shown: datetime
) -> tuple[str, str]:
    end = _position(days, due)
    left = end - _position(days, now)
    today = (due - now).days == 0 and shown.day == local(now).day
    near = today or (start is not None and left * 4 <= end - _position(days, start))
    tentative = days.provisional(shown.date())
    if tentative and not near:
        return "tentative", say.before % {"date": shown.date().isoformat()}
    # due in a night or on a holiday: no working time is left, but time is
    span = _span(say, left) if left > 0 else say.plain(int((due - now).total_seconds()) // 60)
    return "near" if near else "ok", (say.left_tentative if tentative else say.left) % {"span": span}


def _late(say: Words, days: Calendar, due: datetime, now: datetime) -> tuple[str, str]:
    minutes = _position(days, now) - _position(days, due)
    if minutes <= 0:
        return "late", say.due
    if 60 <= minutes < DAY:
        minutes -= minutes % 60  # who is hours late does not count minutes
    return "late", say.late % {"span": _span(say, minutes)}


def _done(say: Words, days: Calendar, start: datetime | None, due: datetime, done_at: datetime) -> str:
    end, finished = _position(days, due), _position(days, done_at)
    if done_at > due:
        return say.late_done % {"span": _span(say, max(finished - end, 1))}
    begun = end if start is None else _position(days, start)
    if not begun < finished <= end:
        return say.in_time
    return say.used % {"used": _span(say, finished - begun), "limit": _span(say, end - begun)}


def _span(say: Words, minutes: int) -> str:
    return say.working(minutes, DAY, ROUND_DAYS)
