"""What somebody types is read as far as it makes sense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.asking import LONGEST, MOST, Wish, read_wish
from app.store.indexing import beginning, matching
from app.wording import words_in

NOVEMBER_2 = 1_793_577_600_000
DAY = 86_400_000


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Wish()),
        ("Heron quay", Wish(phrases=(("heron",), ("quay",)))),
        ('"Grey heron" -"old boat" -mud', Wish(phrases=(("grey", "heron"),), no_phrases=(("old", "boat"), ("mud",)))),
        ('"never closed', Wish(phrases=(("never", "closed"),))),
        ("from:@Ann from:me -from:ben", Wish(authors=("ann", "me"), no_authors=("ben",))),
        ("#Birds -#cats", Wish(tags=("birds",), no_tags=("cats",))),
        ("heron has:media -has:poll", Wish(phrases=(("heron",),), media=True, poll=False)),
        ("x language:ar", Wish(phrases=(("x",),), language="ar")),
        ("before:2026-11-02", Wish(before=NOVEMBER_2)),
        ("-before:2026-11-02", Wish(since=NOVEMBER_2)),
        ("after:2026-11-02", Wish(since=NOVEMBER_2 + DAY)),
        ("-after:2026-11-02", Wish(before=NOVEMBER_2 + DAY)),
        ("before:yesterday", Wish(phrases=(("before", "yesterday"),))),
        ("has:teeth colour:blue", Wish(phrases=(("has", "teeth"), ("colour", "blue")))),
        ('#1 !!! - -- "" 🐦', Wish(phrases=(("1",),))),
        ("well-known", Wish(phrases=(("well", "known"),))),
        ("NOT OR AND near(x)", Wish(phrases=(("not",), ("or",), ("and",), ("near", "x")))),
        ("heron heron", Wish(phrases=(("heron",),))),
    ],
)
def test_what_a_query_asks_for(text: str, wish: Wish) -> None:
    """Words, phrases, what must not be there, and conditions; what is no condition is words."""
    assert wish == read_wish(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("École", "ecole"),
        ("STRASSE", "straße"),
        ("مَرْحَبًا", "مرحبا"),
        ("أحمد إلى آخر", "احمد الى اخر"),
        ("مدرسة", "مدرسه"),
        ("١٢٣", "123"),
        ("ـــحر", "حر"),
        ("ﬁne", "fine"),
        ("Ελλάς", "ελλασ"),
    ],
)
def test_what_may_be_written_in_several_ways_is_one(one: str, other: str) -> None:
    """Case, accents, vowel signs, hamza, digits."""
    assert words_in(one) == words_in(other) != []


def test_scripts_without_spaces_are_taken_sign_by_sign() -> None:
    """A word of Chinese is a phrase of its signs."""
    assert ["言", "論", "の", "自", "由", "ok"] == words_in("言論の自由 ok")
    assert Wish(phrases=(("自", "由"),)) == read_wish("自由")


@given(st.text(max_size=700))
def test_nothing_that_is_typed_is_an_error(text: str) -> None:
    """Every text is read, within bounds, and makes a query in which no sign has a meaning of its own."""
    wish = read_wish(text)
    assert len(wish.phrases) + len(wish.no_phrases) + len(wish.authors) + len(wish.tags) <= MOST
    for phrase in (*wish.phrases, *wish.no_phrases):
        assert phrase
        assert all(word and not set(word) & set("\"'\\ :*&|!()<>-") for word in phrase)
    assert LONGEST >= sum(len(handle) for handle in wish.authors)


def test_queries_in_the_words_of_each_database() -> None:
    """Every word stands in quotes, so that none is an operator."""
    phrases, without = (("grey", "heron"), ("or",)), (("mud",),)
    assert '("grey heron" AND "or") NOT "mud"' == matching(phrases, without, "sqlite")
    assert "('grey' <-> 'heron') & ('or') & !('mud')" == matching(phrases, without, "postgresql")
    assert '"an" * AND "b" *' == beginning(["an", "b"], "sqlite")
    assert "'an':* & 'b':*" == beginning(["an", "b"], "postgresql")
