"""How many ballots a second one everyday poll takes over HTTP, one a person, with the limits measured beside it.

    python bench/poll.py [--ballots 100000] [--connections 128] [--tokens] [--postgresql URL [--workers 2]]

Founds a square in a temporary folder (SQLite, synchronous=FULL) or, when a URL is given, in that empty PostgreSQL
database, gives as many people an account and a session (or a token), and starts the real server, with sessions, CSRF
and the limits on how often; on PostgreSQL as many of them as asked. Each person answers the one poll once, through the
route that browsers (or clients) use. Then: the result is what was answered, and is read as fast as while it was
nothing; a thousand second ballots are refused; and the recount agrees.

Limits, in the same run: the same requests answered by an application that reads and forgets them; the box that the
server has, in this process; and the same rows inserted by plain grouped statements. Prints one JSON object; with
2,000,000 ballots it takes half an hour. Ends with 1 where a figure of the result is wrong.
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
from array import array
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import uvloop

from app.batch import MOST_AT_ONCE
from app.clock import SystemClock
from app.collector import let_collector_rest
from app.config import Config
from app.founding import found
from app.identifiers import day_of
from app.polls import LONGEST, BallotBox
from app.store.engines import ColumnType, Database, Tx, connect, migrate
from app.store.oauth import OauthApp, OauthToken, add_app, add_token
from app.store.pollends import lock_for_recount, recount
from app.store.polls import VOTERS, PollRow, add_poll
from app.store.posts import NewPost, add_post
from app.store.sessions import hash_of
from bench.serving import free_port, wait_for
from governance.charter import read_charter

TARGETS = {"sqlite": 3_000, "postgresql": 4_000}
P99_MS = 150
ANSWERS = ("agree", "disagree", "pass")
POLL, FIRST = 1 << 40, 1 << 20
AT_ONCE = 10_000
READS = 50
SECOND = 1_000
ACCOUNT: dict[str, ColumnType] = {
    **dict.fromkeys(("id",), "bigint"),
    **dict.fromkeys(("handle", "skeleton", "name", "bio", "kind", "locale", "theme"), "text"),
    "created_day": "bigint",
}
SESSION: dict[str, ColumnType] = {
    **dict.fromkeys(("id_hash",), "bytea"),
    "account": "bigint",
    "csrf": "bytea",
    **dict.fromkeys(("created_at", "seen_at", "expires_at"), "bigint"),
}
BALLOT: dict[str, ColumnType] = {"poll": "bigint", "account": "bigint", "choices": "text"}
BARE = """
import sys, uvicorn
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"{}"})
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False, backlog=2048)
"""


def secret_of(person: int) -> str:
    """What the browser or the client of a person keeps."""
    return sha256(b"secret %d" % person).hexdigest()


def csrf_of(person: int) -> bytes:
    """The token of a person's session, 32 bytes."""
    return sha256(b"csrf %d" % person).digest()


async def people(database: Database, ballots: int, *, tokens: bool) -> None:
    """So many accounts, each with a session or a token."""
    now = SystemClock().now()
    day = day_of(now)
    if tokens:
        app = OauthApp(7, "bench", b"", "Bench", "", "", "read write", day)
        await database.write(lambda tx: add_app(tx, app))

    async def some(tx: Tx, first: int, last: int) -> None:
        rows = [(FIRST + n, f"p{n}", f"p{n}", "", "", "person", "", "", day) for n in range(first, last)]
        await tx.insert_new("account", ("id",), ACCOUNT, rows)
        if tokens:
            for n in range(first, last):
                await add_token(tx, secret_of(n), OauthToken(n + 1, 7, FIRST + n, "read write", now, now))
            return
        kept = [(hash_of(secret_of(n)), FIRST + n, csrf_of(n), day, day, now + LONGEST) for n in range(first, last)]
        await tx.insert_new("session", ("id_hash",), SESSION, kept)

    for first in range(0, ballots, AT_ONCE):
        await database.write(partial(some, first=first, last=min(first + AT_ONCE, ballots)))


