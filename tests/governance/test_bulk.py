"""The decision about spam that names many posts: one answer, one restriction, one end."""

import pytest
from msgspec.structs import replace

from governance.cases import Bulk, case_of, known_case, subject_of
from tests.governance.making import Post
from tests.governance.world import World


@pytest.fixture
def world() -> World:
    """A peopled square."""
    return World.peopled()


def _posts(world: World, count: int) -> list[Post]:
    posts = []
    for _ in range(count):
        posts.append(world.post("ann"))
        world.passes("1m")
    return posts


def _folded(world: World, posts: list[Post]) -> int:
    case = world.reports("bo", posts[0], "2.1")
    world.does("mia", world.decide(case, "fold", others=posts[1:]))
    return case


def _standing(world: World, posts: list[Post]) -> list[int]:
    return [len(subject_of(world.state, post.id).standing(world.now)) for post in posts]


def test_every_named_post_is_restricted_by_the_one_case(world: World) -> None:
    """By the same entry, under the same rule, until the same day; the others of the account are not."""
    *posts, free = _posts(world, 5)
    case = _folded(world, posts)
    assert [1, 1, 1, 1, 0] == _standing(world, [*posts, free])
    marks = {subject_of(world.state, post.id).restrictions for post in posts}
    assert 1 == len(marks)
    decision = case_of(world.state, case).decision
    assert Bulk(case, tuple(post.id for post in posts[1:])) == world.state[Bulk, decision]


def test_a_decision_names_256_posts_at_most(world: World) -> None:
    """And that many fit in one entry."""
    posts = [world.post("ann") for _ in range(257)]
    _folded(world, posts)
    assert [1] * 257 == _standing(world, posts)


def test_a_later_report_joins_the_answered_case(world: World) -> None:
    """What was named is answered; another version is not."""
    posts = _posts(world, 3)
    case = _folded(world, posts)
    assert case == world.reports("cy", posts[2], "2.1")
    assert 2 == case_of(world.state, case).reporters
    edited = replace_version(posts[2])
    assert case != world.reports("cy", edited, "2.1")


def replace_version(post: Post) -> Post:
    """The post, edited once."""
    return Post(post.id, post.author, post.posted, 2)


def test_whatever_ends_the_restriction_ends_it_for_all(world: World) -> None:
    """A lift, a reversal, the date of an appeal, the erasure of the reasons."""
    posts = _posts(world, 3)
    lifted = _folded(world, posts)
    world.does("moe", world.lift(lifted))
    assert [0, 0, 0] == _standing(world, posts)
    posts = _posts(world, 3)
    appeal = world.does("ann", world.appeal(_folded(world, posts)))
    world.does("moe", world.reverse(appeal))
    assert [0, 0, 0] == _standing(world, posts)
    posts = _posts(world, 3)
    case = world.reports("bo", posts[0], "2.1")
    world.does("mia", world.decide(case, "fold", 183 * 86_400_000, others=posts[1:]))
    world.does("ann", world.appeal(case))
    world.passes("21d")
    assert [0, 0, 0] == _standing(world, posts)
    world.grants("max", "legal_officer")
    posts = _posts(world, 3)
    case = _folded(world, posts)
    world.does("max", world.erase(case_of(world.state, case).decision, "reasons", case))
    assert [0, 0, 0] == _standing(world, posts)


def test_a_sanction_of_the_account_restricts_the_account(world: World) -> None:
    """The named posts are its ground, and are answered as well."""
    posts = _posts(world, 3)
    case = world.reports("bo", posts[0], "2.1")
    world.does("mia", world.decide(case, "suspend", others=posts[1:]))
    assert [0, 0, 0] == _standing(world, posts)
    assert 1 == len(subject_of(world.state, world.by("ann")).standing(world.now))
    rule = world.rule("2.1")
    assert [case] * 3 == [known_case(subject_of(world.state, post.id), rule, 1) for post in posts]


def test_a_returned_case_may_name_others(world: World) -> None:
    """The second decision stands in the place of the first, for each post."""
    posts = _posts(world, 4)
    case = world.reports("bo", posts[0], "2.1")
    world.does("mia", world.decide(case, "unrecommend", others=posts[1:3]))
    appeal = world.does("reporter", world.appeal(case, "bo"))
    world.does("moe", world.reverse(appeal))
    assert [1, 1, 1, 0] == _standing(world, posts)
    world.does("max", world.decide(case, "fold", others=posts[2:]))
    assert [1, 0, 1, 1] == _standing(world, posts)
    assert case == world.reports("cy", posts[1], "2.1")


def test_words_that_were_named_together_are_erased_together(world: World) -> None:
    """At their author's request when the case is final, and then none of them is bound anew."""
    posts = _posts(world, 3)
    case = _folded(world, posts)
    erasure = world.erase(case_of(world.state, case).decision, "content", case, "request")
    world.is_refused("erase-5", "ann", erasure)
    world.is_refused("erase-3", "dee", replace(erasure))
    world.now = case_of(world.state, case).appeal_until
    world.does("ann", erasure)
    for post in posts[1:]:
        assert subject_of(world.state, post.id).erased
    assert not subject_of(world.state, posts[0].id).erased


def test_the_words_of_one_that_was_reported_later_are_its_own(world: World) -> None:
    """A report that joined the case bound the words of the post that it is about."""
    posts = _posts(world, 2)
    case = _folded(world, posts)
    world.does("reporter", world.report(posts[1], "2.1", "cy"))
    joined = len(world.entries) - 1
    world.now = case_of(world.state, case).appeal_until
    world.does("ann", world.erase(joined, "content", case, "request", by="cy"))
    assert [False, True] == [subject_of(world.state, post.id).erased > 0 for post in posts]
