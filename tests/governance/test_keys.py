"""Which key signs what, as the ledger tells it."""

from governance.acts.keys import RotateKey
from governance.keys import Rotation, key_for, keys_of, links_from, signing_at
from tests.governance.making import public_key
from tests.governance.world import STEWARD, World

FIRST, SECOND, THIRD, STRANGER = (public_key(number) for number in (1, 2, 3, 4))


def test_a_ledger_that_was_never_given_another_key() -> None:
    """It names none: the one that it was founded with signs."""
    keys = keys_of(World.peopled().state)
    assert ((), None, ()) == (signing_at(keys, 0), key_for(keys, 7), links_from(keys, FIRST))


def test_one_key_follows_another() -> None:
    """Both sign until the date and the new one after it; each size has the one key without which nothing holds."""
    world = World.peopled()
    until = world.now + 1_000
    first = world.does(STEWARD, RotateKey(FIRST, SECOND, until))
    keys = keys_of(world.state)
    assert (Rotation(first, FIRST, SECOND, until),) == keys.rotations
    assert ((FIRST, SECOND), (SECOND,)) == (signing_at(keys, until - 1), signing_at(keys, until))
    assert (FIRST, SECOND) == (key_for(keys, first), key_for(keys, first + 1))
    assert first + 1 == keys.rotations[0].bridge
    world.passes("1s")
    second = world.does(STEWARD, RotateKey(SECOND, THIRD, world.now + 1_000))
    keys = keys_of(world.state)
    assert (SECOND, THIRD) == (key_for(keys, second), key_for(keys, second + 1))
    assert [first, second] == [link.entry for link in links_from(keys, FIRST)]
    assert [second] == [link.entry for link in links_from(keys, SECOND)]
    assert () == links_from(keys, THIRD) == links_from(keys, STRANGER)
