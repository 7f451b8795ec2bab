"""Q1: like cases, unlike outcomes."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal

from msgspec import Struct

from governance.figures.judged import Judged, Share

SHINGLE = 3
"""Words in a shingle."""

LIKE = (4, 5)
"""The least Jaccard similarity of two texts that are alike, as a fraction."""

NAMED = 100
"""How many pairs of unlike outcome are named, in the order of their rules; beyond that they are only counted."""

_NO_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


class Unlike(Struct, frozen=True):
    """Two like cases under one rule that ended differently, and neither decision says what sets them apart."""

    rule: int
    label: str
    first: int
    second: int


class RulePairs(Struct, frozen=True):
    """The pairs of like cases under one rule, and those among them with unlike outcomes."""

    label: str
    rule: int
    pairs: Share


class Consistency(Struct, frozen=True):
    """Of the pairs of like cases under one rule (`pairs.whole`), those with unlike outcomes (`pairs.part`).

    `by_rule` has them for each rule with a like pair, `unlike` names up to a hundred, `without_text` are the decided
    cases that were left out.
    """

    pairs: Share
    by_rule: tuple[RulePairs, ...]
    unlike: tuple[Unlike, ...]
    without_text: int


def consistency(cases: Iterable[Judged]) -> Consistency:
    """Q1 (version 1). Pairs of decided cases under the same rule whose texts are alike; unlike are those among them
    that did not end in the same sanction and of which neither decision distinguishes the other.

    Texts are alike when `words_of` gives the same words, or when their sets of 3-word shingles have a Jaccard
    similarity of at least 4/5. Cases whose text is not public are left out and counted.
    """
    by_rule: defaultdict[int, list[Judged]] = defaultdict(list)
    without = 0
    for case in cases:
        if not case.decided_at:
            continue
        if case.text is None:
            without += 1
        else:
            by_rule[case.rule].append(case)
    rows: list[RulePairs] = []
    named: list[Unlike] = []
    for rule in sorted(by_rule):
        like = unlike = 0
        for pairs in _of_rule(by_rule[rule]):
            like += pairs.like
            unlike += pairs.unlike
            named += islice(pairs.differing(), NAMED - len(named))
        if like:
            rows.append(RulePairs(by_rule[rule][-1].label, rule, Share(unlike, like)))
    whole = Share(sum(row.pairs.part for row in rows), sum(row.pairs.whole for row in rows))
    return Consistency(whole, tuple(rows), tuple(named), without)


def words_of(text: str) -> tuple[str, ...]:
    """The words by which texts are compared: NFKC, case folded, without marks of punctuation.

    In scripts that set no spaces between words each character is one.
    """
    words: list[str] = []
    run: list[str] = []
    for character in unicodedata.normalize("NFKC", text).casefold():
        stands = _stands(character)
        if stands == "within":
            run.append(character)
            continue
        if run:
            words.append("".join(run))
            run = []
        if stands == "alone":
            words.append(character)
    if run:
        words.append("".join(run))
    return tuple(words)


@lru_cache(maxsize=4096)
def _stands(character: str) -> Literal["within", "alone", "between"]:
    """Whether a character stands within a word, is one alone, or stands between words."""
    alone = unicodedata.name(character, "").startswith(_NO_SPACES)
    if (character.isalnum() and not alone) or unicodedata.category(character)[0] == "M":
        return "within"
    return "alone" if alone and character.isalnum() else "between"


def shingles(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """The runs of three words; of a shorter text the whole of it."""
    if len(words) <= SHINGLE:
        return frozenset((tuple(words),))
    return frozenset(tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


class _Pairs:
    """All pairs between two groups of like cases, or within one: counted, not walked, for a group may be thousands."""

    def __init__(self, first: Sequence[Judged], second: Sequence[Judged]) -> None:
        self._within = first is second
        self._first = _by_outcome(first)
        self._second = _by_outcome(second)
        self.like = self._count(len(first), len(second))
        same = sum(self._count(len(some), len(self._second.get(end, ()))) for end, some in self._first.items())
        self._told_apart = _told_apart(first, second)
        self.unlike = self.like - same - len(self._told_apart)

    def differing(self) -> Iterator[Unlike]:
        """The pairs that ended differently, without those that a decision tells apart."""
        for end, some in self._first.items():
            for other_end, others in self._second.items():
                if end == other_end or (self._within and end > other_end):
                    continue
                for one in some:
                    for other in others:
                        first, second = sorted((one.case, other.case))
                        if (first, second) not in self._told_apart:
                            yield Unlike(one.rule, one.label, first, second)

    def _count(self, some: int, others: int) -> int:
        return some * (some - 1) // 2 if self._within else some * others


def _of_rule(cases: Sequence[Judged]) -> Iterator[_Pairs]:
    """The like pairs under one rule, group by group."""
    groups: defaultdict[tuple[str, ...], list[Judged]] = defaultdict(list)
    for case in cases:
        groups[words_of(case.text or "")].append(case)
    members = list(groups.values())
    for group in members:
        yield _Pairs(group, group)
    for one, other in _alike([shingles(words) for words in groups]):
        yield _Pairs(members[one], members[other])


def _by_outcome(cases: Iterable[Judged]) -> dict[str, list[Judged]]:
    ends: defaultdict[str, list[Judged]] = defaultdict(list)
    for case in cases:
        ends[case.stands].append(case)
    return ends


def _told_apart(first: Sequence[Judged], second: Sequence[Judged]) -> frozenset[tuple[int, int]]:
    """The pairs that ended differently and of which one decision distinguishes the other, the lower case first."""
    found: set[tuple[int, int]] = set()
    for some, others in ((first, second), (second, first)):
        ends = {case.case: case.stands for case in others}
        for case in some:
            if ends.get(case.distinguishes, case.stands) != case.stands:
                low, high = sorted((case.case, case.distinguishes))
                found.add((low, high))
    return frozenset(found)


def _alike(sets: Sequence[frozenset[tuple[str, ...]]]) -> Iterator[tuple[int, int]]:
    """The pairs of sets with a Jaccard similarity of at least `LIKE`.

    Prefix filtering: with its members in one order, rarest first, a set that is alike to another shares with it one of
    its first |set| - ceil(4/5 |set|) + 1 members. So only sets that share a rare shingle are compared.
    """
    numerator, denominator = LIKE
    often = Counter(member for members in sets for member in members)
    starting: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, members in enumerate(sets):
        ordered = sorted(members, key=lambda member: (often[member], member))
        prefix = len(ordered) + numerator * -len(ordered) // denominator + 1
        before = {earlier for member in ordered[:prefix] for earlier in starting[member]}
        for earlier in sorted(before):
            common = len(members & sets[earlier])
            if common * denominator >= (len(members) + len(sets[earlier]) - common) * numerator:
                yield earlier, at
        for member in ordered[:prefix]:
            starting[member].append(at)
