"""What passes the door: deeds on the way in, what is answered on the way out, and the ways in which it says no."""

from collections.abc import Awaitable, Callable
from hashlib import sha256

from msgspec import Struct

from app.store.engines import Tx
from governance.acts.cases import Decide
from governance.commitment import Opening, commit
from governance.entry import AnyAct, Entry, decode, reencode
from ledger.errors import Malformed

_LAST_TIME = 2**53 - 1

Beside = Callable[[Tx, int], Awaitable[None]]
"""What is written beside an entry: given the transaction and the entry's index."""


class Frozen(Exception):
    """The ledger is frozen: what must not be was found, and a person has to act. The text says what was found."""


class KeyReused(Exception):
    """The same request key came with another request."""


class Deed(Struct, frozen=True, gc=False):
    """An act on its way through the door.

    `openings` open its commitments; `request` and `fingerprint` make a repeated request one act; `account` is
    the private account that an `Admit` or `AdmitGuest` gives its number to; `beside` writes, in the same transaction
    and knowing the entry's index, the speech that belongs to the act.
    """

    act: AnyAct
    by: str
    openings: tuple[Opening, ...] = ()
    request: str = ""
    fingerprint: bytes = b""
    account: int = 0
    beside: Beside | None = None


class Recorded(Struct, frozen=True, gc=False):
    """What the door answers after the commit. `repeated`: the request had been answered before."""

    index: int
    leaf_hash: bytes
    at: int
    repeated: bool = False


def request_id(by: str, key: str) -> str:
    """The name of a request: a key is its sender's own."""
    return sha256(f"{by}\0{key}".encode()).hexdigest()


class Request(Struct, frozen=True):
    """A request key and the fingerprint of what was asked, "" and b"" for none."""

    key: str = ""
    fingerprint: bytes = b""

    def of(self, by: str) -> tuple[str, bytes]:
        """As a deed carries it."""
        return (request_id(by, self.key), self.fingerprint) if self.key else ("", b"")


def as_decoded(deed: Deed) -> Deed:
    """The deed with its act as every reader of the ledger will decode it; raises Malformed where they could not."""
    act = decode(reencode(Entry(deed.act, _LAST_TIME, deed.by))).act
    for opening in deed.openings:
        if "\0" in opening.value:
            raise Malformed("a text has no NUL character")
    # What a page forgot to keep could never be opened again.
    committed = _commits_of(deed.act)
    opened = {commit(opening.field, opening.salt, opening.value.encode()).hex() for opening in deed.openings}
    assert committed == opened, f"the openings of {type(act).__name__} are not those of its commitments"
    return Deed(act, deed.by, deed.openings, deed.request, deed.fingerprint, deed.account, deed.beside)


def _commits_of(act: AnyAct) -> set[str]:
    change = getattr(act, "change", None)
    commits = getattr(act, "commits", ()) or getattr(change, "commits", ())
    hashes = {part.hash for part in commits}
    if isinstance(act, Decide):
        hashes |= {answer.hash for answer in act.milder} | {one.hash for one in act.posts}
    return hashes
