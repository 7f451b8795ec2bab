"""Freezing a ledger by hand, and letting it go on when nothing speaks against that."""

import re
from pathlib import Path

from app.clock import Clock
from app.fsck import Fault, Tell, compare_tree
from app.signer import Signer
from app.store.engines import Database, Tx
from app.store.ledger import freeze, freeze_again, read_head, unfreeze

_MOVED = re.compile(r" The square goes on at (https?://\S+)\Z")


class CannotFreeze(Exception):
    """There is nothing to freeze, or nothing frozen; the text says so."""


class NotSound(Exception):
    """The tree is not what it must be, so the ledger stays frozen; `faults` say where."""

    def __init__(self, faults: tuple[Fault, ...], count: int) -> None:
        super().__init__(f"{count} rows of the ledger are not what its entries make them")
        self.faults = faults
        self.count = count


def reason_of(why: str, moved_to: str = "") -> str:
    """What a frozen ledger says: why, and where the square goes on."""
    return f"{why} The square goes on at {moved_to}" if moved_to else why


def moved_to(frozen: str) -> str:
    """Where the square goes on, out of what a frozen ledger says; "" where that says nothing of it."""
    found = _MOVED.search(frozen)
    return found.group(1) if found else ""


async def freeze_by_hand(database: Database, why: str) -> str:
    """Freeze, and return what the ledger says now: where it is frozen already, what was found stays in front.

    Raises CannotFreeze, Unavailable.
    """

    async def work(tx: Tx) -> str:
        await tx.lock_head()
        head = await read_head(tx)
        if not head.size:
            raise CannotFreeze("there is no ledger in this database that could be frozen")
        said = f"{head.frozen} {why}" if head.frozen else why
        done = await (freeze_again(tx, head.frozen, said) if head.frozen else freeze(tx, said))
        assert done, "the head is locked"
        return said

    return await database.write(work)


async def unfreeze_by_hand(database: Database, home: Path, clock: Clock, tell: Tell) -> str:
    """Let the ledger go on, if the fuse holds and the tree is what the entries make it; returns why it was frozen.

    Raises CannotFreeze, FuseBlown, BadKey, NotSound, Unavailable.
    """
    frozen = (await database.read(read_head)).frozen
    if not frozen:
        raise CannotFreeze("the ledger is not frozen")
    await Signer(database, home, clock).check_fuse()
    report = await compare_tree(database, home, tell)
    faults = tuple(fault for fault in report.faults if (fault.table, fault.columns) != ("ledger_head", ("frozen",)))
    if faults:
        raise NotSound(faults, report.fault_count - 1)
    if not await database.write(lambda tx: unfreeze(tx, frozen)):
        raise CannotFreeze("the ledger was frozen for another reason meanwhile; see isegoria ledger show")
    return frozen
