"""The soft figures: what an outsider counts, each with its definition, in whole numbers and exact fractions."""

from collections.abc import Sequence

from msgspec import Struct

from governance.figures.delays import Delay, delays
from governance.figures.judged import Judged
from governance.figures.likeness import Consistency, consistency
from governance.figures.reversals import Reversals, reversals
from governance.figures.shares import Shares, shares


class Figures(Struct, frozen=True):
    """Every figure of a square at one time, Unix ms. `cases` are all, decided or not."""

    at: int
    cases: int
    consistency: Consistency
    reversals: tuple[Reversals, ...]
    delays: tuple[Delay, ...]
    shares: Shares


def figures(cases: Sequence[Judged], term: int, at: int, emergencies: int = 0) -> Figures:
    """Q1, Q2, Q5 and Q7 of these cases, which come in the order of their numbers; `term` is `decision`, in ms."""
    return Figures(
        at, len(cases), consistency(cases), reversals(cases), delays(cases, term, at), shares(cases, emergencies)
    )
