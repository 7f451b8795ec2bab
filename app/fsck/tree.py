"""The rows of the ledger itself: entries, tiles, checkpoints and head against the tree over the entries."""

from collections.abc import Sequence

from msgspec import Struct

from app.fsck.findings import Findings, Tell
from app.store.engines import Tx
from app.store.transaction import Row
from app.store.whole import Span, count_rows, pages, rows_in, rows_outside
from governance.entry import decode
from governance.keys import Keys, key_for
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import Malformed, ProofInvalid
from ledger.merkle import HASH_SIZE, Edge, hash_leaf
from ledger.note import VerifierKey
from ledger.tiles import TILE_WIDTH, Tile, Tiling

_HEAD = ("id", "size", "edge", "at", "frozen")
_CHECKPOINT = ("size", "root", "note")
_TILE = ("level", "n", "hashes")


class Home(Struct, frozen=True):
    """What lies beside the database: the keys that ever signed, the first in front, and the checkpoint that was kept.

    `rotated` says which of them signs what.
    """

    keys: tuple[VerifierKey, ...]
    rotated: Keys
    kept: Checkpoint | None

    def signer_of(self, size: int) -> VerifierKey:
        """The key without whose signature no checkpoint of this size holds."""
        named = key_for(self.rotated, size)
        return next((key for key in self.keys if key.public.hex() == named), self.keys[0])