async def ask(database: Database, poll: int) -> None:
    """A post with a poll of three answers."""
    now = SystemClock().now()

    async def work(tx: Tx) -> None:
        assert await add_post(tx, NewPost(poll, FIRST, "Which?", "en", "", None, poll, now))
        await add_poll(tx, PollRow(poll, False, False, now, now + LONGEST, None), ANSWERS)

    await database.write(work)


def ballot_of(person: int, *, tokens: bool) -> bytes:
    """The request of a person who answers."""
    body = b'{"choices":[%d]}' % (person % 3)
    if tokens:
        path, by = f"/api/v1/polls/{POLL}/votes", f"Authorization: Bearer {secret_of(person)}"
    else:
        csrf = urlsafe_b64encode(csrf_of(person)).decode()
        path, by = f"/posts/{POLL}/ballot", f"Cookie: session={secret_of(person)}\r\nX-CSRF-Token: {csrf}"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
    return f"{head}{by}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


class Crowd:
    """People who answer over so many kept connections: how long each took, and which answers came."""

    def __init__(self, ports: Sequence[int], persons: range, *, tokens: bool) -> None:
        self._ports = ports
        self._persons = iter(persons)
        self._tokens = tokens
        self.times = array("d")
        self.statuses: dict[int, int] = {}

    async def run(self, connections: int) -> dict[str, object]:
        """All of them; the figures."""
        begun = time.perf_counter()
        await asyncio.gather(*(self._answer(self._ports[n % len(self._ports)]) for n in range(connections)))
        seconds = time.perf_counter() - begun
        times = sorted(self.times)
        return {
            "ballots_per_s": round(len(times) / seconds),
            "p50_ms": round(times[len(times) // 2] * 1e3, 1),
            "p99_ms": round(times[len(times) * 99 // 100] * 1e3, 1),
            "statuses": dict(sorted(self.statuses.items())),
        }

    async def _answer(self, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for person in self._persons:
            begun = time.perf_counter()
            writer.write(ballot_of(person, tokens=self._tokens))
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
            self.times.append(time.perf_counter() - begun)
            status = int(head[9:12])
            self.statuses[status] = self.statuses.get(status, 0) + 1
        writer.close()


async def result_over_http(port: int) -> tuple[dict[str, int], float]:
    """What the page of the post says of the poll, and the milliseconds that reading it took, the median of many."""
    times = []
    body = b""
    for _ in range(READS):
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        path = f"/posts/{POLL}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body = await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
        writer.close()
        times.append(time.perf_counter() - begun)
    poll = json.loads(body)["poll"]
    told = {option["title"]: option["votes"] for option in poll["options"]}
    return {**told, "voters": poll["voters"]}, round(sorted(times)[READS // 2] * 1e3, 2)


@contextmanager
def serving(config: Config, workers: int) -> Iterator[list[int]]:
    """The real server, as many of them as asked; their ports."""
    environment = {**os.environ, "ISEGORIA_HOME": str(config.home), "ISEGORIA_DATABASE": config.database}
    ports = [free_port() for _ in range(workers)]
    command = [sys.executable, "-m", "app.cli", "serve", "--port"]
    servers = []
    try:
        for port in ports:
            servers.append(subprocess.Popen([*command, str(port)], cwd=ROOT, env=environment))
            wait_for(port, servers[-1])
        yield ports
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait()


async def rate(callers: int, work: Callable[[int], Awaitable[object]], times: int) -> int:
    """Calls `work` with 0 … times-1 from so many callers at once; how many calls a second ended."""
    numbers = iter(range(times))

    async def call() -> None:
        for number in numbers:
            await work(number)

    begun = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return round(times / (time.perf_counter() - begun))


async def limits(database: Database, ballots: int, callers: int) -> dict[str, int]:
    """The box that the server has, in this process, and the same rows by plain statements; on polls of their own."""
    await ask(database, POLL + 1)
    box = BallotBox(database, SystemClock())
    boxed = await rate(callers, lambda n: box.cast(POLL + 1, FIRST + n, [n % 3]), ballots)
    await box.close()
    size = min(callers, MOST_AT_ONCE)
    begun = time.perf_counter()
    for first in range(0, ballots, size):
        rows = [(POLL + 2, FIRST + n, str(n % 3)) for n in range(first, min(first + size, ballots))]
        await database.write(partial(_insert, rows=rows))
    return {"limit_box_in_process": boxed, "limit_raw_insert": round(ballots / (time.perf_counter() - begun))}


async def _insert(tx: Tx, rows: Sequence[tuple[int, int, str]]) -> None:
    if tx.kind == "sqlite":
        await tx.many("insert into poll_ballot (poll, account, choices) values ({}, {}, {})", rows)
    else:
        await tx.insert_new("poll_ballot", ("poll", "account"), BALLOT, rows)


def bare(ballots: int, connections: int, *, tokens: bool) -> int:
    """The same requests, read and forgotten."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-c", BARE, str(port)])
    try:
        wait_for(port, server)
        figures = uvloop.run(Crowd([port], range(ballots), tokens=tokens).run(connections))
    finally:
        server.terminate()
        server.wait()
    return int(str(figures["ballots_per_s"]))


async def count_again(database: Database) -> dict[str, object]:
    """The ballots against the tallies, as at the close."""

    async def work(tx: Tx) -> tuple[bool, int]:
        await lock_for_recount(tx, POLL)
        counted = await recount(tx, POLL, SystemClock().now())
        return counted.agrees, counted.counted[VOTERS]

    begun = time.perf_counter()
    agrees, voters = await database.write(work)
    return {"recount_s": round(time.perf_counter() - begun, 2), "recount_agrees": agrees, "recounted": voters}


async def measure(config: Config, asked: argparse.Namespace, workers: int) -> dict[str, object]:
    """All figures of one database."""
    await migrate(config)
    database = await connect(config)
    charter = read_charter((ROOT / "POLICY.md").read_text(encoding="utf-8"))
    await found(config, database, SystemClock(), charter, "A full poll", f"bench.example/{secrets.token_hex(4)}")
    await people(database, asked.ballots, tokens=asked.tokens)
    await ask(database, POLL)
    await database.close()
    kind = database.kind
    with serving(config, workers) as ports:
        _, at_first = await result_over_http(ports[0])
        cast = await Crowd(ports, range(asked.ballots), tokens=asked.tokens).run(asked.connections)
        shown, at_last = await result_over_http(ports[-1])
        again = Crowd(ports, range(min(SECOND, asked.ballots)), tokens=asked.tokens)
        await again.run(asked.connections)
    expected = {title: len(range(place, asked.ballots, 3)) for place, title in enumerate(ANSWERS)}
    database = await connect(config)
    sample = min(asked.ballots, 60_000)
    figures = {
        **cast,
        "result_ms_of_none": at_first,
        "result_ms_of_all": at_last,
        "result_is_right": shown == {**expected, "voters": asked.ballots},
        "second_ballots": dict(again.statuses),
        **await count_again(database),
        **await limits(database, sample, 256),
        "target_ballots_per_s": TARGETS[kind],
        "target_p99_ms": P99_MS,
    }
    await database.close()
    return figures


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=128)
    parser.add_argument("--tokens", action="store_true", help="through the client API, by tokens")
    parser.add_argument("--postgresql", metavar="URL", help="an empty database to measure instead")
    parser.add_argument("--workers", type=int, default=2, help="how many servers on PostgreSQL")
    asked = parser.parse_args()
    let_collector_rest()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = asked.postgresql or f"sqlite:///{home / 'isegoria.db'}"
        config = Config(home=home, database=url)
        figures = uvloop.run(measure(config, asked, asked.workers if asked.postgresql else 1))
    figures["limit_bare_http"] = bare(min(asked.ballots, 20_000), asked.connections, tokens=asked.tokens)
    print(json.dumps({"ballots": asked.ballots, "connections": asked.connections, **figures}, indent=1))
    refused = {409, 422}
    right = figures["result_is_right"] and figures["recount_agrees"]
    second = figures["second_ballots"]
    assert isinstance(second, dict)
    sys.exit(0 if right and set(second) <= refused else 1)


if __name__ == "__main__":
    main()
