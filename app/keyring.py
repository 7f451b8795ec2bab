"""The keys of a square: the seeds in its home, and which of them the ledger wants to sign."""

from collections.abc import Sequence
from pathlib import Path

from app.durable import write_durably
from app.store.engines import Tx
from app.store.governed import value_of
from governance.keys import KEYS, NEVER_ROTATED, Keys, signing_at
from governance.members import SQUARE, Square
from ledger.errors import Malformed
from ledger.note import SignerKey, VerifierKey

PRIVATE = 0o600


class BadKey(Exception):
    """A key that is needed is not in the home, or cannot be read; the text says which, and what to do."""


def key_file(home: Path) -> Path:
    """The seed of the first key that signs the ledger."""
    return home / "ledger.key"


def next_key_file(home: Path, key: VerifierKey) -> Path:
    """The seed of a key that follows another."""
    return home / f"ledger.{key.key_id.hex()}.key"


def key_files(home: Path) -> list[Path]:
    """Every seed in a home, the first key's in front."""
    first = key_file(home)
    return sorted(home.glob("ledger*.key"), key=lambda file: (file != first, file.name))


def read_key(home: Path) -> SignerKey:
    """The first key of the square in this home; raises FileNotFoundError, Malformed."""
    return SignerKey.parse(key_file(home).read_text().strip())


def read_keys(home: Path) -> tuple[SignerKey, ...]:
    """Every key in a home, the first in front, at least one; raises BadKey."""
    files = key_files(home)
    if not files:
        raise BadKey(f"there is no key in {key_file(home)}: copy it back from where you keep it; nothing else can sign")
    return tuple(_read(file) for file in files)


def _read(file: Path) -> SignerKey:
    try:
        return SignerKey.parse(file.read_text().strip())
    except OSError as error:
        raise BadKey(f"{file} cannot be read: {error.strerror}") from error
    except (Malformed, UnicodeDecodeError) as error:
        raise BadKey(f"{file} holds no key: {error}. Copy it back from where you keep it") from error


def write_key(file: Path, key: SignerKey) -> None:
    """Keep a seed where its owner alone can read it."""
    write_durably(file, f"{key.format()}\n".encode(), PRIVATE)


def choose_signers(held: Sequence[SignerKey], wanted: Sequence[str]) -> tuple[SignerKey, ...]:
    """The keys that are to sign, of those in the home; `wanted` are public keys in hex, none for the first one alone.

    Raises BadKey where one of them is missing.
    """
    if not wanted:
        return (held[0],)
    by_public = {key.verifier.public.hex(): key for key in held}
    missing = [name for name in wanted if name not in by_public]
    if missing:
        lacking = VerifierKey(held[0].name, bytes.fromhex(missing[0]))
        raise BadKey(
            f"the ledger is to be signed by the key {lacking.format()}, and no file here holds it: copy "
            f"{next_key_file(Path(), lacking)}, or ledger.key if it is the first one, from the machine that has it"
        )
    return tuple(by_public[name] for name in wanted)


async def keys_in(tx: Tx) -> Keys:
    """What the ledger says of its keys."""
    return await value_of(tx, Keys, KEYS) or NEVER_ROTATED


def verifiers(home: Path, keys: Keys) -> tuple[VerifierKey, ...]:
    """Every key that ever signed, or may yet: those in the home, and those that the ledger names; raises BadKey."""
    held = [key.verifier for key in read_keys(home)]
    named = [name for rotation in keys.rotations for name in (rotation.old, rotation.new)]
    known = [*held, *(VerifierKey(held[0].name, bytes.fromhex(name)) for name in named)]
    return tuple(dict.fromkeys(known))


async def shown_keys(tx: Tx, home: Path, now: int) -> tuple[VerifierKey, ...]:
    """The keys that sign at a time, the newest first; raises BadKey where it takes a file that is not there."""
    named = signing_at(await keys_in(tx), now)
    square = await value_of(tx, Square, SQUARE)
    if not named or square is None:
        return (read_keys(home)[0].verifier,)
    return tuple(VerifierKey(square.origin, bytes.fromhex(name)) for name in reversed(named))
