"""A balanced sharing out: pure arithmetic (OWN-2)."""

import heapq
from collections.abc import Iterable, Mapping
from fractions import Fraction

#: what somebody can take on where nothing is said
ORDINARY = 5


def share_out(
    things: Iterable[int], present: Mapping[int, int], weights: Mapping[int, int]
) -> dict[int, int]:
    """Each thing to one of the people in `weights`, {thing: person}: always to whom one more weighs least.

    `present`: how many each has already; a person of weight 6 may have twice as many as one of weight 3.
    Afterwards nobody who was given something would, had it gone to another, stand lower than that other.
    The same question has the same answer.
    """
    if not weights:
        raise ValueError("nobody to share out among")
    counts = {person: present.get(person, 0) for person in weights}
    heap = [_load(person, counts, weights) for person in sorted(weights)]
    heapq.heapify(heap)
    given: dict[int, int] = {}
    for thing in sorted(set(things)):
        person = heap[0][-1]
        given[thing] = person
        counts[person] += 1
        heapq.heapreplace(heap, _load(person, counts, weights))
    return given


def _load(person: int, counts: Mapping[int, int], weights: Mapping[int, int]) -> tuple[Fraction, int, int]:
    """How much one more would weigh on them; among equals who has fewer, then who came first."""
    return Fraction(counts[person] + 1, weights[person]), counts[person], person
