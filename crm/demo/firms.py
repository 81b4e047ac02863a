"""Invented companies: the values an entry form would have, always the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from stdnum.cn import uscc

from crm.customers.archive.fields import ASKED, CHOICES, PERSONS

from . import words
from .words import CHAPTERS, SEALED, TRAITS

WAN = 1_000_000  # 分


@dataclass
class Firm:
    """What is known of one company when it is entered."""

    values: dict[str, Any]
    contacts: list[dict[str, str]]


def firms(count: int, rng: Random, today: date) -> Iterator[Firm]:
    """`count` companies, no two with the same name or licence number."""
    calls = [head + tail for head in words.HEADS for tail in words.TAILS]
    rng.shuffle(calls)
    for number, call in enumerate(calls[:count]):
        yield _firm(number, call, rng, today)


def _firm(number: int, call: str, rng: Random, today: date) -> Firm:
    town = rng.choices(list(words.TOWNS), weights=(45, 35, 12, 8))[0]
    trade = rng.choice(list(words.TRADES))
    ending, form, _weight = rng.choices(words.FORMS, weights=[f[2] for f in words.FORMS])[0]
    full = rng.uniform(0.15, 1.0)  # how thoroughly this one was asked
    values: dict[str, Any] = {f.key: None for f in ASKED}
    values |= _basics(number, f"{town}{call}{trade}{ending}", town, trade, form, rng, today)
    values |= _need(trade, rng, today)
    _leave_gaps(values, full, rng)
    for table in (CHAPTERS, SEALED):
        values |= {key: rng.choice(texts) for key, texts in table.items() if rng.random() < full}
    for key, choice in (("potential", "potential"), ("attitude", "attitude"), ("competition", "competition")):
        if rng.random() < full:
            values[key] = rng.choice(list(CHOICES[choice]))
    for person in PERSONS:
        if rng.random() < full:
            values[f"{person}_name"] = person_name(rng)
            for trait, texts in TRAITS.items():
                if rng.random() < full * 0.6:
                    values[f"{person}_{trait}"] = rng.choice(texts)
    return Firm(values, list(_contacts(number, rng)))


def _basics(
    number: int, name: str, town: str, trade: str, form: str, rng: Random, today: date
) -> dict[str, Any]:
    prefix, area = words.TOWNS[town]
    staff = rng.choice((12, 25, 40, 60, 85, 120, 160, 240, 380, 520, 900, 1600))
    founded = today - timedelta(days=rng.randint(700, 11_000))
    trading = founded + timedelta(days=rng.randint(300, 3000))
    return {
        "name": name,
        "nature": rng.choices(("ordinary", "special", "partner"), weights=(88, 6, 6))[0],
        "uscc": licence(prefix, number, rng),
        "form": form,
        "industry": words.TRADES[trade][0],
        "staff": staff,
        "yearly_revenue_fen": staff * rng.randint(30, 120) * WAN,
        "province": words.PROVINCE,
        "city": town,
        "phone": f"{area}88{number:06d}",
        "address": f"{town}市{rng.choice(words.ROADS)} {rng.randint(1, 399)} 号",
        "founded_on": founded,
        "trading_since": trading if trading < today and rng.random() < 0.55 else None,
        "assets": staff * rng.randint(20, 90) * WAN,
    }


def _leave_gaps(values: dict[str, Any], full: float, rng: Random) -> None:
    optional = (
        "form",
        "yearly_revenue_fen",
        "phone",
        "founded_on",
        "assets",
        "need_pain",
        "need_influencers",
    )
    for key in optional:
        if rng.random() > full + 0.2:
            values[key] = None


def _need(trade: str, rng: Random, today: date) -> dict[str, Any]:
    _industry, _made, product, unit = words.TRADES[trade]
    target = today + timedelta(days=rng.randint(40, 320))
    count = rng.choice((2, 3, 4, 6, 8, 12, 16, 24))
    low = count * rng.randint(2, 9) * WAN
    when = f"{target.year}年{target.month}月底"
    return {
        "need_text": rng.choice(words.NEED_TEXTS).format(n=count, unit=unit, product=product, when=when),
        "need_target_on": target,
        "need_budget_low_fen": low,
        "need_budget_high_fen": low * 5 // 4,
        "need_intent": rng.choice(("high", "high", "middle", "low")),
        "need_pain": rng.choice(words.PAINS),
        "need_decider": f"{person_name(rng)}，{rng.choice(words.DECIDERS)}",
        "need_influencers": f"{person_name(rng)}，{rng.choice(words.TITLES)}",
    }


def _contacts(number: int, rng: Random) -> Iterator[dict[str, str]]:
    for place in range(rng.choices((1, 2, 3), weights=(55, 35, 10))[0]):
        yield {
            "name": person_name(rng),
            "title": rng.choice(words.TITLES),
            "phone": f"1380000{number * 3 + place + 1000:04d}",
            "email": "",
            "decides": rng.choice(("decides", "influences", "uses", "")),
        }


def licence(prefix: str, number: int, rng: Random) -> str:
    """A licence number that passes its check digit, of a district that does not exist."""
    organisation = "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _n in range(5))
    body = f"91{prefix}00MA{number:03d}{organisation[:4]}"[:17]
    return body + uscc.calc_check_digit(body)


def person_name(rng: Random) -> str:
    return rng.choice(words.SURNAMES) + rng.choice(words.GIVEN)
