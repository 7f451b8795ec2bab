"""Q5: how long cases wait for a decision."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from governance.figures.judged import Judged, Share


class Delay(Struct, frozen=True):
    """How long the cases under one rule waited, those without a decision among them.

    `median` is the least number of ms within which half of all cases are decided (Kaplan and Meier 1958: an open case
    counts for as long as it has been waiting), -1 where the wait is too short to tell. `in_time` are those decided
    within the term `decision` of those that are decided or whose term is over.
    """

    label: str
    rule: int
    decided: int
    open: int
    median: int
    in_time: Share


def delays(cases: Iterable[Judged], term: int, at: int) -> tuple[Delay, ...]:
    """Q5 (version 1), by rule; `term` in ms, open cases are counted as they wait at the time `at`, Unix ms."""
    by_rule: defaultdict[int, list[Judged]] = defaultdict(list)
    for case in cases:
        by_rule[case.rule].append(case)
    return tuple(_of_rule(by_rule[rule], term, at) for rule in sorted(by_rule))


def _of_rule(cases: Sequence[Judged], term: int, at: int) -> Delay:
    waits = sorted(case.decided_at - case.opened_at for case in cases if case.decided_at)
    waiting = sorted(max(0, at - case.opened_at) for case in cases if not case.decided_at)
    in_time = sum(wait <= term for wait in waits)
    over = sum(wait > term for wait in waiting)
    return Delay(
        label=cases[-1].label,
        rule=cases[0].rule,
        decided=len(waits),
        open=len(waiting),
        median=median(waits, waiting),
        in_time=Share(in_time, len(waits) + over),
    )


def median(waits: Sequence[int], waiting: Sequence[int]) -> int:
    """The median of Kaplan and Meier of waits that ended, and of waits that have not; both in order. -1 for none.

    The share still waiting is a product of (at risk - ended) / at risk; as long as nobody leaves unanswered, what is
    at risk next is what was left, so the product is kept as one fraction of two whole numbers without rounding.
    """
    risk = len(waits) + len(waiting)
    numerator = denominator = 1
    began = risk
    left = 0
    at = 0
    while at < len(waits):
        wait = waits[at]
        censored = left
        while censored < len(waiting) and waiting[censored] < wait:
            censored += 1
        if censored > left:
            numerator, denominator = numerator * risk, denominator * began
            risk -= censored - left
            began, left = risk, censored
        ended = at
        while ended < len(waits) and waits[ended] == wait:
            ended += 1
        risk -= ended - at
        if 2 * numerator * risk <= denominator * began:
            return wait
        at = ended
    return -1
