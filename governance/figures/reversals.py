"""Q2: how often decisions are reversed, by rule and moderator."""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import comb, isqrt

from msgspec import Struct

from governance.figures.judged import Judged, Share

LEAST = 10
"""Decisions below which no interval and no test are given: so few say nothing."""

MILLION = 10**6
"""Bounds of intervals are whole parts per million, the lower rounded down and the upper up."""

Z = Fraction(49, 25)
"""The quantile of a 95 % interval, 1.96."""

DISCOVERY = Fraction(1, 20)
"""The share of false alarms among those marked that the procedure allows (Benjamini and Hochberg 1995)."""


class Reversals(Struct, frozen=True):
    """Decisions by one moderator under one rule, and how many of them an appeal reversed.

    `low` and `high` bound the share of reversals in parts per million (Wilson, 95 %), -1 where there are too few
    decisions. `marked`: more are reversed than chance explains, given all decisions under the rule.
    """

    label: str
    rule: int
    decider: str
    reversed: Share
    low: int
    high: int
    marked: bool


def reversals(cases: Iterable[Judged]) -> tuple[Reversals, ...]:
    """Q2 (version 1), by rule and moderator in this order, of all decisions.

    Marked are, by the procedure of Benjamini and Hochberg at 1/20 over all rows of at least `LEAST` decisions, those
    whose number of reversals has too small a probability (Fisher's exact test, one-sided) among the rule's decisions.
    """
    made: Counter[tuple[int, str]] = Counter()
    undone: Counter[tuple[int, str]] = Counter()
    labels: dict[int, str] = {}
    for case in cases:
        labels[case.rule] = case.label
        if case.decided_at:
            made[case.rule, case.decider] += 1
            undone[case.rule, case.decider] += case.reversed
        if case.overruled:
            made[case.rule, case.overruled] += 1
            undone[case.rule, case.overruled] += 1
    of_rule = _sums(made), _sums(undone)
    tested = [
        (tail(undone[key], number, of_rule[1][key[0]], of_rule[0][key[0]]), key)
        for key, number in sorted(made.items())
        if number >= LEAST
    ]
    marked = discoveries([chance for chance, _ in tested])
    unlikely = {key for (_, key), is_marked in zip(tested, marked, strict=True) if is_marked}
    rows = []
    for key in sorted(made, key=lambda one: (one[0], _number(one[1]))):
        share = Share(undone[key], made[key])
        low, high = wilson(share) if share.whole >= LEAST else (-1, -1)
        rows.append(Reversals(labels[key[0]], key[0], key[1], share, low, high, key in unlikely))
    return tuple(rows)


def wilson(share: Share) -> tuple[int, int]:
    """The 95 % interval of Wilson (1927) around a share, in parts per million, rounded outwards."""
    part, whole = share.part, share.whole
    assert 0 <= part <= whole and whole > 0
    # (part + z²/2 ± z sqrt(part (whole - part) / whole + z²/4)) / (whole + z²), over common denominators.
    squared = Z * Z
    radicand = squared * (Fraction(part * (whole - part), whole) + squared / 4) * MILLION**2
    centre, scale = (part + squared / 2) * MILLION, whole + squared
    root = isqrt(radicand.numerator // radicand.denominator)
    low = (centre - root - 1) / scale
    high = (centre + root + 1) / scale
    return max(0, low.__floor__()), min(MILLION, high.__ceil__())


def tail(part: int, drawn: int, marked: int, whole: int) -> Fraction:
    """The probability that of `drawn` out of `whole`, `marked` of which are marked, at least `part` are marked."""
    assert 0 <= part <= drawn <= whole and 0 <= marked <= whole
    most = min(drawn, marked)
    if part <= max(0, drawn + marked - whole):
        return Fraction(1)
    ways = comb(marked, part) * comb(whole - marked, drawn - part)
    total = 0
    for number in range(part, most + 1):
        total += ways
        # From one more marked to the next, without computing each binomial coefficient anew.
        ways = ways * (marked - number) * (drawn - number) // ((number + 1) * (whole - marked - drawn + number + 1))
    return Fraction(total, comb(whole, drawn))


def discoveries(chances: Sequence[Fraction]) -> tuple[bool, ...]:
    """Which of these tests stand out when the share of false alarms is held at `DISCOVERY`."""
    in_order = sorted(range(len(chances)), key=lambda at: chances[at])
    last = 0
    for rank, at in enumerate(in_order, 1):
        if chances[at] <= DISCOVERY * rank / len(chances):
            last = rank
    found = set(in_order[:last])
    return tuple(at in found for at in range(len(chances)))


def _sums(counts: Counter[tuple[int, str]]) -> Counter[int]:
    sums: Counter[int] = Counter()
    for (rule, _), number in counts.items():
        sums[rule] += number
    return sums


def _number(decider: str) -> tuple[int, str]:
    """Moderators in the order of their numbers."""
    number = decider.partition(":")[2]
    return (int(number) if number.isdigit() else 0, decider)
