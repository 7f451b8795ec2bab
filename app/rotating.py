"""Giving the ledger another key: the seed in the home first, then the act, in the steward's name."""

from pathlib import Path

from msgspec import Struct

from app.keyring import BadKey, key_files, keys_in, next_key_file, read_keys, write_key
from app.square import Square
from app.store.engines import Tx
from app.store.imports import OfficeRow, first_in_office
from governance.acts.keys import RotateKey
from governance.keys import Keys, signing_at
from ledger.note import SignerKey, VerifierKey


class CannotRotate(Exception):
    """The key cannot be changed now; the text says why."""


class Signing(Struct, frozen=True):
    """A key of the ledger; it signs from entry `since` on (-1: from the first), until a time or for good (0)."""

    key: VerifierKey
    since: int
    until: int


class Rotated(Struct, frozen=True):
    """What was done: the entry, the two keys, and until when the old one signs as well (Unix ms)."""

    entry: int
    old: VerifierKey
    new: VerifierKey
    until: int


def signing(home: Path, keys: Keys, now: int) -> tuple[Signing, ...]:
    """The keys that sign now, the newest first; raises BadKey where the home has none at all."""
    first = read_keys(home)[0]
    named = signing_at(keys, now)
    if not named:
        return (Signing(first.verifier, -1, 0),)
    last = keys.rotations[-1]
    new = Signing(VerifierKey(first.name, bytes.fromhex(last.new)), last.entry, 0)
    if len(named) == 1:
        return (new,)
    since = keys.rotations[-2].entry if len(keys.rotations) > 1 else -1
    return (new, Signing(VerifierKey(first.name, bytes.fromhex(last.old)), since, last.until))


def waiting(home: Path, keys: Keys) -> SignerKey | None:
    """The key in the home that the ledger has not named yet; raises BadKey."""
    held = read_keys(home)
    named = {name for rotation in keys.rotations for name in (rotation.old, rotation.new)}
    named |= {held[0].verifier.public.hex()} if not keys.rotations else set()
    unnamed = [key for key in held if key.verifier.public.hex() not in named]
    if len(unnamed) > 1:
        files = ", ".join(str(next_key_file(home, key.verifier)) for key in unnamed)
        raise BadKey(f"{len(unnamed)} keys wait here to be named by the ledger, and one can be: keep one of {files}")
    return unnamed[0] if unnamed else None


def make_next(home: Path, keys: Keys) -> SignerKey:
    """Make the key that may follow, or find the one that waits already; raises BadKey."""
    found = waiting(home, keys)
    if found is not None:
        return found
    made = SignerKey.generate(read_keys(home)[0].name)
    write_key(next_key_file(home, made.verifier), made)
    return made


async def rotate(square: Square, overlap: int) -> Rotated:
    """Name the next key, made now if none waits; `overlap` is in ms. Raises CannotRotate, BadKey, or as the door."""
    home, now = square.config.home, square.clock.now()
    keys, steward = await square.database.read(lambda tx: _look(tx, now))
    if steward is None:
        raise CannotRotate("nobody holds the office of steward, who alone may change the key")
    # The old key is to sign that it knows of the new one: so both have to be here.
    old = signing(home, keys, now)[0].key
    if old not in [key.verifier for key in read_keys(home)]:
        raise BadKey(f"the key that signs now, {old.format()}, is not among {', '.join(map(str, key_files(home)))}")
    new = make_next(home, keys).verifier
    act = RotateKey(old.public.hex(), new.public.hex(), now + overlap)
    recorded = await square.door.record(act, f"m:{steward.member}")
    return Rotated(recorded.index, old, new, act.until)


async def _look(tx: Tx, now: int) -> tuple[Keys, OfficeRow | None]:
    return await keys_in(tx), await first_in_office(tx, "steward", now)
