"""Rules that are like a draft: those that stand already, and those that were rejected."""

from typing import Final, Literal

from msgspec import Struct

from app.store.engines import Tx
from app.store.rules import Words, standing_rules, words_of
from app.store.votes import rejected_texts
from governance.conditions.facts import shingles_of
from governance.figures.judged import Share

SHOWN: Final = 3
LEAST: Final = Share(1, 20)
"""Of the runs of three words of both those that both have; below it two rules have nothing to do with each other."""


class Similar(Struct, frozen=True):
    """A rule that stands, or a proposal that was rejected, by its number; `alike` is of the runs of three words."""

    what: Literal["rule", "rejected"]
    number: int
    label: str
    title: str
    alike: Share


async def similar_rules(tx: Tx, words: Words, rule: int = 0, proposal: int = 0) -> tuple[Similar, ...]:
    """What is most like these words; the rule that changes and the proposal itself are left out."""
    mine = shingles_of(_text(words))
    standing = [one for one in await standing_rules(tx) if one.rule != rule]
    rejected = {number: one for number, one in (await rejected_texts(tx)).items() if number != proposal}
    texts = await words_of(tx, {one.enacted for one in standing} | {one.written for one in rejected.values()})
    found = []
    for version in standing:
        theirs = texts.get(version.enacted, Words())
        found.append(Similar("rule", version.rule, version.label, theirs.title, _share(mine, theirs)))
    for number, one in rejected.items():
        theirs = texts.get(one.written, Words())
        found.append(Similar("rejected", number, one.label, theirs.title, _share(mine, theirs)))
    alike = [one for one in found if one.alike.fraction >= LEAST.fraction]
    return tuple(sorted(alike, key=lambda one: (-one.alike.fraction, one.what, one.number))[:SHOWN])


def _text(words: Words) -> str:
    return "\n".join((words.title, words.text, *words.elements))


def _share(mine: frozenset[tuple[str, ...]], words: Words) -> Share:
    theirs = shingles_of(_text(words))
    return Share(len(mine & theirs), len(mine | theirs))
