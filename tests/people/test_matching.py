"""What a keyword finds: the words as they were written, whole or not, in every script, and never as a pattern."""

from time import perf_counter
from types import SimpleNamespace
from typing import cast

import pytest

from app.filters import filtered, folded, marked
from app.posts import Post
from app.store.filters import MOST_KEYWORDS, Context, Filter, Kept, Keyword

NOW = 1_790_000_000_000


def holds(text: str, keyword: str, *, whole: bool) -> bool:
    """Whether a post of this text is caught by a filter of this keyword."""
    return "1" in filtered([said(text)], [looking_for(keyword, whole=whole)], "home", NOW)


def said(text: str, *, warning: str = "", mine: bool = False) -> Post:
    """As much of a post as a filter looks at."""
    return cast("Post", SimpleNamespace(id="1", text=text, warning=warning, poll=None, media=(), mine=mine))


def looking_for(
    *keywords: str, whole: bool = True, contexts: tuple[Context, ...] = ("home",), until: int | None = None
) -> Filter:
    """A filter of Ann's."""
    words = tuple(Keyword(number, word, whole) for number, word in enumerate(keywords))
    return Filter(7, 1, "Spoilers", contexts, "warn", until, words)


@pytest.mark.parametrize(
    ("text", "keyword", "whole", "part"),
    [
        ("Cats and dogs", "cat", False, True),
        ("Cats and dogs", "CATS", True, True),
        ("the cat.", "cat", True, True),
        ("cat_food", "cat", False, True),
        ("don't", "don", True, True),
        ("Straße", "STRASSE", True, True),
        ("caf\u00e9", "cafe\u0301", True, True),
        ("caf\u00e9", "cafe", False, False),
        ("the final episode", "final episode", True, True),
        ("the semifinal episodes", "final episode", False, True),
        ("#spoiler!", "#spoiler", True, True),
        ("#spoilers", "#spoiler", False, True),
        ("هذا كلب كبير", "كلب", True, True),
        ("هذه كلاب وكلبة", "كلب", False, True),
        ("東京タワー", "東京", False, True),
        ("a+b is c", "a+b", True, True),
        ("aab", "a+b", False, False),
        ("anything", ".*", False, False),
        ("one (two", "(two", True, True),
        ("one\ntwo", "one two", False, False),
        ("ИСКРА", "искра", True, True),
    ],
)
def test_a_keyword_is_found_as_it_was_written(text: str, keyword: str, whole: bool, part: bool) -> None:
    """Without regard to capitals and to how marks are composed; whole words end where letters and digits do."""
    assert whole == holds(text, keyword, whole=True)
    assert part == holds(text, keyword, whole=False)


def test_marks_stand_between_words() -> None:
    """A text with marks, with its marks taken away again, is the text."""
    for text in ("", "a", "a b", "a.b_c\nd", "🙂🙂x"):
        assert text == marked(text).replace("\0", "")
    assert "\0ab\0 \0c\0" == marked("ab c")
    assert "strasse" == folded("STRAßE")


def test_a_filter_holds_in_its_contexts_until_its_end() -> None:
    """Elsewhere and later it catches nothing, and nobody's own post is caught."""
    home = looking_for("cat", until=NOW + 1)
    assert {"1"} == filtered([said("cat")], [home], "home", NOW).keys()
    assert {} == filtered([said("cat")], [home], "public", NOW)
    assert {} == filtered([said("cat")], [home], "home", NOW + 1)
    assert {} == filtered([said("cat", mine=True)], [home], "home", NOW)


def test_what_was_caught_says_by_what() -> None:
    """Every keyword that was found, as it was written, in the warning as well; and whether the post itself is named."""
    caught = filtered([said("a Dog", warning="CATS")], [looking_for("Cats", "dog", "bird")], "home", NOW)["1"]
    assert (("Cats", "dog"), False) == (caught[0].keywords, caught[0].named)
    named = Filter(8, 1, "That one", ("home",), "hide", None, (), (Kept(1, 1),))
    caught = filtered([said("words")], [looking_for("cat"), named], "home", NOW)["1"]
    assert [("8", (), True, "hide")] == [(one.id, one.keywords, one.named, one.action) for one in caught]


@pytest.mark.alone
def test_as_many_keywords_as_may_be_cost_little() -> None:
    """A page of forty long posts against every keyword that one may have takes less than two seconds, at its worst."""
    posts = [said("ab " * 1600 + "a" * 200) for _ in range(40)]
    words = [looking_for(*("ab " * 30 + f"x{n}" for n in range(MOST_KEYWORDS)))]
    begin = perf_counter()
    assert {} == filtered(posts, words, "home", NOW)
    assert perf_counter() - begin < 2