class Walk:
    """One pass over the entries.

    `size` of them follow one another from 0, and more may come after a gap (`is_broken`). From `sound` on they are not
    those that were hashed.
    """

    def __init__(self, tx: Tx, home: Home, found: Findings, tell: Tell) -> None:
        self._tx = tx
        self._home, self._kept = home, home.kept
        self._found = found
        self._tell = tell
        self._tiling = Tiling()
        self._head: Row = {}
        self._last_body = b""
        self.is_broken = False
        self.edge = Edge()
        self.sound: int | None = None

    @property
    def size(self) -> int:
        """How many entries were read."""
        return self.edge.size

    @property
    def replayable(self) -> int:
        """How many entries from the first on are what they were when they were hashed."""
        return self.size if self.sound is None else self.sound

    async def walk(self) -> None:
        """Compare everything that follows from the bytes of the entries."""
        self._head = await self._read_head()
        total = await count_rows(self._tx, "ledger_entry")
        async for rows in pages(self._tx, "ledger_entry", ("id",), ("id", "leaf_hash", "body")):
            self._found.count("ledger_entry", len(rows))
            following = self._following(rows)
            if following:
                await self._page(following)
            self._tell("ledger", self.size, total)
        self._check_head()
        await self._check_others()

    async def _read_head(self) -> Row:
        rows = await self._tx.rows(f"select {', '.join(_HEAD)} from ledger_head", ())
        self._found.count("ledger_head", len(rows))
        for row in rows:
            if row["id"] != 0:
                self._found.fault("ledger_head", row["id"], ("id",), "there is one head, and its id is 0")
        return next((row for row in rows if row["id"] == 0), {})

    def _following(self, rows: list[Row]) -> list[Row]:
        """The rows that follow what was read; after a gap there are none, and every row is one too many."""
        following: list[Row] = []
        for row in rows:
            expected = self.size + len(following)
            if row["id"] == expected and not self.is_broken:
                following.append(row)
                continue
            if not self.is_broken and isinstance(row["id"], int) and row["id"] > expected:
                self.is_broken = True
                self._found.fault("ledger_entry", expected, (), "the entry is missing")
                self._found.leave_unchecked(f"what comes after entry {expected}, which is missing")
            self._found.fault("ledger_entry", row["id"], (), "the entry does not follow the one before it")
        return following

    async def _page(self, rows: list[Row]) -> None:
        first = self.size
        hashes = await self._hashes(first, rows)
        await self._check_checkpoints(first, hashes)
        full = self._tiling.extend(hashes)
        self.edge = self._tiling.edge()
        await self._check_tiles(full)
        body = rows[-1]["body"]
        self._last_body = body if isinstance(body, bytes) else b""

    async def _hashes(self, first: int, rows: list[Row]) -> list[bytes]:
        """The leaf hashes, of body and row the one that the tree knows."""
        made = [hash_leaf(body) if isinstance(body := row["body"], bytes) else b"" for row in rows]
        stored = [one if isinstance(one := row["leaf_hash"], bytes) else b"" for row in rows]
        wrong = [place for place in range(len(rows)) if made[place] != stored[place]]
        for place in wrong:
            known = await self._known(first, place, made, stored)
            if known == made[place]:
                self._found.fault("ledger_entry", first + place, ("leaf_hash",), "it is not the hash of the entry")
                continue
            columns = ("body",) if known == stored[place] else ("body", "leaf_hash")
            self._found.fault("ledger_entry", first + place, columns, "the entry is not the one that was hashed")
            made[place] = stored[place] if len(stored[place]) == HASH_SIZE else made[place] or bytes(HASH_SIZE)
            self.sound = first + place if self.sound is None else self.sound
        return made

    async def _known(self, first: int, place: int, made: Sequence[bytes], stored: Sequence[bytes]) -> bytes:
        """The hash at this place in the stored tile, or the one with which the head's edge is reached; else empty."""
        n, at = divmod(first + place, TILE_WIDTH)
        for row in await rows_in(self._tx, Span("ledger_tile", _TILE, "n", n, n + 1, {"level": 0})):
            if isinstance(hashes := row["hashes"], bytes):
                return hashes[at * HASH_SIZE : (at + 1) * HASH_SIZE]
        for hashes_ in (stored, made):
            fit = all(len(one) == HASH_SIZE for one in hashes_)
            if fit and self.edge.extend(hashes_).to_bytes() == self._head.get("edge"):
                return hashes_[place]
        return b""

    async def _check_tiles(self, full: Sequence[tuple[Tile, bytes]]) -> None:
        levels = {tile.level for tile, _ in full}
        stored: dict[tuple[object, object], Row] = {}
        for level in levels:
            ns = [tile.n for tile, _ in full if tile.level == level]
            rows = await rows_in(self._tx, Span("ledger_tile", _TILE, "n", min(ns), max(ns) + 1, {"level": level}))
            stored |= {(row["level"], row["n"]): row for row in rows}
        for tile, hashes in full:
            self._found.count("ledger_tile", 1)
            row = stored.get((tile.level, tile.n))
            name = f"{tile.level}/{tile.n}"
            if row is None:
                self._found.fault("ledger_tile", name, (), "the tile is missing")
            elif row["hashes"] != hashes:
                self._found.fault("ledger_tile", name, ("hashes",), "the tile is not what the entries hash to")

    async def _check_checkpoints(self, first: int, hashes: Sequence[bytes]) -> None:
        last, edge = first + len(hashes), self.edge
        for row in await rows_in(self._tx, Span("ledger_checkpoint", _CHECKPOINT, "size", first + 1, last + 1)):
            size = row["size"]
            assert isinstance(size, int)
            edge = edge.extend(hashes[edge.size - first : size - first])
            self._check_checkpoint(row, edge.root())
        if self._kept is not None and first < self._kept.size <= last:
            self._check_kept(self.edge.extend(hashes[: self._kept.size - first]).root())

    def _check_checkpoint(self, row: Row, root: bytes) -> None:
        self._found.count("ledger_checkpoint", 1)
        size, says = row["size"], self._noted(row)
        if says is None:
            self._found.fault("ledger_checkpoint", size, ("note",), "the note is not one that the key has signed")
        elif says[0] != size:
            columns = ("note",) if row["root"] == root else ("size",)
            self._found.fault("ledger_checkpoint", size, columns, f"the note is about the size {says[0]}")
            return
        elif says[1] != root:
            self._found.fault("ledger_checkpoint", size, ("note",), "another root than the entries' was signed")
        if row["root"] != root:
            self._found.fault("ledger_checkpoint", size, ("root",), "it is not the root over the entries")

    def _check_kept(self, root: bytes) -> None:
        if self._kept is not None and self._kept.root != root:
            self._found.fault("home", "checkpoint", (), "the checkpoint that was kept is not of these entries")

    def _noted(self, row: Row) -> tuple[int, bytes] | None:
        """Size and root of a note, None where it does not hold; what the row says where there is no key."""
        note, size, root = row["note"], row["size"], row["root"]
        assert isinstance(size, int)
        if not self._home.keys:
            return (size, root) if isinstance(root, bytes) else None
        try:
            checkpoint = open_checkpoint(str(note).encode(), [self._home.signer_of(size)])
        except (Malformed, ProofInvalid):
            return None
        return checkpoint.size, checkpoint.root

    def _check_head(self) -> None:
        if not self._head:
            if self.size:
                self._found.fault("ledger_head", 0, (), "the head is missing")
            return
        size, edge = self._head["size"], self._head["edge"]
        if edge != self.edge.to_bytes():
            self._found.fault("ledger_head", 0, ("edge",), "it is not the right edge of the tree over the entries")
        if size != self.size:
            self._found.fault("ledger_head", 0, ("size",), f"it does not say {self.size}, which is how many there are")
        if self._head["frozen"]:
            self._found.fault("ledger_head", 0, ("frozen",), f"the ledger is frozen: {self._head['frozen']!r}")
        try:
            at = decode(self._last_body).at if self.size else 0
        except Malformed:
            return
        if self._head["at"] != at:
            self._found.fault("ledger_head", 0, ("at",), f"it does not say {at}, the time of the last entry")

    async def _check_others(self) -> None:
        """Rows of tiles and checkpoints that this ledger has not."""
        if self._kept is not None and self._kept.size > self.size:
            self._found.fault("home", "checkpoint", (), f"the checkpoint that was kept has {self._kept.size} entries")
        for row in await rows_outside(self._tx, Span("ledger_checkpoint", _CHECKPOINT, "size", 1, self.size + 1)):
            self._found.fault("ledger_checkpoint", row["size"], (), f"the ledger has {self.size} entries")
        async for rows in pages(self._tx, "ledger_tile", ("level", "n"), ("level", "n")):
            for row in rows:
                if not self._has_tile(row):
                    self._found.fault("ledger_tile", (row["level"], row["n"]), (), "the ledger has no such tile")

    def _has_tile(self, row: Row) -> bool:
        level, n = row["level"], row["n"]
        if not isinstance(level, int) or not isinstance(n, int) or not 0 <= level < 8:
            return False
        return 0 <= n < self.size >> 8 * (level + 1)
