"""How many home timelines a second a square serves over HTTP, and whether that grows with what is said in it.

    python bench/timelines.py [--accounts 100000] [--posts 1000000] [--follows 5000000] [--seconds 5] [--postgresql URL]

Fills a square (SQLite in a temporary folder, or an empty PostgreSQL database) and starts the real server on it, with
its sessions, tokens, limits and CSRF guard. A thousand readers then read: each home once while it is merged; as JSON
through the client API and as a page, by 16 connections as fast as they can; as JSON 200 times a second, whether or not
the answers before have come. Before that the same is asked, one at a time, of a square of a hundredth of the size: a
timeline, the page of a post, that of a poll. As the limit, the same answers are read in the same run from an
application that does nothing but send them. Prints one JSON object.
"""

import argparse
import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import uvloop

from app.clock import SystemClock
from app.config import Config
from app.feeds.homes import keep_homes
from app.founding import found
from app.store.engines import connect, migrate
from bench.crowd import Crowd, Reader, Size, gather
from bench.serving import free_port, wait_for
from governance.charter import read_charter

TARGETS = {"json_per_s": 800, "p95_ms_at_200_per_s": 60, "html_per_s": 300, "growth": 1.5}
READERS = 1_000
CONNECTIONS = 16
PACE = 200
ALONE = 300
PLAIN = """
import sys, uvicorn
body = open(sys.argv[1], "rb").read()
headers = [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
"""

Ask = Callable[[Reader], bytes]


def as_json(reader: Reader) -> bytes:
    """The home timeline through the client API."""
    return _request("/api/v1/timelines/home", f"Authorization: Bearer {reader.token}\r\n")


def as_page(reader: Reader) -> bytes:
    """The home page."""
    return page("/following")(reader)


def page(path: str) -> Ask:
    """A page for somebody who is signed in."""
    return lambda reader: _request(path, f"Cookie: session={reader.session}\r\nAccept: text/html\r\n")


