"""The soft figures, held against the definitions written out plainly and against tables that others published."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.acts.words import SanctionOrNone
from governance.figures import figures
from governance.figures.delays import delays, median
from governance.figures.judged import Judged, Share
from governance.figures.likeness import NAMED, consistency, shingles, words_of
from governance.figures.reversals import LEAST, discoveries, reversals, tail, wilson
from governance.figures.shares import shares

LONG = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
NEARLY = LONG.replace("sixteen", "seventeen")
OTHER = "there is nothing here that the other text has in common with it at all I believe"


def judged(
    case: int,
    text: str | None = LONG,
    *,
    sanction: SanctionOrNone = "",
    reversed: bool = False,
    rule: int = 3,
    decider: str = "m:9",
    waited: int | None = 10,
    distinguishes: int = 0,
    overruled: str = "",
) -> Judged:
    """A case that opened at 1000 and was decided after `waited` ms, None for an open one."""
    return Judged(
        case=case,
        rule=rule,
        label=f"{rule}.1",
        ground="unlawful" if rule == 1 else "incompatible",
        decider=decider,
        sanction=sanction,
        reversed=reversed,
        opened_at=1_000,
        decided_at=0 if waited is None else 1_000 + waited,
        overruled=overruled,
        distinguishes=distinguishes,
        text=text,
    )


ENDS: list[SanctionOrNone] = ["", "label", "fold"]
TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=14).map(" ".join)
CASES = st.lists(
    st.tuples(TEXTS, st.sampled_from(ENDS), st.booleans(), st.integers(0, 12), st.integers(1, 2)),
    max_size=24,
).map(
    lambda rows: [
        judged(case, text, sanction=sanction, reversed=undone, distinguishes=told, rule=rule)
        for case, (text, sanction, undone, told, rule) in enumerate(rows, 1)
    ]
)


def _by_definition(cases: Sequence[Judged]) -> Share:
    """Q1, every pair looked at."""
    like = unlike = 0
    for one, other in combinations(cases, 2):
        if one.rule != other.rule:
            continue
        words = words_of(one.text or ""), words_of(other.text or "")
        sets = shingles(words[0]), shingles(words[1])
        if words[0] == words[1] or 5 * len(sets[0] & sets[1]) >= 4 * len(sets[0] | sets[1]):
            like += 1
            told = other.case == one.distinguishes or one.case == other.distinguishes
            unlike += one.stands != other.stands and not told
    return Share(unlike, like)


@given(CASES)
def test_like_cases_are_found_as_if_every_pair_were_looked_at(cases: list[Judged]) -> None:
    """The index that spares the comparisons loses no pair and invents none; each named pair is one that is counted."""
    found = consistency(cases)
    assert _by_definition(cases) == found.pairs
    for row in found.by_rule:
        assert row.pairs.whole and _by_definition([case for case in cases if case.rule == row.rule]) == row.pairs
    assert found.pairs.whole == sum(row.pairs.whole for row in found.by_rule)
    assert min(NAMED, found.pairs.part) == len(set(found.unlike)) == len(found.unlike)
    for pair in found.unlike:
        both = [case for case in cases if case.case in (pair.first, pair.second)]
        assert Share(1, 1) == _by_definition(both)


def test_a_pair_is_unlike_until_a_decision_says_what_is_different() -> None:
    """Nearly the same text folded once and left once is named; distinguished, reversed or unread it is not."""
    left, folded = judged(5), judged(8, NEARLY, sanction="fold")
    assert (Share(1, 1), [(5, 8)]) == _seen([left, folded])
    assert (Share(0, 1), []) == _seen([left, judged(8, NEARLY, sanction="fold", distinguishes=5)])
    assert (Share(0, 1), []) == _seen([left, judged(8, NEARLY, sanction="fold", reversed=True)])
    assert (Share(0, 0), []) == _seen([left, judged(8, OTHER, sanction="fold")])
    assert (Share(0, 0), []) == _seen([left, judged(8, None, sanction="fold")])
    assert (Share(0, 0), []) == _seen([left, judged(8, LONG, sanction="fold", rule=4)])
    assert (Share(0, 0), []) == _seen([left, judged(8, LONG, waited=None)])


def _seen(cases: list[Judged]) -> tuple[Share, list[tuple[int, int]]]:
    found = consistency(cases)
    return found.pairs, [(pair.first, pair.second) for pair in found.unlike]


def test_ten_thousand_equal_posts_are_counted_and_not_walked() -> None:
    """Half of 10,000 equal posts folded: 25 million unlike pairs, of which a hundred are named."""
    cases = [judged(case, sanction="fold" if case % 2 else "") for case in range(1, 10_001)]
    found = consistency(cases)
    assert Share(5_000 * 5_000, 10_000 * 9_999 // 2) == found.pairs
    assert NAMED == len(found.unlike)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Off-topic, AGAIN!", ("off", "topic", "again")),
        ("ﬁne Straße", ("fine", "strasse")),
        ("乘客安全 first", ("乘", "客", "安", "全", "first")),
        ("नमस्ते दुनिया", ("नमस्ते", "दुनिया")),
        ("… —", ()),
    ],
)
def test_words_are_those_of_any_script(text: str, words: tuple[str, ...]) -> None:
    """Case, width, ligatures and punctuation make no difference; without spaces each character is a word."""
    assert words == words_of(text)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # computed with 50 decimal digits and z = 1.96, then rounded outwards
    [(0, 10, 0, 277_541), (5, 10, 236_589, 763_411), (81, 263, 255_287, 366_211), (10, 10, 722_459, 1_000_000)],
)
def test_the_interval_is_wilsons(part: int, whole: int, low: int, high: int) -> None:
    """The bounds of some shares, to a millionth or the rounding outwards."""
    found = wilson(Share(part, whole))
    assert abs(found[0] - low) <= 1
    assert abs(found[1] - high) <= 1


@given(st.integers(1, 400).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_interval_holds_the_share(of: tuple[int, int]) -> None:
    """Its bounds lie in 0 to 1 with the share between them, and mirror those of the other part."""
    low, high = wilson(Share(*of))
    assert 0 <= low <= Fraction(of[0], of[1]) * 10**6 <= high <= 10**6
    mirrored = wilson(Share(of[1] - of[0], of[1]))
    assert (10**6 - high, 10**6 - low) == mirrored


@given(st.data(), st.integers(0, 30))
def test_the_tail_is_the_sum_of_its_ways(data: st.DataObject, whole: int) -> None:
    """Fisher's probability, against binomial coefficients written out."""
    marked, drawn = data.draw(st.integers(0, whole)), data.draw(st.integers(0, whole))
    part = data.draw(st.integers(0, drawn))
    ways = sum(comb(marked, k) * comb(whole - marked, drawn - k) for k in range(part, drawn + 1))
    assert Fraction(ways, comb(whole, drawn)) == tail(part, drawn, marked, whole)


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    """The example of their paper of 1995: fifteen tests at 0.05, of which the first four stand out."""
    chances = [1, 4, 19, 95, 201, 278, 298, 344, 459, 3240, 4262, 5719, 6528, 7590, 10000]
    found = discoveries([Fraction(chance, 10_000) for chance in chances])
    assert (True,) * 4 + (False,) * 11 == found


