"""Rankings: which formulas are offered beside the order of time, and what readers meet first (POLICY article 12).

The formulas themselves are the program's (app/feeds/); a vote gives them their weights.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from governance.acts.proposals import SetRanking, Weight
from governance.errors import Refused
from governance.state import Changes, State

RANKINGS: Final = "rankings"
FOLLOWING: Final = "following"
"""The order of time among those whom a reader follows: no formula, and never taken away."""

FORMULAS: Final[Mapping[str, tuple[str, ...]]] = {"lively": ("replies", "boosts", "favourites", "age", "again")}
"""The rankings that the program knows, and the weights of each in their order."""


class Formula(Struct, frozen=True, gc=False):
    """A ranking as a vote adopted it: its version, entry and proposal; without weights it is offered no longer."""

    ranking: str
    version: int
    entry: int
    proposal: int
    weights: tuple[Weight, ...]


class Rankings(Struct, frozen=True, gc=False):
    """What is offered, and which readers who choose nothing meet first; key: RANKINGS."""

    first: str
    formulas: tuple[Formula, ...]

    def formula(self, ranking: str) -> Formula | None:
        """The formula of a ranking that is offered."""
        return next((one for one in self.formulas if one.ranking == ranking and one.weights), None)


def rankings_of(state: State) -> Rankings:
    """The rankings of a founded square."""
    rankings = state[Rankings, RANKINGS]
    assert rankings is not None, "a founded square has rankings"
    return rankings


def check_set_ranking(state: State, change: SetRanking) -> None:
    """A ranking that the program knows gets all its weights or none, and what comes first is offered."""
    if change.ranking == FOLLOWING:
        if change.weights or not change.first:
            raise Refused("ranking-2", "the order of time has no weights, and can only be what readers meet first")
    elif change.ranking not in FORMULAS:
        raise Refused("ranking-2", "this program knows no ranking %(ranking)s", ranking=change.ranking)
    elif not change.weights and change.first:
        raise Refused("ranking-2", "what is offered no longer cannot be what readers meet first")
    elif change.weights and tuple(weight.name for weight in change.weights) != FORMULAS[change.ranking]:
        names = ", ".join(FORMULAS[change.ranking])
        raise Refused("ranking-2", "the ranking takes these weights, each once, in this order: %(names)s", names=names)
    if _is_so(rankings_of(state), change):
        raise Refused("propose-2", "this is how the rankings are already")


def _is_so(rankings: Rankings, change: SetRanking) -> bool:
    formula = rankings.formula(change.ranking)
    weights = formula.weights if formula is not None else ()
    return weights == change.weights and (rankings.first == change.ranking) == change.first


def is_chronological(change: SetRanking) -> bool:
    """Whether the order of time stays, or becomes again, what readers meet first (POLICY [ranking-1])."""
    return change.ranking == FOLLOWING or not change.first


def apply_set_ranking(state: State, change: SetRanking, index: int, proposal: int) -> Changes:
    """Another version of the ranking is offered, or none."""
    known = rankings_of(state)
    first = change.ranking if change.first else FOLLOWING if known.first == change.ranking else known.first
    if change.ranking == FOLLOWING:
        return {(Rankings, RANKINGS): Rankings(first, known.formulas)}
    before = next((one for one in known.formulas if one.ranking == change.ranking), None)
    adopted = Formula(change.ranking, before.version + 1 if before else 1, index, proposal, change.weights)
    others = (one for one in known.formulas if one.ranking != change.ranking)
    formulas = tuple(sorted((*others, adopted), key=lambda one: one.ranking))
    return {(Rankings, RANKINGS): Rankings(first, formulas)}
