"""Rankings are adopted by vote with their weights; the order of time stays first until a vote says otherwise."""

from governance.acts.proposals import SetRanking, Weight
from governance.rankings import Rankings, rankings_of
from governance.rules import class_of
from tests.governance.world import MEMBERS, World

WEIGHTS = tuple(Weight(*pair) for pair in (("replies", 4), ("boosts", 3), ("favourites", 2), ("age", 1), ("again", 6)))


def test_a_square_begins_with_the_order_of_time_alone() -> None:
    """Nothing else is offered before a vote."""
    assert Rankings("following", ()) == rankings_of(World.founded().state)


def test_each_vote_is_a_version() -> None:
    """Its weights are those that were voted; what is offered no longer keeps its number, and comes back as the next."""
    world = World.peopled()
    first = world.becomes_law(world.ranking(4, 3, 2, 1, 6), MEMBERS)
    formula = rankings_of(world.state).formula("lively")
    assert formula is not None
    assert ("lively", 1, first, WEIGHTS) == (formula.ranking, formula.version, formula.entry, formula.weights)
    ended = world.becomes_law(SetRanking("lively", (), False), MEMBERS)
    assert rankings_of(world.state).formula("lively") is None
    assert [(2, ended, ())] == [(one.version, one.entry, one.weights) for one in rankings_of(world.state).formulas]
    again = world.becomes_law(world.ranking(4, 3, 2, 1, 6), MEMBERS)
    assert [(3, again, WEIGHTS)] == [(one.version, one.entry, one.weights) for one in rankings_of(world.state).formulas]


def test_what_comes_first_is_of_the_charters_class() -> None:
    """To take the first place from the order of time takes two votes, to give it back takes one."""
    world = World.peopled()
    assert "ordinary" == class_of(world.state, world.ranking(4, 3, 2, 1, 6))
    assert "charter" == class_of(world.state, world.ranking(4, 3, 2, 1, 6, first=True))
    world.becomes_law(world.ranking(4, 3, 2, 1, 6, first=True), MEMBERS)
    assert "lively" == rankings_of(world.state).first
    back = SetRanking("following", (), True)
    assert "ordinary" == class_of(world.state, back)
    world.becomes_law(back, MEMBERS)
    assert ("following", WEIGHTS) == (rankings_of(world.state).first, rankings_of(world.state).formulas[0].weights)


def test_a_ranking_that_came_first_and_is_not_offered_any_more_gives_way() -> None:
    """Readers who choose nothing meet the order of time again."""
    world = World.peopled()
    world.becomes_law(world.ranking(4, 3, 2, 1, 6, first=True), MEMBERS)
    world.becomes_law(SetRanking("lively", (), False), MEMBERS)
    assert "following" == rankings_of(world.state).first
