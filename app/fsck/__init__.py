"""Compares a database with its ledger: replays every entry, and holds every row that follows from them against that.

All is read in one snapshot, so a running server need not be stopped. What replay keeps is the State; the tables are
compared a page at a time.
"""

from pathlib import Path

import msgspec

from app.fsck.boxes import check_boxes
from app.fsck.findings import Fault, Findings, MissingOpening, Report, Tell
from app.fsck.governed import check_governed
from app.fsck.law import Replay
from app.fsck.tree import Home, Walk
from app.keyring import BadKey, keys_in, verifiers
from app.signer import checkpoint_file
from app.store.engines import Database, Tx
from governance.keys import NEVER_ROTATED, Keys
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import Malformed, ProofInvalid
from ledger.note import VerifierKey

__all__ = ["Fault", "MissingOpening", "Report", "Tell", "compare", "compare_tree"]


async def compare(database: Database, home: Path, tell: Tell) -> Report:
    """Compare everything that the ledger determines; `home` has the key and the last checkpoint. Raises Unavailable."""
    return await database.read(lambda tx: _compare(tx, home, tell))


async def compare_tree(database: Database, home: Path, tell: Tell) -> Report:
    """Compare entries, tiles, checkpoints and head alone, and not what the law makes of them. Raises Unavailable."""

    async def work(tx: Tx) -> Report:
        found = Findings()
        walk = Walk(tx, await _read_home(tx, home, found), found, tell)
        await walk.walk()
        return _report(walk, found)

    return await database.read(work)


async def _compare(tx: Tx, home: Path, tell: Tell) -> Report:
    found = Findings()
    walk = Walk(tx, await _read_home(tx, home, found), found, tell)
    await walk.walk()
    if not walk.size:
        found.leave_unchecked("the ledger has no entries: no square was founded in this database")
    replay = Replay(tx, walk.replayable, found, tell)
    await replay.run(walk.size)
    if replay.done == walk.size and not walk.is_broken:
        await check_governed(tx, replay.state, found, tell)
        await check_boxes(tx, replay.state, replay.seals, found, tell)
    return _report(walk, found)


def _report(walk: Walk, found: Findings) -> Report:
    return Report(
        size=walk.size,
        root=walk.edge.root().hex(),
        compared=found.compared,
        fault_count=found.fault_count,
        faults=tuple(found.faults),
        missing_count=found.missing_count,
        missing=tuple(found.missing),
        unchecked=tuple(found.unchecked),
    )


async def _read_home(tx: Tx, home: Path, found: Findings) -> Home:
    rotated = await _read_rotations(tx)
    try:
        believed = verifiers(home, rotated)
    except (BadKey, Malformed) as error:
        found.leave_unchecked(f"the signatures of checkpoints: {error}")
        return Home((), rotated, None)
    return Home(believed, rotated, _read_kept(home, believed, found))


async def _read_rotations(tx: Tx) -> Keys:
    """What the database says of the keys; whether the entries say so too is found when they are replayed."""
    try:
        return await keys_in(tx)
    except msgspec.DecodeError:
        return NEVER_ROTATED


def _read_kept(home: Path, believed: tuple[VerifierKey, ...], found: Findings) -> Checkpoint | None:
    file = checkpoint_file(home)
    if not file.exists():
        return None
    try:
        return open_checkpoint(file.read_bytes(), believed)
    except (Malformed, ProofInvalid) as error:
        found.fault("home", "checkpoint", (), f"the checkpoint that was kept cannot be believed: {error}")
    except OSError as error:
        found.leave_unchecked(f"the checkpoint that was kept, as {file} cannot be read: {error}")
    return None
