"""What may not be done with the key of the ledger, nor by a ledger that continues another."""

from msgspec.structs import replace

from governance.acts.keys import RotateKey
from governance.keys import LONGEST
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.note import SignerKey
from tests.governance.charters import the_charter
from tests.governance.making import public_key
from tests.governance.world import STEWARD, World

FIRST, SECOND, THIRD = (public_key(number) for number in (1, 2, 3))
OLD = SignerKey("old.example/isegoria-0a1b2c3d", b"\7" * 32)


def a_steward_changes_the_key(world: World) -> None:
    """Nobody else does, to a date that is to come and not too far."""
    act = RotateKey(FIRST, SECOND, world.now + LONGEST)
    world.is_refused("office-1", "ann", act)
    world.is_refused("member-1", "clock", act)
    world.is_refused("key-1", STEWARD, replace(act, until=world.now))
    world.is_refused("key-1", STEWARD, replace(act, until=world.now + LONGEST + 1))


def what_cannot_sign_is_no_key(world: World) -> None:
    """A point of low order holds its owner to nothing, whether it is the old key or the new."""
    nothing = "01" + "00" * 31
    world.is_refused("key-1", STEWARD, RotateKey(FIRST, nothing, world.now + 1))
    world.is_refused("key-1", STEWARD, RotateKey(nothing, FIRST, world.now + 1))


def one_change_of_the_key_at_a_time(world: World) -> None:
    """While two sign there is no third, the old one is the one that signs, and none comes back."""
    world.is_refused("key-2", STEWARD, RotateKey(FIRST, FIRST, world.now + 1))
    world.does(STEWARD, RotateKey(FIRST, SECOND, world.now + 1_000))
    world.is_refused("key-1", STEWARD, RotateKey(FIRST, THIRD, world.now + 2_000))
    world.is_refused("key-2", STEWARD, RotateKey(SECOND, THIRD, world.now + 2_000))
    world.passes("1s")
    world.is_refused("key-2", STEWARD, RotateKey(SECOND, FIRST, world.now + 2_000))
    world.does(STEWARD, RotateKey(SECOND, THIRD, world.now + 2_000))


def a_ledger_continues_another_one(peopled: World) -> None:
    """What it continues is a checkpoint, of another name, which its own key has signed."""
    world = peopled.beside(World())
    found = the_charter().found("The square", "square.example/isegoria-0a1b2c3d")
    last = Checkpoint(OLD.name, 7, bytes(32))
    world.is_refused("key-3", "founding", replace(found, continues="the last one"))
    world.is_refused("key-3", "founding", replace(found, continues="\ud800"))
    ours = replace(found, origin=OLD.name, continues=sign_checkpoint(last, OLD).decode())
    world.is_refused("key-3", "founding", ours)
    unsigned = sign_checkpoint(_of_another(last), OLD).decode()
    world.is_refused("key-3", "founding", replace(found, continues=unsigned))
    world.does("founding", replace(found, continues=sign_checkpoint(last, OLD).decode()))


def _of_another(checkpoint: Checkpoint) -> Checkpoint:
    """The same of a ledger that has another name than the key."""
    return Checkpoint("other.example/isegoria", checkpoint.size, checkpoint.root)
