"""The ranking “lively”: what many people answer, pass on and like, while it is new, and no voice before all others.

The score of a post is a sum of whole numbers, and /rankings says it in words. `replies`, `boosts` and `favourites`
count people, each once a post, whose accounts are older than a day; what counts is how often their number has doubled:
0 for nobody, 1 for one, 2 for two or three, 3 for four to seven. `age` is taken off for each whole hour since the post
was written, `again` for each post of the same author that stands above it. Of two posts with one score the newer
stands first. Nothing else is read (POLICY [ranking-3]), and the same posts have the same scores for every reader.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Final

from msgspec import Struct

NAME: Final = "lively"
HOUR: Final = 3_600_000


class Facts(Struct, frozen=True, gc=False):
    """What the formula reads of a post; `created_at` in Unix ms."""

    post: int
    account: int
    created_at: int
    replies: int
    boosts: int
    favourites: int


class Part(Struct, frozen=True, gc=False):
    """A term of a score: how much there is of what it counts, and the points for that, negative where they come off."""

    name: str
    amount: int
    points: int


class Scored(Struct, frozen=True, gc=False):
    """A post at its place, with the sum and the terms of its score."""

    post: int
    score: int
    parts: tuple[Part, ...]


def doublings(people: int) -> int:
    """How often a number of people has doubled, begun with the first: 0, 1, 2, 2, 3, 3, 3, 3, 4 …"""
    return people.bit_length()


def rank(posts: Sequence[Facts], weights: Mapping[str, int], at: int) -> list[Scored]:
    """The posts in their places as of `at` (Unix ms), the first first."""
    above: Counter[int] = Counter()
    waiting = [_waiting(facts, weights, at, 0) for facts in posts]
    heapify(waiting)
    ranked: list[Scored] = []
    while waiting:
        _, _, known, facts = heappop(waiting)
        now = above[facts.account]
        if known < now:
            # Another post of this author was placed since: points only come off, so what is first stays first.
            heappush(waiting, _waiting(facts, weights, at, now))
            continue
        above[facts.account] += 1
        parts = parts_of(facts, weights, at, now)
        ranked.append(Scored(facts.post, sum(part.points for part in parts), parts))
    return ranked


def parts_of(facts: Facts, weights: Mapping[str, int], at: int, above: int) -> tuple[Part, ...]:
    """The terms of a post's score where so many posts of its author stand above it."""
    hours = max(0, at - facts.created_at) // HOUR
    return (
        Part("replies", facts.replies, weights["replies"] * doublings(facts.replies)),
        Part("boosts", facts.boosts, weights["boosts"] * doublings(facts.boosts)),
        Part("favourites", facts.favourites, weights["favourites"] * doublings(facts.favourites)),
        Part("age", hours, -weights["age"] * hours),
        Part("again", above, -weights["again"] * above),
    )


def _waiting(facts: Facts, weights: Mapping[str, int], at: int, above: int) -> tuple[int, int, int, Facts]:
    score = sum(part.points for part in parts_of(facts, weights, at, above))
    return -score, -facts.post, above, facts
