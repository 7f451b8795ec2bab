"""The signer: looks whether the ledger has grown, hashes what is new itself, and signs a checkpoint.

It signs only what is committed. What it finds wrong freezes the ledger until a person has acted.
"""

import asyncio
import os
from pathlib import Path

import structlog

from app.store.engines import Database, OutcomeUnknown, Tx, Unavailable
from app.store.ledger import (
    CheckpointRow,
    Head,
    checkpoint_at,
    freeze,
    insert_checkpoint,
    latest_checkpoint,
    read_bodies,
    read_head,
    read_tile,
)
from ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.errors import Malformed, ProofInvalid
from ledger.merkle import Edge, edge_nodes, hash_leaves
from ledger.note import SignerKey
from ledger.tiles import Tile, node_reader, tiles_holding

log = structlog.get_logger()

EVERY = 0.2
"""Seconds between two looks."""

AT_ONCE = 8_192
"""Entries hashed in one look at the database."""


class FuseBlown(Exception):
    """The ledger is not the one that was signed before: signing must not go on. The text says how to."""


class Signer:
    """The signer of one ledger; `file` keeps the last checkpoint outside the database."""

    def __init__(self, database: Database, key: SignerKey, file: Path) -> None:
        self._database = database
        self._key = key
        self._file = file
        self._edge = Edge()

    async def check_fuse(self) -> None:
        """Before the first signature: the rows must lead to every checkpoint that is known; raises FuseBlown."""
        # The file first: another process may be signing, and writes the database before the file.
        kept = self._kept()
        head, latest = await self._database.read(_head_and_latest)
        known = [row for row in (latest, kept) if row is not None]
        for row in known:
            if row.size > head.size:
                raise FuseBlown(
                    f"a checkpoint of {row.size} entries was signed, and the database has {head.size}: it looks like "
                    "an older copy. Put the newer database back, or found a new ledger; docs/operate.md tells how."
                )
            if (await self._edge_at(row.size)).root() != row.root:
                raise FuseBlown(
                    f"the first {row.size} entries are not those that were signed: the database was changed or is "
                    "another one. Compare it with a backup; docs/operate.md tells how."
                )
        self._edge = await self._edge_at(head.size)
        if self._edge.to_bytes() != head.edge:
            raise FuseBlown("the head of the ledger does not agree with its tiles; run isegoria fsck")

    async def look(self) -> CheckpointRow | None:
        """Sign what has been appended since the last look; None when there is nothing new."""
        while True:
            head, bodies = await self._database.read(self._new)
            if head.frozen or head.size == 0:
                return None
            if not bodies:
                break
            self._edge = self._edge.extend(hash_leaves(bodies))
        if self._edge.to_bytes() != head.edge:
            await self._freeze(f"the head at {head.size} entries is not the tree over the entries")
        return await self._sign(head)

    async def run(self) -> None:
        """Look again and again until cancelled or frozen."""
        while True:
            try:
                await self.look()
            except (OutcomeUnknown, Unavailable) as error:
                log.warning("the database is not available to the signer", why=str(error))
            await asyncio.sleep(EVERY)

    async def _new(self, tx: Tx) -> tuple[Head, list[bytes]]:
        head = await read_head(tx)
        last = min(head.size, self._edge.size + AT_ONCE)
        return head, await read_bodies(tx, self._edge.size, last)

    async def _sign(self, head: Head) -> CheckpointRow | None:
        root = self._edge.root()
        existing = await self._database.read(lambda tx: checkpoint_at(tx, head.size))
        if existing is not None:
            if existing.root != root:
                await self._freeze(f"two roots for the size {head.size}")
            return None
        note = sign_checkpoint(Checkpoint(self._key.name, head.size, root), self._key)
        row = CheckpointRow(head.size, root, note.decode())
        if not await self._database.write(lambda tx: insert_checkpoint(tx, row)):
            return None
        self._keep(note)
        return row

    async def _freeze(self, why: str) -> None:
        log.critical("the ledger is frozen", why=why)
        await self._database.write(lambda tx: freeze(tx, why))
        raise FuseBlown(why)

    async def _edge_at(self, size: int) -> Edge:
        nodes = edge_nodes(size)
        tiles = tiles_holding(nodes, size)
        held = dict(zip(tiles, await self._database.read(lambda tx: _read_tiles(tx, tiles)), strict=True))
        return Edge(size, tuple(node_reader(size, lambda wanted: [held[tile] for tile in wanted])(nodes)))

    def _kept(self) -> CheckpointRow | None:
        if not self._file.exists():
            return None
        note = self._file.read_bytes()
        try:
            checkpoint = open_checkpoint(note, [self._key.verifier])
        except (Malformed, ProofInvalid) as error:
            raise FuseBlown(f"{self._file} holds no checkpoint of this square's key: {error}") from error
        return CheckpointRow(checkpoint.size, checkpoint.root, note.decode())

    def _keep(self, note: bytes) -> None:
        write_durably(self._file, note)


def write_durably(file: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace a file so that after a power cut it is the old one or the new one, whole."""
    beside = file.with_name(f".{file.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    beside.replace(file)


async def _head_and_latest(tx: Tx) -> tuple[Head, CheckpointRow | None]:
    return await read_head(tx), await latest_checkpoint(tx)


async def _read_tiles(tx: Tx, tiles: list[Tile]) -> list[bytes]:
    return [await read_tile(tx, tile) for tile in tiles]
