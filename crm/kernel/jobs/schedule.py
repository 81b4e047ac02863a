"""When a job is due, as pure functions of time: slots are moments that every process counts alike."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.kernel.clock import at_office, local

#: a stop is caught up this far back
CAUGHT_UP = timedelta(days=7)

_MIDNIGHT = at_office(date(2000, 1, 1), 0)


@dataclass(frozen=True)
class Every:
    """Once in each interval, counted from an office midnight."""

    interval: timedelta

    def __post_init__(self) -> None:
        if self.interval < timedelta(seconds=1):
            raise ValueError("a job runs once a second at most")

    def newest(self, until: datetime) -> datetime:
        """The last slot that is not after `until`."""
        return _MIDNIGHT + (until - _MIDNIGHT) // self.interval * self.interval

    def next(self, after: datetime) -> datetime:
        return self.newest(after) + self.interval

    def slots(self, after: datetime, until: datetime) -> list[datetime]:
        """The slots after `after` up to and with `until`, in order."""
        slot, found = self.next(after), []
        while slot <= until:
            found.append(slot)
            slot += self.interval
        return found

    def missed(self, _since: datetime | None, now: datetime) -> list[datetime]:
        """What is to be made good at `now`: the newest slot stands for all before it."""
        return [self.newest(now)]


@dataclass(frozen=True)
class Daily:
    """At an hour of the office's clock, every day or on one weekday (0 is Monday)."""

    hour: int
    minute: int
    weekday: int | None = None

    @classmethod
    def at(cls, text: str, weekday: int | None = None) -> "Daily":
        """`text`: "08:30"."""
        moment = datetime.strptime(text, "%H:%M")  # noqa: DTZ007  an hour, no moment
        if weekday is not None and weekday not in range(7):
            raise ValueError("a weekday is 0 (Monday) to 6")
        return cls(moment.hour, moment.minute, weekday)

    def newest(self, until: datetime) -> datetime:
        return self.slots(until - timedelta(days=8), until)[-1]

    def next(self, after: datetime) -> datetime:
        return self.slots(after, after + timedelta(days=8))[0]

    def slots(self, after: datetime, until: datetime) -> list[datetime]:
        day, last = local(after).date(), local(until).date()
        found = []
        while day <= last:
            if self.weekday in (None, day.weekday()):
                slot = at_office(day, self.hour, self.minute)
                if after < slot <= until:
                    found.append(slot)
            day += timedelta(days=1)
        return found

    def missed(self, since: datetime | None, now: datetime) -> list[datetime]:
        """Each slot from its first run `since`, a week back at most; where the job never ran, the newest."""
        if since is None:
            return [self.newest(now)]
        return self.slots(max(since - timedelta(microseconds=1), now - CAUGHT_UP), now)


Schedule = Every | Daily
