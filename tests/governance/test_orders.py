"""Orders of the law: obeyed for their territory, refused where they have no basis, told at once or by a date."""

import pytest

from governance.acts.orders import PublishNotice
from governance.cases import subject_of
from governance.orders import Compliance, order_of, sealed_entries
from tests.governance.making import Post
from tests.governance.world import World


@pytest.fixture
def world() -> World:
    """A square with a legal officer."""
    world = World.peopled()
    world.has_officer()
    return world


def _where(world: World, post: Post) -> list[str]:
    """The territories in which a post is withheld by orders."""
    standing = subject_of(world.state, post.id).standing(world.now)
    return [one.territory for one in standing if one.kind == "order"]


def _done(world: World, index: int) -> Compliance:
    value = world.state[Compliance, index]
    assert value is not None
    return value


def test_an_order_is_obeyed_for_its_territory(world: World) -> None:
    """Until its date, which passes by itself."""
    post = world.post("ann")
    order = world.receives()
    done = world.does("olga", world.comply(order, post, "AT,DE"))
    assert ["AT,DE"] == _where(world, post)
    assert (done,) == order_of(world.state, order).complied
    world.now = _done(world, done).until
    assert [] == _where(world, post)
    world.does("olga", world.comply(order, post, "AT"))


def test_an_order_is_obeyed_for_the_globe_with_the_reason_why(world: World) -> None:
    """Two orders about one post stand side by side, and each ends by itself."""
    post = world.post("ann")
    one = world.does("olga", world.comply(world.receives(), post, ""))
    world.does("olga", world.comply(world.receives(), post, "FR"))
    assert ["", "FR"] == _where(world, post)
    world.does("olga", world.lift(one))
    assert ["FR"] == _where(world, post)


def test_what_of_an_order_was_not_obeyed_is_refused(world: World) -> None:
    """What was done stands; nothing more is done."""
    post = world.post("ann")
    order = world.receives()
    world.does("olga", world.comply(order, post))
    refusal = world.does("olga", world.refuse(order))
    assert refusal == order_of(world.state, order).refused
    assert ["DE,FR"] == _where(world, post)


def test_a_seal_ends_by_its_date_or_before(world: World) -> None:
    """With it go the seals of all that was done for the order."""
    early, late = world.receives(sealed="30d"), world.receives("disclose", "30d")
    done = world.does("olga", world.comply(early, world.post("ann")))
    told = world.does("olga", world.disclose(late, world.by("ann"), sealed=True))
    refusal = world.does("olga", world.refuse(late))
    assert {early, late, done, told, refusal} == sealed_entries(world.state, world.now)
    world.passes("1d")
    world.does("olga", PublishNotice(early))
    assert {late, told, refusal} == sealed_entries(world.state, world.now)
    world.passes("29d")
    assert set() == sealed_entries(world.state, world.now)
    world.does("olga", world.disclose(world.receives("disclose"), world.by("bo")))


def test_without_authority_and_basis_an_order_withholds_nothing(world: World) -> None:
    """And without its own reasons what was done for it is over; of what is over already nothing changes."""
    posts = [world.post("ann") for _ in range(4)]
    order = world.receives()
    done = [world.does("olga", world.comply(order, post)) for post in posts]
    world.does("olga", world.erase(done[0], "reasons", done[0]))
    assert [[], ["DE,FR"]] == [_where(world, post) for post in posts[:2]]
    lifted = world.does("olga", world.lift(done[1]))
    world.does("olga", world.erase(lifted, "reasons", done[1]))
    world.does("olga", world.erase(done[1], "reasons", done[1]))
    world.does("olga", world.erase(order, "order", order))
    assert [[]] * 4 == [_where(world, post) for post in posts]
    assert [1, 1, 1, 1] == [bool(_done(world, one).lifted) for one in done]


def test_an_officer_erases_nothing_about_themselves(world: World) -> None:
    """Not even the reasons for what was done to their own post by another officer."""
    world.has_officer("olaf")
    done = world.does("olaf", world.comply(world.receives(officer="olaf"), world.post("olga")))
    world.is_refused("recusal-1", "olga", world.erase(done, "reasons", done))
    world.is_refused("recusal-1", "olga", world.lift(done))