def test_a_moderator_who_is_reversed_far_more_often_is_marked() -> None:
    """Of three with twenty decisions each under one rule, the one with twelve reversals stands out, the others not."""
    cases = [
        judged(case, sanction="fold", decider=f"m:{case // 20 + 1}", reversed=case in {0, 25} or 40 <= case < 52)
        for case in range(60)
    ]
    rows = reversals(cases)
    assert [("m:1", Share(1, 20), False), ("m:2", Share(1, 20), False), ("m:3", Share(12, 20), True)] == [
        (row.decider, row.reversed, row.marked) for row in rows
    ]


def test_few_decisions_say_nothing() -> None:
    """Below ten decisions there is a count and no interval, whatever was reversed."""
    (row,) = reversals([judged(case, sanction="fold", reversed=True) for case in range(LEAST - 1)])
    assert (Share(9, 9), -1, -1, False) == (row.reversed, row.low, row.high, row.marked)


def test_a_decision_that_was_returned_counts_for_who_took_it() -> None:
    """A case that was decided, returned and decided anew is two decisions, the first of them reversed."""
    cases = [judged(1, decider="m:8", overruled="m:7"), judged(2, waited=None, overruled="m:7")]
    assert [("m:7", Share(2, 2)), ("m:8", Share(0, 1))] == [(row.decider, row.reversed) for row in reversals(cases)]


@given(st.lists(st.integers(0, 30), max_size=12), st.lists(st.integers(0, 30), max_size=12))
def test_the_median_is_that_of_kaplan_and_meier(waits: list[int], waiting: list[int]) -> None:
    """Against the product as it is written in their paper, one factor for each moment at which something ended."""
    waiting_share = Fraction(1)
    expected = -1
    for moment in sorted(set(waits)):
        risk = sum(wait >= moment for wait in waits) + sum(wait >= moment for wait in waiting)
        waiting_share *= Fraction(risk - waits.count(moment), risk)
        if waiting_share <= Fraction(1, 2):
            expected = moment
            break
    assert expected == median(sorted(waits), sorted(waiting))


def test_delays_count_the_open_ones() -> None:
    """Three decided, one of them late, and two open of which one is overdue, at a term of 50 ms."""
    cases = [judged(1, waited=10), judged(2, waited=20), judged(3, waited=90), judged(4, waited=None)]
    (row,) = delays(cases, 50, 1_060)
    assert (3, 1, 20, Share(2, 4)) == (row.decided, row.open, row.median, row.in_time)
    (row,) = delays(cases, 50, 1_050)
    assert Share(2, 3) == row.in_time


def test_shares_are_of_all_restrictions() -> None:
    """Two of three restrictions under one rule, one for unlawful content, reversed or not; none by a machine."""
    cases = [
        judged(1, sanction="fold"),
        judged(2, sanction="fold", reversed=True),
        judged(3, sanction="withhold", rule=1),
        judged(4),
        judged(5, waited=None),
    ]
    found = shares(cases)
    assert [("1.1", Share(1, 3)), ("3.1", Share(2, 3))] == [(row.label, row.restrictions) for row in found.by_rule]
    assert (Share(0, 3), Share(0, 3), Share(1, 3)) == (found.by_machine, found.by_emergency, found.by_unlawfulness)
    more = shares(cases, emergencies=2)
    assert (Share(2, 5), Share(1, 5)) == (more.by_emergency, more.by_unlawfulness)


def test_a_square_without_cases_has_figures() -> None:
    """Nothing counted is 0 of 0, and no fault."""
    empty = figures([], 50, 1_000)
    assert (0, Share(0, 0), (), ()) == (empty.cases, empty.consistency.pairs, empty.reversals, empty.delays)
    assert Fraction(0) == empty.shares.by_machine.fraction
