"""The sample's companies would pass the entry form."""

from datetime import date
from random import Random

from crm.customers.alike.likeness import name_key
from crm.customers.archive.rules import licence_fault, phone_fault
from crm.customers.need.assessing import assess
from crm.demo.firms import Firm, firms

TODAY = date(2026, 11, 20)


def made(count: int = 300) -> list[Firm]:
    return list(firms(count, Random(7), TODAY))


def test_the_same_seed_makes_the_same_companies() -> None:
    assert [f.values for f in made()] == [f.values for f in made()]


def test_no_two_are_the_same_company() -> None:
    companies = made()
    assert len(companies) == 300
    assert len({name_key(f.values["name"]) for f in companies}) == 300
    assert len({f.values["uscc"] for f in companies}) == 300


def test_their_numbers_are_right() -> None:
    for firm in made():
        assert licence_fault(firm.values["uscc"]) is None
        assert not firm.values["phone"] or phone_fault(firm.values["phone"]) is None
        assert all(phone_fault(c["phone"]) is None for c in firm.contacts)


def test_their_needs_are_concrete() -> None:
    for firm in made():
        needed = assess(firm.values["need_text"], firm.values["need_target_on"], today=TODAY)
        assert needed.concrete, (firm.values["need_text"], needed)
