"""Founding a square: its key, its charter, its founding entries, all in one transaction or none."""

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from app.clock import Clock
from app.config import Config
from app.durable import write_durably
from app.homes import charter_file
from app.keyring import key_file, key_files, read_key, write_key
from app.people import add_person
from app.record import Deed, Door
from app.signer import Signer, checkpoint_file
from app.store.engines import Database, Tx
from app.store.ledger import read_head
from governance.acts.members import Admit, Grant
from governance.acts.proposals import Enact, EnactRule
from governance.charter import Charter
from governance.commitment import SALT_SIZE, Opening
from governance.terms import size_of
from ledger.note import SignerKey, VerifierKey

__all__ = ["charter_file", "checkpoint_file", "key_file", "read_key"]

STEWARD = "steward"
ENTRY_OF_STEWARD = 1
"""The founding batch begins with Found, Admit, Grant: so the steward is m:1 and their office is entry 2."""


class AlreadyFounded(Exception):
    """There is a square here already; the text says where."""


class Founded(Struct, frozen=True):
    """What the founder needs to know: the verifier key to publish, and how the steward signs in."""

    key: VerifierKey
    steward: str
    password: str
    entries: int


def default_origin(host: str) -> str:
    """A name for a ledger that no other has: `<hostname>/isegoria-<8 hex>`."""
    return f"{host}/isegoria-{secrets.token_hex(4)}"


class Naming(Struct, frozen=True):
    """What the square and its ledger are called, and the last checkpoint of the ledger that it continues, if any."""

    name: str
    origin: str
    continues: str = ""


async def found(
    config: Config, database: Database, clock: Clock, charter: Charter, name: str, origin: str, continues: str = ""
) -> Founded:
    """Found a square under a charter; raises AlreadyFounded, Refused, Unavailable.

    `continues` is the last checkpoint of the ledger before this one, as it was served.
    """
    config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone_in(config.home):
        await _check_empty(config.home, database)
        return await _found(config, database, clock, charter, Naming(name, origin, continues))


async def _check_empty(home: Path, database: Database) -> None:
    if (await database.read(read_head)).size:
        raise AlreadyFounded(f"there is a square in the database of {home} already; nothing was changed")
    if checkpoint_file(home).exists():
        raise AlreadyFounded(
            f"{checkpoint_file(home)} says that a ledger was signed here, and the database holds no square; nothing "
            "was changed. Put that square's database back, or name it with ISEGORIA_DATABASE; a new square needs "
            "another ISEGORIA_HOME, and a key of its own."
        )
    if keys := key_files(home):
        raise AlreadyFounded(
            f"{keys[0]} is a square's key, and the database holds no square; nothing was changed. If a founding "
            "was cut short here, remove that file and found again; if not, give the new square another ISEGORIA_HOME."
        )


async def _found(config: Config, database: Database, clock: Clock, charter: Charter, naming: Naming) -> Founded:
    await database.write(_forget_unfounded)
    password = secrets.token_urlsafe(18)
    account = await add_person(database, STEWARD, password, clock.now())
    key = SignerKey.generate(naming.origin)
    write_key(key_file(config.home), key)
    write_durably(charter_file(config.home), charter.text.encode())
    door = Door(database, clock)
    try:
        recorded = await door.record_all(founding_deeds(charter, naming, account, clock.now()))
    except BaseException:
        # Half a founding would stand in the way of the next one.
        key_file(config.home).unlink()
        charter_file(config.home).unlink()
        await database.write(_forget_unfounded)
        raise
    finally:
        await door.close()
    await Signer(database, config.home, clock).look()
    return Founded(key.verifier, STEWARD, password, len(recorded))


def founding_deeds(charter: Charter, naming: Naming, account: int, now: int) -> Sequence[Deed]:
    """The founding entries, one thing each."""
    # A steward serves for the founders' time, so that there is always somebody to grant moderators in it.
    until = now + int(size_of(next(term.value for term in charter.terms if term.name == "founding_time")))
    deeds = [
        Deed(charter.found(naming.name, naming.origin, naming.continues), "founding"),
        Deed(Admit(), "founding", account=account),
        Deed(Grant(ENTRY_OF_STEWARD, "steward", until, 0), "founding"),
    ]
    for rule in charter.rules:
        openings = tuple(Opening(field, secrets.token_bytes(SALT_SIZE), text) for field, text in rule.words().items())
        change = EnactRule(rule.spec(), tuple(opening.commit() for opening in openings))
        deeds.append(Deed(Enact(0, change), "founding", openings))
    return deeds


async def _forget_unfounded(tx: Tx) -> None:
    """Forget the steward of a founding that was cut short: whoever has no number yet."""
    steward = "select id from account where handle = {} and member is null"
    await tx.run(f"delete from credential where account in ({steward})", STEWARD)
    await tx.run("delete from account where handle = {} and member is null", STEWARD)


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    """Keep others from founding in this home meanwhile; they wait."""
    folder = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
