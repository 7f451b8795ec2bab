"""Texts compared in whole words."""

import re
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from app.changes import compare, compare_words, rule_text
from app.store.rules import Words
from governance.acts.proposals import RuleSpec

WORDS = st.lists(st.sampled_from(["a", "b", "rule", "not", "\n", "c."]), max_size=40).map(" ".join)
OTHER = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


@given(WORDS, WORDS)
def test_both_texts_can_be_read_out_of_their_difference(older: str, newer: str) -> None:
    """What stayed and went is the one, what stayed and came the other, word by word."""
    pieces = compare_words(older, newer)
    for text, kinds in ((older, ("same", "removed")), (newer, ("same", "added"))):
        shown = " ".join(piece.text for piece in pieces if piece.kind in kinds)
        assert _words(text) == _words(shown)
    assert (older == newer) <= all(piece.kind == "same" for piece in pieces)


def test_a_change_in_the_middle_is_found_there() -> None:
    """And a line that is broken elsewhere is a change as well."""
    pieces = [(piece.kind, piece.text) for piece in compare_words("may be folded at once", "may be labelled at once")]
    assert [("same", "may be"), ("removed", "folded"), ("added", "labelled"), ("same", "at once")] == pieces
    assert ["same", "added", "same"] == [piece.kind for piece in compare_words("a b", "a \n b")]


def test_hostile_texts_are_compared_in_no_time() -> None:
    """Two long texts of few words, in another order each, hold nobody up."""
    begun = perf_counter()
    compare_words("a b c d " * 1_250, "d c b a " * 1_250)
    compare_words("a b " * 490, "b a a " * 330)
    assert perf_counter() - begun < 5


def test_a_rule_is_compared_in_all_its_parts() -> None:
    """Texts, elements, sanctions, and what the program reads."""
    old = rule_text(
        RuleSpec("1.1", ("label", "fold"), 1, "incompatible", False, OTHER, "judgment", 0, ""),
        Words("T", "one two", "A", ("x",)),
    )
    new = rule_text(
        RuleSpec("1.2", ("fold", "mute"), 2, "private", True, OTHER, "judgment", 0, ""),
        Words("T", "one three", "A", ("x", "y")),
    )
    told = compare(old, new)
    assert ["text", "element/2"] == [part.field for part in told.parts if part.is_changed]
    assert [("label", "removed"), ("fold", "same"), ("mute", "added")] == [(s.sanction, s.kind) for s in told.sanctions]
    assert ["label", "ground", "topical"] == [fact.field for fact in told.facts]
    assert (1, 2) == (told.removed, told.added)
    assert (0, 5) == ((alone := compare(None, new)).removed, alone.added)


def _words(text: str) -> list[str]:
    """Words, and line breaks as one of them; several breaks in a row are one."""
    return re.findall(r"\n+|\S+", re.sub(r"\n[\n ]*\n", "\n", text))