def _request(path: str, headers: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


class Line:
    """A kept connection; one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> bytes:
        """Send a request and return the body of the answer, which must be 200."""
        if self._ends is None:
            self._ends = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._ends
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body = await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
        assert head.startswith(b"http/1.1 200"), head.decode() + body.decode()[:500]
        return body


async def flat_out(port: int, ask: Ask, readers: Sequence[Reader], seconds: float) -> int:
    """Answers a second, by so many connections that never wait."""
    end = time.perf_counter() + seconds
    turns = iter(range(1_000_000_000))

    async def run() -> int:
        line, done = Line(port), 0
        while time.perf_counter() < end:
            await line.ask(ask(readers[next(turns) % len(readers)]))
            done += 1
        return done

    return round(sum(await asyncio.gather(*(run() for _ in range(CONNECTIONS)))) / seconds)


async def at_pace(port: int, ask: Ask, readers: Sequence[Reader], seconds: float) -> dict[str, float]:
    """How long answers take, in milliseconds from when they were due, when they are asked for at a steady pace."""
    lines = [Line(port) for _ in range(64)]
    times: list[float] = []
    begun = time.perf_counter()

    async def one(number: int) -> None:
        due = begun + number / PACE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        line = lines.pop() if lines else Line(port)
        await line.ask(ask(readers[number % len(readers)]))
        times.append((time.perf_counter() - due) * 1000)
        lines.append(line)

    await asyncio.gather(*(one(number) for number in range(int(PACE * seconds))))
    times.sort()
    return {"p50_ms": round(times[len(times) // 2], 1), "p95_ms": round(times[len(times) * 95 // 100], 1)}


async def alone(port: int, ask: Ask, readers: Sequence[Reader]) -> float:
    """The median milliseconds of an answer, one at a time."""
    line, times = Line(port), []
    for number in range(ALONE):
        begun = time.perf_counter()
        await line.ask(ask(readers[number % min(len(readers), ALONE // 3)]))
        times.append((time.perf_counter() - begun) * 1000)
    return round(sorted(times)[ALONE // 2], 3)


async def each_once(port: int, ask: Ask, readers: Sequence[Reader]) -> int:
    """Answers a second while each reads once."""
    left = iter(readers)
    begun = time.perf_counter()

    async def run() -> None:
        line = Line(port)
        for reader in left:
            await line.ask(ask(reader))

    await asyncio.gather(*(run() for _ in range(CONNECTIONS)))
    return round(len(readers) / (time.perf_counter() - begun))


async def fill(config: Config, size: Size) -> Crowd:
    """A founded square with so many people."""
    await migrate(config)
    database = await connect(config)
    try:
        charter = read_charter((ROOT / "POLICY.md").read_text(encoding="utf-8"))
        await found(config, database, SystemClock(), charter, "Crowded", f"bench.example/{secrets.token_hex(4)}")
        return await gather(database, SystemClock().now(), size, min(READERS, size.accounts // 2))
    finally:
        await database.close()


async def keep(config: Config) -> float:
    """Have all homes kept that were asked for; the milliseconds that one took."""
    database = await connect(config)
    begun = time.perf_counter()
    try:
        for _ in range(READERS):
            await keep_homes(database)
    finally:
        await database.close()
    return round((time.perf_counter() - begun) * 1000 / READERS, 2)


def measure(config: Config, size: Size, seconds: float) -> tuple[dict[str, object], dict[str, float]]:
    """The figures of a square of one size; and, of one who reads alone, by what is read."""
    crowd = asyncio.run(fill(config, size))
    figures: dict[str, object] = {"accounts": size.accounts, "posts": size.posts, "follows": size.follows}
    environment = {**os.environ, "ISEGORIA_HOME": str(config.home), "ISEGORIA_DATABASE": config.database}
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)], cwd=ROOT, env=environment
    )
    try:
        wait_for(port, server)
        figures["merged_json_per_s"] = uvloop.run(each_once(port, as_json, crowd.readers))
        figures["keeping_ms_a_home"] = asyncio.run(keep(config))
        figures["json_per_s"] = uvloop.run(flat_out(port, as_json, crowd.readers, seconds))
        figures["json_at_200_per_s"] = uvloop.run(at_pace(port, as_json, crowd.readers, seconds))
        figures["html_per_s"] = uvloop.run(flat_out(port, as_page, crowd.readers, seconds))
        single = {
            "timeline": uvloop.run(alone(port, as_json, crowd.readers)),
            "post": uvloop.run(alone(port, page(crowd.post), crowd.readers)),
            "poll": uvloop.run(alone(port, page(crowd.poll), crowd.readers)),
        }
        figures["limit_json_per_s"] = limit(uvloop.run(Line(port).ask(as_json(crowd.readers[0]))), crowd.readers)
    finally:
        server.terminate()
        server.wait()
    return figures, single


def limit(body: bytes, readers: Sequence[Reader]) -> int:
    """Answers a second of an application that does nothing but send these bytes."""
    port = free_port()
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(body)
        kept.flush()
        server = subprocess.Popen([sys.executable, "-c", PLAIN, kept.name, str(port)])
        try:
            wait_for(port, server)
            return uvloop.run(flat_out(port, as_json, readers, 2))
        finally:
            server.terminate()
            server.wait()


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--follows", type=int, default=5_000_000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--postgresql", nargs=2, metavar="URL", help="two empty databases, in the place of SQLite")
    asked = parser.parse_args()
    large = Size(asked.accounts, asked.posts, asked.follows)
    small = Size(large.accounts // 100, large.posts // 100, large.follows // 100)
    figures: dict[str, object] = {"targets": TARGETS, "python": sys.version.split()[0]}
    single = []
    for number, size in enumerate((small, large)):
        with tempfile.TemporaryDirectory() as folder:
            url = asked.postgresql[number] if asked.postgresql else f"sqlite:///{folder}/isegoria.db"
            config = Config(home=Path(folder), database=url)
            figures[f"{size.posts} posts"], alone_ms = measure(config, size, asked.seconds)
            single.append(alone_ms)
    figures["alone_ms"] = {what: [ms[what] for ms in single] for what in single[0]}
    figures["growth"] = {what: round(single[1][what] / single[0][what], 2) for what in single[0]}
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
