"""Precedents: what was decided before about texts like this one, shown to whoever decides (POLICY [rank-3])."""

from typing import Final

from msgspec import Struct

from app.outcomes import Stands, appeals_against, standing_of
from app.store.cases import cases_among, decided_under, versions_among
from app.store.engines import Tx
from app.store.ledger import openings_of
from app.store.modlog import appeals_in
from app.store.orders import unshown_among
from app.store.seen import for_few_among
from governance.acts.words import SanctionOrNone
from governance.cases import Case
from governance.figures.judged import Share
from governance.figures.likeness import shingles, words_of

SHOWN: Final = 5
LOOKED_AT: Final = 1_000
"""The latest decided cases under the rule, among which the most similar are sought."""


class Precedent(Struct, frozen=True):
    """A decided case under the same rule; `alike`: of its and this text's runs of three words those that both have."""

    case: int
    sanction: SanctionOrNone
    stands: Stands
    decided_at: int
    alike: Share
    text: str


async def precedents_of(tx: Tx, number: int, case: Case, now: int) -> tuple[Precedent, ...]:
    """The decided cases under the rule whose texts are most like this one's, the most similar first.

    They are for who decides: among them may be texts that are withheld from others, and none that were for few.
    """
    numbers = [other for other in await decided_under(tx, case.rule, LOOKED_AT) if other != number]
    texts = {row.entry: row.value for row in await openings_of(tx, [number, *numbers]) if row.field == "content"}
    if number not in texts:
        return ()
    mine = shingles(words_of(texts.pop(number)))
    alike = {other: _common(mine, shingles(words_of(text))) for other, text in texts.items()}
    # Of texts that are equally alike the later decision says better how the rule is read now.
    nearest = sorted((other for other in alike if alike[other].part), key=lambda o: (alike[o].fraction, o))
    return await _told(tx, nearest[: -SHOWN - 1 : -1], alike, texts, now)


async def _told(
    tx: Tx, numbers: list[int], alike: dict[int, Share], texts: dict[int, str], now: int
) -> tuple[Precedent, ...]:
    cases = await cases_among(tx, numbers)
    versions = await versions_among(tx, {(case.rule, case.rule_version) for case in cases.values()})
    appeals = await appeals_in(tx, cases.values())
    posts = {case.post for case in cases.values()}
    hidden = await unshown_among(tx, posts) | await for_few_among(tx, posts)
    told = []
    for number, case in cases.items():
        if case.post in hidden:
            continue
        ground = versions[case.rule, case.rule_version].ground
        stands = standing_of(case, ground, appeals_against(case, appeals), now).stands
        told.append(Precedent(number, case.sanction, stands, case.decided_at, alike[number], texts[number]))
    return tuple(told)


def _common(mine: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> Share:
    return Share(len(mine & other), len(mine | other))
