"""Conditions and facts by chance."""

from hypothesis import strategies as st

from governance.conditions.facts import NUMBERS, Facts
from governance.conditions.language import (
    All,
    Among,
    AnyNode,
    Compare,
    Condition,
    Contains,
    Either,
    Has,
    Matches,
    Not,
    Rate,
    canonical,
)

HOWS = st.sampled_from(("eq", "ne", "lt", "le", "gt", "ge"))
TEXTS = st.sampled_from(("text", "folded"))
SOME = st.integers(0, 4)
WORDS = st.sampled_from(("a", "b", "ب", "\U0001f600", 'say "no"', "back\\slash", "\n"))
PATTERNS = st.sampled_from(("a", "^b$", "[ab]+", "(?i)A", r"\bb\b", "ب|\U0001f600", '"', "\\\\"))


def atoms() -> st.SearchStrategy[AnyNode]:
    """Questions, over few values, so that they meet."""
    values = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Compare, st.sampled_from(NUMBERS), HOWS, SOME),
        st.builds(Rate, st.sampled_from((1, 10, 60)), HOWS, SOME),
        st.builds(Among, st.sampled_from(("language", "place")), values),
        st.builds(Has, st.sampled_from(("tags", "hosts")), values),
        st.builds(Contains, TEXTS, WORDS),
        st.builds(Matches, TEXTS, PATTERNS),
    )


def nodes() -> st.SearchStrategy[AnyNode]:
    """Nodes of a few levels."""

    def deeper(inner: st.SearchStrategy[AnyNode]) -> st.SearchStrategy[AnyNode]:
        several = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(st.builds(All, several), st.builds(Either, several), st.builds(Not, inner))

    return st.recursive(atoms(), deeper, max_leaves=8)


def conditions() -> st.SearchStrategy[Condition]:
    """Conditions of at most the depth and the number of nodes that are allowed."""
    return nodes().map(lambda node: Condition(1, node, 1)).filter(lambda one: canonical(one).count('"op"') <= 20)


def facts() -> st.SearchStrategy[Facts]:
    """Facts, each of which may be unknown."""
    texts = st.lists(WORDS, max_size=4).map("".join)
    listed = st.lists(WORDS, max_size=3).map(tuple)
    numbers = {name: st.none() | SOME for name in NUMBERS}
    return st.builds(
        Facts,
        text=st.none() | texts,
        folded=st.none() | texts,
        language=st.none() | WORDS,
        place=st.none() | WORDS,
        tags=st.none() | listed,
        hosts=st.none() | listed,
        ages=st.none() | st.lists(st.integers(0, 4_000_000), max_size=4).map(tuple),
        **numbers,
    )
