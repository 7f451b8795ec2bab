"""The ranking “lively” is a sum of whole numbers, and the places follow from it alone."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.feeds.lively import HOUR, Facts, Part, Scored, doublings, parts_of, rank

WEIGHTS = {"replies": 4, "boosts": 3, "favourites": 2, "age": 1, "again": 6}
AT = 1_700_000_000_000

facts = st.builds(
    Facts,
    post=st.integers(1, 2**40),
    account=st.integers(1, 5),
    created_at=st.integers(AT - 72 * HOUR, AT),
    replies=st.integers(0, 100),
    boosts=st.integers(0, 100),
    favourites=st.integers(0, 100_000),
)
many = st.lists(facts, max_size=40, unique_by=lambda one: one.post)


def test_a_number_doubles_first_with_the_first_person() -> None:
    """Nobody, one, two or three, four to seven: as the page says it."""
    assert [0, 1, 2, 2, 3, 3, 3, 3, 4] == [doublings(people) for people in range(9)]
    assert 20 == doublings(1_000_000)


def test_the_terms_of_a_score() -> None:
    """Each term is what there is of it times its weight, and age counts whole hours."""
    one = Facts(7, 1, AT - 3 * HOUR + 1, replies=4, boosts=1, favourites=0)
    parts = (Part("replies", 4, 12), Part("boosts", 1, 3), Part("favourites", 0, 0), Part("age", 2, -2))
    assert (*parts, Part("again", 1, -6)) == parts_of(one, WEIGHTS, AT, 1)
    assert [Scored(7, 13, (*parts, Part("again", 0, 0)))] == rank([one], WEIGHTS, AT)


def test_one_voice_does_not_fill_the_page() -> None:
    """Of an author with many good posts the second stands behind others that are as good."""
    authors = {1: 1, 2: 1, 3: 1, 4: 2}
    posts = [Facts(post, account, AT, replies=1, boosts=0, favourites=0) for post, account in authors.items()]
    assert [4, 3, 2, 1] == [one.post for one in rank(posts, WEIGHTS, AT)]
    assert [4, -2, -8] == [one.score for one in rank(posts[:3], WEIGHTS, AT)]


@given(many)
def test_every_place_is_the_best_of_what_was_left(posts: list[Facts]) -> None:
    """Told from the definition: at each place the highest score, the newer of equals; every post once."""
    ranked = rank(posts, WEIGHTS, AT)
    assert {one.post for one in posts} == {one.post for one in ranked}
    assert len(posts) == len(ranked)
    left = {one.post: one for one in posts}
    above: Counter[int] = Counter()
    for placed in ranked:
        scores = {
            number: sum(part.points for part in parts_of(one, WEIGHTS, AT, above[one.account]))
            for number, one in left.items()
        }
        best = max(left, key=lambda number: (scores[number], number))
        assert (best, scores[best]) == (placed.post, placed.score)
        above[left.pop(best).account] += 1


@given(many, st.randoms(use_true_random=False))
def test_the_order_in_which_posts_are_read_does_not_matter(posts: list[Facts], chance: object) -> None:
    """The same posts have the same places, however the database lists them."""
    assert rank(posts, WEIGHTS, AT) == rank(sorted(posts, key=lambda one: one.post), WEIGHTS, AT)
