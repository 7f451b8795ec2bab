"""The signer: looks whether the ledger has grown, hashes what is new itself, and signs a checkpoint.

It signs only what is committed. What it finds wrong freezes the ledger until a person has acted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import structlog
from msgspec import Struct

from app.clock import Clock
from app.durable import write_durably
from app.keyring import choose_signers, keys_in, read_keys, verifiers
from app.store.engines import Database, OutcomeUnknown, Tx, Unavailable
from app.store.ledger import (
    CheckpointRow,
    Head,
    RowsMissing,
    checkpoint_at,
    freeze,
    insert_checkpoint,
    latest_checkpoint,
    read_bodies,
    read_head,
    read_tile,
)
from governance.keys import Keys, signing_at
from ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.errors import Malformed, ProofInvalid
from ledger.merkle import Edge, edge_nodes, hash_leaves
from ledger.note import VerifierKey
from ledger.tiles import Tile, node_reader, tiles_holding

log = structlog.get_logger()

EVERY = 0.2
"""Seconds between two looks."""

AT_ONCE = 8_192
"""Entries hashed in one look at the database."""


class FuseBlown(Exception):
    """The ledger is not the one that was signed before: signing must not go on. The text says how to."""


class Known(Struct, frozen=True):
    """A checkpoint of this ledger that somebody has; `where` says who, as "the file checkpoint".

    `root` is None where only the size was told.
    """

    size: int
    root: bytes | None
    where: str


Leave = Callable[[Tx], Awaitable[bool]]
"""Tells within a transaction whether this process may sign, up to the end of the transaction."""

Source = Callable[[tuple[VerifierKey, ...]], Awaitable[Sequence[Known]]]
"""Tells which checkpoints are known outside the database, given every key whose signature counts; may raise FuseBlown.

