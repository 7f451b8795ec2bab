"""What a proposal would change of the rankings."""

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import value_of
from governance.acts.proposals import SetRanking
from governance.proposals import Proposal
from governance.rankings import FOLLOWING, FORMULAS, RANKINGS, Rankings


class WeightChange(Struct, frozen=True):
    """The points of one term of a formula: in force now and proposed, None where the ranking is not offered."""

    name: str
    standing: int | None
    value: int | None


class RankingChange(Struct, frozen=True):
    """Another version of a ranking, or its end where `offered` is False; `first`: readers meet it first from then on.

    `standing_first` is the ranking that readers who choose nothing meet now.
    """

    ranking: str
    offered: bool
    first: bool
    standing_first: str
    weights: tuple[WeightChange, ...]


async def rankings_in_force(tx: Tx) -> Rankings:
    """The rankings that are offered now."""
    rankings = await value_of(tx, Rankings, RANKINGS)
    assert rankings is not None, "a founded square has rankings"
    return rankings


async def show_ranking_change(tx: Tx, proposal: Proposal, change: SetRanking) -> RankingChange:
    """What a proposal would change, against what stands; once it is law, nothing stands against it."""
    known = await rankings_in_force(tx)
    formula = known.formula(change.ranking) if proposal.status != "enacted" else None
    standing = {weight.name: weight.value for weight in formula.weights} if formula is not None else {}
    values = {weight.name: weight.value for weight in change.weights}
    return RankingChange(
        ranking=change.ranking,
        offered=bool(change.weights) or change.ranking == FOLLOWING,
        first=change.first,
        standing_first=known.first,
        weights=tuple(
            WeightChange(name, standing.get(name), values.get(name)) for name in FORMULAS.get(change.ranking, ())
        ),
    )
