"""A log as static files, held in a dictionary: what a mirror would have on disk."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.errors import NotFound
from ledger.merkle import HASH_SIZE, hash_leaves
from ledger.note import SignerKey
from ledger.tiles import TILE_WIDTH, Bundle, Tile, Tiling, encode_bundle

SIGNER = SignerKey("square.example/log", bytes(range(32)))
KEYS = [SIGNER.verifier]


class StaticLog:
    """All files of a log of these entries, by path, and a reader of them."""

    def __init__(self, entries: Sequence[bytes], *, prefix: str = "") -> None:
        self.size = len(entries)
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        tiling = Tiling()
        for first in range(0, self.size, TILE_WIDTH):
            batch = entries[first : first + TILE_WIDTH]
            self.files[prefix + Bundle(first // TILE_WIDTH, len(batch)).path] = encode_bundle(batch)
            for tile, hashes in tiling.extend(hash_leaves(batch)):
                self.files[prefix + tile.path] = hashes
        for level, row in enumerate(tiling.rows):
            if row:
                tile = Tile(level, self.size >> 8 * (level + 1), len(row) // HASH_SIZE)
                self.files[prefix + tile.path] = row
        self.root = tiling.edge().root()
        self.checkpoint = Checkpoint(SIGNER.name, self.size, self.root)
        self.files[prefix + "checkpoint"] = sign_checkpoint(self.checkpoint, SIGNER)

    def read(self, path: str) -> bytes:
        """The file at `path`; raises NotFound."""
        self.asked.append(path)
        if path not in self.files:
            raise NotFound(path, "not in this log")
        return self.files[path]

    def write_to(self, folder: Path) -> None:
        """Writes the files under a folder."""
        for path, data in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)


def numbered(count: int) -> list[bytes]:
    """Entries that differ from each other."""
    return [b"entry %d" % number for number in range(count)]


def bits_flipped(data: bytes) -> Iterable[bytes]:
    """The bytes with each one of their bits flipped."""
    for at in range(len(data)):
        for bit in range(8):
            yield data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
