"""Changes of rankings that the law stops."""

from governance.acts.proposals import SetRanking, Weight
from tests.governance.world import MEMBERS, World


def a_ranking_is_known_and_has_all_its_weights(world: World) -> None:
    """One that the program cannot compute, other weights, and a first place for what is not offered are refused."""
    post = world.post("ann")
    world.is_refused("ranking-2", "ann", world.propose(post, SetRanking("paid", (Weight("price", 9),), False)))
    world.is_refused("ranking-2", "ann", world.propose(post, world.ranking(4, 3, 2, 1)))
    world.is_refused("ranking-2", "ann", world.propose(post, SetRanking("lively", (), True)))
    world.is_refused("ranking-2", "ann", world.propose(post, SetRanking("following", (), False)))
    world.is_refused("ranking-2", "ann", world.propose(post, SetRanking("following", (Weight("age", 1),), True)))


def a_ranking_that_is_so_already_is_not_voted_on(world: World) -> None:
    """Nor is the end of what is not offered, and the order of time comes first as it is."""
    post = world.post("ann")
    world.is_refused("propose-2", "ann", world.propose(post, SetRanking("lively", (), False)))
    world.is_refused("propose-2", "ann", world.propose(post, SetRanking("following", (), True)))
    world.becomes_law(world.ranking(4, 3, 2, 1, 6), MEMBERS)
    world.is_refused("propose-2", "ann", world.propose(world.post("ann"), world.ranking(4, 3, 2, 1, 6)))