The fuse asks each source before it reads the head, so that whoever signs meanwhile is never ahead of it.
"""


async def always(_: Tx) -> bool:
    """The leave of a process that is alone with its ledger."""
    return True


def checkpoint_file(home: Path) -> Path:
    """The last signed checkpoint, kept outside the database."""
    return home / "checkpoint"


class Signer:
    """The signer of one ledger, with the keys and the kept checkpoint of a home; `sources` know of more checkpoints.

    `leave` is asked in the transaction that keeps a checkpoint: without it, what was signed is kept and shown nowhere.
    """

    def __init__(self, database: Database, home: Path, clock: Clock, *sources: Source, leave: Leave = always) -> None:
        self._database = database
        self._home = home
        self._clock = clock
        self._sources = (self._known_in_file, *sources)
        self._leave = leave
        self._edge = Edge()
        self._kept_size = 0
        self._bridged = 0

    async def begin(self) -> bool:
        """Before the first signature of a process, or of a lease: the fuse; False while the ledger is frozen.

        Raises FuseBlown, BadKey.
        """
        head = await self._database.read(read_head)
        if head.frozen:
            return False
        await self.check_fuse()
        return True

    async def check_fuse(self) -> None:
        """The rows must lead to every checkpoint that is known; raises FuseBlown, BadKey."""
        keys = await self._database.read(keys_in)
        choose_signers(read_keys(self._home), signing_at(keys, self._clock.now()))
        believed = verifiers(self._home, keys)
        known = [one for source in self._sources for one in await source(believed)]
        head, latest = await self._database.read(_head_and_latest)
        if latest is not None:
            known.append(Known(latest.size, latest.root, "the database itself"))
        try:
            for one in known:
                await self._hold_against(one, head)
            self._edge = await self._edge_at(head.size)
        except RowsMissing as error:
            raise FuseBlown(
                f"{error}: the database is damaged. Run isegoria fsck, and put a sound copy back"
            ) from error
        if self._edge.to_bytes() != head.edge:
            raise FuseBlown("the head of the ledger does not agree with its tiles: run isegoria fsck")

    async def _hold_against(self, known: Known, head: Head) -> None:
        if known.size > head.size:
            raise FuseBlown(
                f"a checkpoint of {known.size} entries was signed ({known.where}), and the database has {head.size}: "
                "it looks like an older copy. Put the newer database back; if it is lost, docs/operate.md tells what "
                "is left."
            )
        if known.root is not None and (await self._edge_at(known.size)).root() != known.root:
            raise FuseBlown(
                f"the first {known.size} entries are not those that were signed ({known.where}): the database was "
                "changed or is another one. Run isegoria fsck, and put a sound copy back; docs/operate.md tells how."
            )

    async def look(self) -> CheckpointRow | None:
        """Sign what has been appended since the last look; None when there is nothing new. Raises FuseBlown, BadKey."""
        while True:
            head, keys, bodies = await self._database.read(self._new)
            if head.frozen or head.size == 0:
                return None
            if head.size < self._edge.size:
                await self._freeze(f"the ledger went back from {self._edge.size} entries to {head.size}")
            if not bodies:
                break
            self._edge = self._edge.extend(hash_leaves(bodies))
        if self._edge.to_bytes() != head.edge:
            await self._freeze(f"the head at {head.size} entries is not the tree over the entries")
        await self._bridge(keys, head)
        signed = await self._sign(self._edge, signing_at(keys, self._clock.now()))
        return None if signed is None or not signed[1] else signed[0]

    async def run(self) -> None:
        """Look again and again until cancelled; raises FuseBlown, BadKey."""
        while True:
            try:
                await self.look()
            except (OutcomeUnknown, Unavailable) as error:
                log.warning("the database is not available to the signer", why=str(error))
            except OSError as error:
                log.error("the checkpoint cannot be kept outside the database", why=str(error))
            await asyncio.sleep(EVERY)

    async def freeze(self, why: str) -> None:
        """Nothing is appended or signed any more, in any process, until a person has acted."""
        log.critical("the ledger is frozen", why=why)
        await self._database.write(lambda tx: freeze(tx, why))

    async def _freeze(self, why: str) -> None:
        await self.freeze(why)
        raise FuseBlown(why)

    async def _new(self, tx: Tx) -> tuple[Head, Keys, list[bytes]]:
        head = await read_head(tx)
        last = min(head.size, self._edge.size + AT_ONCE)
        return head, await keys_in(tx), await read_bodies(tx, self._edge.size, last)

    async def _bridge(self, keys: Keys, head: Head) -> None:
        """For each change of the key, the checkpoint that ends with its entry, signed by the old key and by the new.

        So whoever knows the old one can always go over to the new: the size follows from the entry alone.
        """
        for rotation in keys.rotations[self._bridged :]:
            try:
                edge = await self._edge_at(rotation.bridge)
                grown = await self._grown(edge, head.size)
            except RowsMissing as error:
                await self._freeze(str(error))
                raise
            if grown.to_bytes() != head.edge:
                await self._freeze(f"the first {edge.size} entries are not those under the head")
            if await self._sign(edge, (rotation.old, rotation.new), is_bridge=True) is None:
                return
            self._bridged += 1

    async def _grown(self, edge: Edge, size: int) -> Edge:
        """The edge over the entries that follow it up to a size."""
        while edge.size < size:
            first, last = edge.size, min(size, edge.size + AT_ONCE)
            bodies = await self._database.read(partial(read_bodies, first=first, last=last))
            if len(bodies) < last - first:
                raise RowsMissing(f"entries between {first} and {last} are not there")
            edge = edge.extend(hash_leaves(bodies))
        return edge

    async def _sign(
        self, edge: Edge, wanted: Sequence[str], *, is_bridge: bool = False
    ) -> tuple[CheckpointRow, bool] | None:
        """The checkpoint that stands for this tree, and whether it is new; None where we may not sign."""
        root, is_new = edge.root(), False
        row = await self._database.read(lambda tx: checkpoint_at(tx, edge.size))
        if row is None:
            signers = choose_signers(read_keys(self._home), wanted)
            note = sign_checkpoint(Checkpoint(signers[0].name, edge.size, root), *signers)
            ours = CheckpointRow(edge.size, root, self._clock.now(), note.decode())
            row = await self._database.write(lambda tx: self._keep(tx, ours, is_bridge=is_bridge))
            is_new = row == ours
        if row is None:
            return None
        if row.root != root:
            await self._freeze(f"two roots for the size {edge.size}")
        self._publish(row)
        return row, is_new

    async def _keep(self, tx: Tx, row: CheckpointRow, *, is_bridge: bool) -> CheckpointRow | None:
        """Keep a checkpoint, if we may and nobody has signed more; returns the one that stands for its size."""
        if not await self._leave(tx):
            return None
        latest = await latest_checkpoint(tx)
        if latest is not None and latest.size > row.size and not is_bridge:
            return None
        await insert_checkpoint(tx, row)
        return await checkpoint_at(tx, row.size)

    def _publish(self, row: CheckpointRow) -> None:
        """A checkpoint stands in the database: keep the last one outside of it as well."""
        if row.size > self._kept_size:
            write_durably(checkpoint_file(self._home), row.note.encode())
            self._kept_size = row.size

    async def _edge_at(self, size: int) -> Edge:
        nodes = edge_nodes(size)
        tiles = tiles_holding(nodes, size)
        held = dict(zip(tiles, await self._database.read(lambda tx: _read_tiles(tx, tiles)), strict=True))
        return Edge(size, tuple(node_reader(size, lambda wanted: [held[tile] for tile in wanted])(nodes)))

    async def _known_in_file(self, believed: tuple[VerifierKey, ...]) -> Sequence[Known]:
        file = checkpoint_file(self._home)
        try:
            checkpoint = open_checkpoint(file.read_bytes(), believed)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise FuseBlown(f"{file} cannot be read, and tells what was signed last: {error.strerror}") from error
        except (Malformed, ProofInvalid) as error:
            raise FuseBlown(f"{file} holds no checkpoint that this square's key has signed: {error}") from error
        self._kept_size = checkpoint.size
        return (Known(checkpoint.size, checkpoint.root, f"the file {file}"),)


async def _head_and_latest(tx: Tx) -> tuple[Head, CheckpointRow | None]:
    return await read_head(tx), await latest_checkpoint(tx)


async def _read_tiles(tx: Tx, tiles: list[Tile]) -> list[bytes]:
    return [await read_tile(tx, tile) for tile in tiles]
