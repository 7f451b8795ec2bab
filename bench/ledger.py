"""Verifies a log and rebuilds all its tiles, with the limits of this machine measured beside it in the same run.

    python bench/ledger.py [--entries 200000] [--entry-bytes 256] [--rounds 3]

Writes a log into a temporary folder, then verifies it from there: every leaf hash, every tile at every level, the root
and the signature. Prints one JSON object; rates are entries a second, the best of the rounds.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import shake_128
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.client import FolderReader
from ledger.merkle import hash_leaf, hash_leaves
from ledger.note import SignerKey
from ledger.tiles import TILE_WIDTH, Bundle, Tile, Tiling, decode_bundle, encode_bundle
from ledger.verify import verify_log

TARGET = 200_000
LIMIT_ENTRIES = 100_000


def batches(entries: int, entry_bytes: int) -> Iterator[list[bytes]]:
    """Entries that are the same in every run, a bundle at a time."""
    for first in range(0, entries, TILE_WIDTH):
        width = min(TILE_WIDTH, entries - first)
        stream = shake_128(first.to_bytes(8, "big")).digest(width * entry_bytes)
        yield [stream[at : at + entry_bytes] for at in range(0, len(stream), entry_bytes)]


def write_log(folder: Path, entries: int, entry_bytes: int, signer: SignerKey) -> None:
    """Writes the static files of a log: bundles, tiles, checkpoint."""
    tiling = Tiling()
    for n, batch in enumerate(batches(entries, entry_bytes)):
        write(folder / Bundle(n, len(batch)).path, encode_bundle(batch))
        for tile, hashes in tiling.extend(hash_leaves(batch)):
            write(folder / tile.path, hashes)
    for level, row in enumerate(tiling.rows):
        if row:
            write(folder / Tile(level, entries >> 8 * (level + 1), len(row) // 32).path, row)
    write(folder / "checkpoint", sign_checkpoint(Checkpoint(signer.name, entries, tiling.edge().root()), signer))


def write(path: Path, data: bytes) -> None:
    """Writes a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def hash_only(held: list[list[bytes]]) -> int:
    """The first limit: each entry hashed as a leaf, and nothing else."""
    return sum(len([hash_leaf(entry) for entry in batch]) for batch in held)


def hash_and_tile(held: list[tuple[bytes, int]]) -> int:
    """The second limit: bundles taken apart, leaves hashed, tiles of all levels built, all in memory."""
    tiling = Tiling()
    for bundle, width in held:
        tiling.extend(hash_leaves(decode_bundle(bundle, width)))
    return tiling.size


def best_rate(rounds: int, work: Callable[[], int]) -> int:
    """The best of several runs of something that answers how many entries it worked on."""
    rates = []
    for _ in range(rounds):
        begun = time.perf_counter()
        done = work()
        rates.append(done / (time.perf_counter() - begun))
    return round(max(rates))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--entry-bytes", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    signer = SignerKey("bench.example/log", bytes(32))
    held = list(batches(min(asked.entries, LIMIT_ENTRIES), asked.entry_bytes))
    leaves = best_rate(asked.rounds, lambda: hash_only(held))
    bundles = [(encode_bundle(batch), len(batch)) for batch in held]
    tiled = best_rate(asked.rounds, lambda: hash_and_tile(bundles))
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        write_log(Path(folder), asked.entries, asked.entry_bytes, signer)
        written = asked.entries / (time.perf_counter() - begun)
        reader = FolderReader(Path(folder))
        verified = best_rate(asked.rounds, lambda: sum(1 for _ in verify_log(reader, [signer.verifier])))
    report = {
        "entries": asked.entries,
        "entry_bytes": asked.entry_bytes,
        "verify_per_second": verified,
        "target_per_second": TARGET,
        "reached": verified >= TARGET,
        "limit_leaf_hashes_per_second": leaves,
        "limit_leaves_tiles_bundles_per_second": tiled,
        "share_of_limit": round(verified / tiled, 2),
        "write_log_per_second": round(written),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "python": sys.version.split()[0],
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
