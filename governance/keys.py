"""The key that signs the ledger, as the ledger itself tells it: which key signs what, and how one follows another."""

from msgspec import Struct

from governance.acts.keys import RotateKey
from governance.entry import Entry
from governance.errors import Refused
from governance.members import SQUARE, Square, check_office
from governance.state import Changes, State
from ledger.errors import Malformed
from ledger.note import VerifierKey

KEYS = "keys"

LONGEST = 366 * 86_400_000
"""How long two keys may sign side by side, in ms."""


class Rotation(Struct, frozen=True, gc=False):
    """By this entry `new` follows `old`, which signs beside it until a time (Unix ms); keys are 32 bytes in hex."""

    entry: int
    old: str
    new: str
    until: int

    @property
    def bridge(self) -> int:
        """The size of the checkpoint that ends with this entry: both keys sign it, whatever the time."""
        return self.entry + 1


class Keys(Struct, frozen=True, gc=False):
    """Every rotation, oldest first; a ledger that was never given another key has none."""

    rotations: tuple[Rotation, ...]


NEVER_ROTATED = Keys(())


def keys_of(state: State) -> Keys:
    """The keys of a ledger."""
    return state[Keys, KEYS] or NEVER_ROTATED


def signing_at(keys: Keys, at: int) -> tuple[str, ...]:
    """The keys that sign a checkpoint at a time, oldest first; none where the ledger names no key."""
    if not keys.rotations:
        return ()
    last = keys.rotations[-1]
    return (last.old, last.new) if at < last.until else (last.new,)


def key_for(keys: Keys, size: int) -> str | None:
    """The key without which no checkpoint of this size holds; None where the ledger names none."""
    followed = [rotation.new for rotation in keys.rotations if rotation.bridge <= size]
    if followed:
        return followed[-1]
    return keys.rotations[0].old if keys.rotations else None


def links_from(keys: Keys, key: str) -> tuple[Rotation, ...]:
    """The rotations by which this key became the one that signs now; none for that one, or for a stranger."""
    olds = [rotation.old for rotation in keys.rotations]
    return keys.rotations[olds.index(key) :] if key in olds else ()


def check_rotate_key(state: State, act: RotateKey, entry: Entry) -> None:
    """A steward changes the key, one change at a time, to one that never signed."""
    check_office(state, entry.by, "steward", entry.at)
    for key in (act.old, act.new):
        _check_key(state, key)
    if not entry.at < act.until <= entry.at + LONGEST:
        raise Refused("key-1", "two keys sign side by side until a date that is to come, at most 366 days away")
    rotations = keys_of(state).rotations
    if rotations and act.old != rotations[-1].new:
        raise Refused(
            "key-1", "the key that signs is %(key)s, and the act names another as the old one", key=rotations[-1].new
        )
    if rotations and entry.at < rotations[-1].until:
        raise Refused("key-2", "two keys sign already: the next change waits until the older of them has ended")
    if act.new == act.old or any(act.new in (rotation.old, rotation.new) for rotation in rotations):
        raise Refused("key-2", "a key that signs, or was given up, is not named as the new one")


def _check_key(state: State, key: str) -> None:
    square = state[Square, SQUARE]
    assert square is not None, "a steward has a square"
    try:
        VerifierKey(square.origin, bytes.fromhex(key))
    except Malformed as error:
        raise Refused(
            "key-1", "what is named as a key is none that can sign a ledger: %(error)s", error=str(error)
        ) from error


def apply_rotate_key(state: State, act: RotateKey, index: int) -> Changes:
    """One rotation more."""
    rotation = Rotation(index, act.old, act.new, act.until)
    return {(Keys, KEYS): Keys((*keys_of(state).rotations, rotation))}
