"""How long an act waits for the signed checkpoint that has it, with the limit measured beside it in the same run.

    python bench/signing.py [--acts 1000] [--seconds 10] [--postgresql URL]

Founds a square in a temporary folder, lets its signer run, and sends so many reports a second through the door, each on
time and without waiting for the one before. What is measured is the time from the sending of each act until a signed
checkpoint that has it can be read. The limit is the least that can do the same: rows inserted each few milliseconds
and, five times a second, hashed, signed, inserted and kept in a file, with plain statements and the same durability.
Prints one JSON object; times in ms.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app import founding
from app.clock import SetClock
from app.collector import let_collector_rest
from app.config import Config
from app.demo.charter import demonstration_charter
from app.durable import write_durably
from app.record import Door
from app.signer import EVERY, Signer
from app.store.engines import Database, connect, migrate
from app.store.governed import value_of
from app.store.ledger import latest_checkpoint
from bench.door import NOON, RULE, Founded, report
from governance.charter import read_charter
from governance.rules import LabelOf
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.merkle import Edge, hash_leaves
from ledger.note import SignerKey

TARGET = 500
"""Milliseconds within which 99 of 100 acts are under a signed checkpoint."""

LOOK = 0.005
TICK = 0.01


def quantile(times: Sequence[float], share: float) -> int:
    """The time in ms that this share of all does not exceed, rounded up."""
    in_order = sorted(times)
    return int(in_order[min(len(in_order) - 1, int(share * len(in_order)))] * 1000) + 1


class Watch:
    """Sees when a size is signed for the first time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.signed: list[tuple[float, int]] = []
        self._grown = asyncio.Condition()

    async def run(self) -> None:
        """Look every few milliseconds."""
        while True:
            latest = await self._database.read(latest_checkpoint)
            size = latest.size if latest is not None else 0
            if not self.signed or size > self.signed[-1][1]:
                self.signed.append((time.perf_counter(), size))
                async with self._grown:
                    self._grown.notify_all()
            await asyncio.sleep(LOOK)

    async def until(self, size: int) -> None:
        """Wait until so many entries are signed."""
        async with self._grown:
            await self._grown.wait_for(lambda: self.signed[-1][1] >= size)

    def waits(self, sent: dict[int, float]) -> list[float]:
        """How long each act waited, by its index and the moment it was sent."""
        at, found = 0, []
        for index, begun in sorted(sent.items()):
            while self.signed[at][1] <= index:
                at += 1
            found.append(self.signed[at][0] - begun)
        return found


async def founded(config: Config) -> tuple[Founded, SetClock]:
    """A founded square, and its clock, which stands still: what is measured is not its time."""
    await migrate(config)
    database, clock = await connect(config), SetClock(NOON)
    charter = read_charter(demonstration_charter((ROOT / "POLICY.md").read_text(encoding="utf-8")))
    await founding.found(config, database, clock, charter, "Bench", "bench.example/signing")
    rule = await database.read(lambda tx: value_of(tx, LabelOf, RULE))
    assert rule is not None
    return Founded(database, clock, Door(database, clock), founding.ENTRY_OF_STEWARD, rule.rule), clock


async def measure(config: Config, acts: int, seconds: int) -> dict[str, object]:
    """The waits of so many acts a second for so many seconds."""
    square, clock = await founded(config)
    signer, watch = Signer(square.database, config.home, clock), Watch(square.database)
    await signer.begin()
    let_collector_rest()
    running = [asyncio.create_task(signer.run()), asyncio.create_task(watch.run())]
    sent: dict[int, float] = {}
    late: list[float] = []

    async def send(post: int) -> None:
        begun = time.perf_counter()
        deed = report(square, post)
        recorded = await square.door.record(deed.act, deed.by, openings=deed.openings)
        sent[recorded.index] = begun

    try:
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as sending:
            for number in range(acts * seconds):
                due = begun + number / acts
                if (wait := due - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                late.append(time.perf_counter() - due)
                sending.create_task(send(number + 1))
        await watch.until(max(sent) + 1)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await square.door.close()
        await square.database.close()
    waits = watch.waits(sent)
    return {
        "acts": len(sent),
        "acts_a_second": round(len(sent) / (time.perf_counter() - begun)),
        "p50_ms": quantile(waits, 0.5),
        "p99_ms": quantile(waits, 0.99),
        "sent_late_p99_ms": quantile(late, 0.99),
    }


def bare(home: Path, acts: int, seconds: int) -> dict[str, int]:
    """The same with nothing but rows, hashes, signatures and a file."""
    database = sqlite3.connect(home / "bare.db", isolation_level=None)
    database.executescript("pragma journal_mode=wal; pragma synchronous=full;")
    database.executescript("create table entry (id integer primary key, body blob); create table note (note blob);")
    key, edge, body = SignerKey.generate("bench.example/bare"), Edge(), b"x" * 450
    sent: list[float] = []
    waits: list[float] = []
    begun = time.perf_counter()
    signed_at, written = begun, 0
    while len(waits) < acts * seconds:
        now = time.perf_counter()
        due = min(acts * seconds, int((now - begun) * acts))
        sent += [begun + number / acts for number in range(len(sent), due)]
        database.execute("begin immediate")
        database.executemany("insert into entry values (?, ?)", [(n, body) for n in range(written, len(sent))])
        database.execute("commit")
        written = len(sent)
        if time.perf_counter() - signed_at >= EVERY:
            signed_at = time.perf_counter()
            edge = edge.extend(hash_leaves([body] * (written - edge.size)))
            note = sign_checkpoint(Checkpoint(key.name, edge.size, edge.root()), key)
            database.execute("insert into note values (?)", (note,))
            write_durably(home / "bare.checkpoint", note)
            ended = time.perf_counter()
            waits += [ended - sent[number] for number in range(len(waits), edge.size)]
        time.sleep(TICK)
    database.close()
    return {"limit_p50_ms": quantile(waits, 0.5), "limit_p99_ms": quantile(waits, 0.99)}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--acts", type=int, default=1000, help="acts a second")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--postgresql", metavar="URL", help="an empty database to measure as well")
    asked = parser.parse_args()
    figures: dict[str, object] = {"asked_acts_a_second": asked.acts, "python": sys.version.split()[0]}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        figures |= bare(home, asked.acts, asked.seconds)
        urls = {"sqlite": f"sqlite:///{home / 'isegoria.db'}"}
        if asked.postgresql:
            urls["postgresql"] = asked.postgresql
        for kind, url in urls.items():
            config = Config(home=home / kind, database=url)
            config.home.mkdir()
            found = asyncio.run(measure(config, asked.acts, asked.seconds))
            figures[kind] = {**found, "target_p99_ms": TARGET, "reached": int(str(found["p99_ms"])) <= TARGET}
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
