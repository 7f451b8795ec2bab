"""Reads a whole ledger over HTTP as an independent client does, and compares every byte of it.

    python bench/serving.py HOME [--at-once 50]

Starts the real server on the square in HOME (bench/fill.py makes one) and reads, fifty requests at once over kept
connections: every bundle and every tile of every level, once cold and once more; then every partial width of the last
tile and bundle, and of the last tile of each level above. Tiles are recomputed from the entries and the root is that
of the signed checkpoint. As the limit, the same bytes are read in the same run from an application that does nothing
but answer from a dictionary. Prints one JSON object and ends with 1 if any answer was another than expected.
"""

import argparse
import asyncio
import gzip
import json
import os
import pickle
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import uvloop

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.merkle import hash_leaves
from ledger.note import VerifierKey
from ledger.tiles import TILE_WIDTH, Bundle, Tile, Tiling, decode_bundle, encode_bundle, tile_width, tiles_between

TARGET = 5_000
PLAIN = """
import pickle, sys, uvicorn
files = pickle.load(open(sys.argv[1], "rb"))
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body, headers = files[scope["path"]]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False, backlog=2048)
"""

Answers = dict[str, tuple[bytes, bool]]
"""By path, the body as it was sent and whether it is gzip."""


class Reading:
    """One round of requests: what came, how long each took, and what went wrong."""

    def __init__(self, port: int, paths: Sequence[str]) -> None:
        self.port = port
        self.waiting = deque(paths)
        self.count = len(paths)
        self.answers: Answers = {}
        self.times: list[float] = []
        self.errors: list[str] = []
        self.bytes = 0

    async def run(self, at_once: int) -> dict[str, object]:
        """Read everything over so many connections; the figures."""
        begun = time.perf_counter()
        await asyncio.gather(*(self._read_all() for _ in range(at_once)))
        seconds = time.perf_counter() - begun
        self.times.sort()
        return {
            "requests": self.count,
            "requests_per_s": round(self.count / seconds),
            "megabytes_per_s": round(self.bytes / seconds / 1e6, 1),
            "p50_ms": round(self.times[len(self.times) // 2] * 1e3, 2),
            "p99_ms": round(self.times[len(self.times) * 99 // 100] * 1e3, 2),
            "errors": len(self.errors),
        }

    async def _read_all(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while self.waiting:
            path = self.waiting.popleft()
            begun = time.perf_counter()
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            body = await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
            self.times.append(time.perf_counter() - begun)
            if not head.startswith(b"http/1.1 200"):
                self.errors.append(path)
            self.bytes += len(body)
            self.answers[path] = (body, b"content-encoding: gzip" in head)
        writer.close()


def plain(answer: tuple[bytes, bool]) -> bytes:
    """What was sent, unpacked."""
    return gzip.decompress(answer[0]) if answer[1] else answer[0]


def recompute(answers: Answers, head: Checkpoint) -> tuple[list[bytes], dict[str, bytes], bool]:
    """The entries, every file that they lead to, and whether they lead to the root that was signed."""
    entries: list[bytes] = []
    expected: dict[str, bytes] = {}
    tiling = Tiling()
    for n in range(-(-head.size // TILE_WIDTH)):
        bundle = Bundle(n, tile_width(0, n, head.size))
        path = f"/ledger/{bundle.path}"
        expected[path] = plain(answers[path])
        batch = decode_bundle(expected[path], bundle.width)
        entries += batch
        expected |= {f"/ledger/{tile.path}": hashes for tile, hashes in tiling.extend(hash_leaves(batch))}
    for level, row in enumerate(tiling.rows):
        if row:
            expected[f"/ledger/{Tile(level, head.size >> 8 * (level + 1), len(row) // 32).path}"] = row
    return entries, expected, tiling.edge().root() == head.root


def partials(entries: Sequence[bytes], files: dict[str, bytes], size: int) -> dict[str, bytes]:
    """Every width of the last files, and of the full ones before them, down from what is known."""
    made: dict[str, bytes] = {}
    for level in range(-(-size.bit_length() // 8)):
        last = (size >> 8 * level) // TILE_WIDTH
        for n in {max(0, last - 1), last}:
            whole = tile_width(level, n, size)
            for width in range(1, min(whole, TILE_WIDTH - 1) + 1):
                row = files[f"/ledger/{Tile(level, n, whole).path}"]
                made[f"/ledger/{Tile(level, n, width).path}"] = row[: 32 * width]
                if level == 0:
                    first = n * TILE_WIDTH
                    made[f"/ledger/{Bundle(n, width).path}"] = encode_bundle(entries[first : first + width])
    return made


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until somebody listens."""
    for _ in range(600):
        if process.poll() is not None:
            sys.exit("the server ended before it answered")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("the server does not answer")


def differences(answers: Answers, expected: dict[str, bytes]) -> int:
    """How many answers are other than they must be."""
    return sum(plain(answers[path]) != body for path, body in expected.items())


def read_head(port: int) -> Checkpoint:
    """The checkpoint that the real server shows, signed by the key that it shows."""
    base = f"http://127.0.0.1:{port}/ledger"
    key = VerifierKey.parse(urlopen(f"{base}/key").read().decode().split("\n")[0])
    return open_checkpoint(urlopen(f"{base}/checkpoint").read(), [key])


async def read_ledger(port: int, head: Checkpoint, at_once: int) -> tuple[dict[str, object], Answers]:
    """All rounds against the real server."""
    paths = [f"/ledger/{file.path}" for file in tiles_between(0, head.size)]
    paths += [f"/ledger/{Bundle(tile.n, tile.width).path}" for tile in tiles_between(0, head.size) if tile.level == 0]
    figures: dict[str, object] = {"entries": head.size, "at_once": at_once}
    cold = Reading(port, paths)
    figures["everything, cold"] = await cold.run(at_once)
    entries, expected, holds = recompute(cold.answers, head)
    assert set(paths) == set(expected)
    wrong = differences(cold.answers, expected) + (not holds)
    warm = Reading(port, paths * max(1, 20_000 // len(paths)))
    figures["everything, again"] = await warm.run(at_once)
    wrong += differences(warm.answers, expected)
    every = partials(entries, expected, head.size)
    widths = Reading(port, list(every))
    figures["every partial width"] = await widths.run(at_once)
    wrong += differences(widths.answers, every)
    figures["wrong_bytes"] = wrong
    figures["errors"] = len(cold.errors) + len(warm.errors) + len(widths.errors)
    return figures, cold.answers


def read_limit(answers: Answers, at_once: int) -> dict[str, object]:
    """The same bytes from an application that does nothing else."""
    port = free_port()
    files = {
        path: (body, [(b"content-length", b"%d" % len(body)), *([(b"content-encoding", b"gzip")] if packed else [])])
        for path, (body, packed) in answers.items()
    }
    with tempfile.NamedTemporaryFile() as kept:
        pickle.dump(files, kept)
        kept.flush()
        server = subprocess.Popen([sys.executable, "-c", PLAIN, kept.name, str(port)])
        try:
            wait_for(port, server)
            return uvloop.run(Reading(port, list(files) * max(1, 20_000 // len(files))).run(at_once))
        finally:
            server.terminate()
            server.wait()


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--at-once", type=int, default=50)
    asked = parser.parse_args()
    port = free_port()
    environment = {**os.environ, "ISEGORIA_HOME": str(asked.home)}
    server = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)], cwd=ROOT, env=environment
    )
    try:
        wait_for(port, server)
        figures, answers = uvloop.run(read_ledger(port, read_head(port), asked.at_once))
    finally:
        server.terminate()
        server.wait()
    figures["limit: the same bytes from a dictionary"] = read_limit(answers, asked.at_once)
    figures["target_requests_per_s"] = TARGET
    figures["server_peak_mb"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    print(json.dumps(figures, indent=1))
    sys.exit(1 if figures["wrong_bytes"] or figures["errors"] else 0)


if __name__ == "__main__":
    main()
