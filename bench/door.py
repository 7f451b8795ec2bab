"""How many acts a second pass the door, with the limit of the same database measured beside it in the same run.

    python bench/door.py [--acts 40000] [--callers 256] [--rounds 2] [--postgresql URL]

Founds a square under POLICY.md in a temporary folder (SQLite, synchronous=FULL) and, when a URL is given, in that
empty PostgreSQL database, then sends reports through the door: each on another post (each opens a case), and all on one
case. Beside it the ledger's rows alone are appended, and, as the limit, the same bytes are inserted by plain grouped
statements. Prints one JSON object; rates are acts a second, the best of the rounds.
"""

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from msgspec import Struct

from app.batch import Batch
from app.clock import SystemClock
from app.config import Config
from app.record import Deed, Door
from app.store.engines import ColumnType, Database, Tx, connect, migrate
from app.store.ledger import append, read_bodies, read_head
from governance.charter import Charter, FoundingRule, read_charter
from governance.commitment import SALT_SIZE, Opening
from governance.entry import Admit, Enact, EnactRule, Report
from ledger.merkle import hash_leaf

TARGETS = {
    "sqlite": {"random_posts": 12_000, "one_case": 35_000, "append_alone": 40_000},
    "postgresql": {"random_posts": 10_000, "one_case": 22_000},
}
ENTRIES_AT_ONCE = 512
RULE = "1.2"
REASON = "It calls for violence against people who can be made out."
CONTENT = "Come to the square at noon, and bring what hurts; you all know where they live."


class Founded(Struct, frozen=True):
    """What reports need of a square: its door, an author, and a rule in force since a time."""

    door: Door
    author: int
    rule: int
    since: int


def openings_of(words: dict[str, str]) -> tuple[Opening, ...]:
    """Openings of texts by field."""
    return tuple(Opening(field, secrets.token_bytes(SALT_SIZE), text) for field, text in words.items())


def rule_of(charter: Charter) -> FoundingRule:
    """The founding rule that is reported under."""
    return next(rule for rule in charter.rules if rule.label == RULE)


async def found(database: Database, charter: Charter) -> Founded:
    """Founds a square with one member and one rule."""
    door = Door(database, SystemClock())
    rule = rule_of(charter)
    openings = openings_of(rule.words())
    enact = Enact(0, EnactRule(rule.spec(), tuple(opening.commit() for opening in openings)))
    recorded = await door.record_all(
        [
            Deed(charter.found("Bench", f"bench.example/{secrets.token_hex(4)}"), "founding"),
            Deed(Admit(), "founding"),
            Deed(enact, "founding", openings),
        ]
    )
    return Founded(door, recorded[1].index, recorded[2].index, recorded[2].at)


def report(square: Founded, post: int) -> Deed:
    """A report with everything that it owes."""
    openings = openings_of({"content": CONTENT, "reason": REASON})
    act = Report(
        post=str(post),
        version=1,
        posted=square.since,
        author=f"m:{square.author}",
        topical=False,
        rule=(square.rule, 1),
        reporter=f"r:{secrets.token_hex(8)}",
        commits=tuple(opening.commit() for opening in openings),
    )
    return Deed(act, "reporter", openings)


async def rate(callers: int, work: Callable[[int], Awaitable[object]], times: int) -> int:
    """Calls `work` with 0 … times-1 from so many callers at once; how many calls a second ended."""
    numbers = iter(range(times))

    async def call() -> None:
        for number in numbers:
            await work(number)

    begun = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return round(times / (time.perf_counter() - begun))


async def through_the_door(square: Founded, deeds: Sequence[Deed], callers: int) -> int:
    """Sends each deed through the door."""

    async def send(number: int) -> None:
        deed = deeds[number]
        await square.door.record(deed.act, deed.by, openings=deed.openings)

    return await rate(callers, send, len(deeds))


async def append_alone(database: Database, bodies: Sequence[bytes], callers: int) -> int:
    """Appends entries to the ledger by group commit, without any law."""

    async def commit(items: Sequence[bytes]) -> Sequence[int | Exception]:
        async def work(tx: Tx) -> int:
            await tx.lock_head()
            head = await read_head(tx)
            await append(tx, head, items, head.at)
            return head.size

        first = await database.write(work)
        return list(range(first, first + len(items)))

    batch: Batch[bytes, int] = Batch(commit)
    return await rate(callers, lambda number: batch.submit(bodies[number]), len(bodies))


async def raw_insert(database: Database, bodies: Sequence[bytes], callers: int) -> int:
    """The limit: the same bytes into a table of the same form, in groups as large as the callers make them."""
    leaf_hashes = [hash_leaf(body) for body in bodies]
    rows = list(enumerate(zip(leaf_hashes, bodies, strict=True)))
    size = min(callers, ENTRIES_AT_ONCE)

    async def make(tx: Tx) -> None:
        await tx.run("drop table if exists bench_limit")
        kinds = "blob", "integer"
        if tx.kind == "postgresql":
            kinds = "bytea", "bigint"
        await tx.run(f"create table bench_limit (id {kinds[1]} primary key, leaf_hash {kinds[0]}, body {kinds[0]})")

    await database.write(make)
    begun = time.perf_counter()
    for first in range(0, len(rows), size):
        group = [(index, leaf_hash, body) for index, (leaf_hash, body) in rows[first : first + size]]

        async def insert(tx: Tx, group: list[tuple[int, bytes, bytes]] = group) -> None:
            if tx.kind == "sqlite":
                await tx.many("insert into bench_limit (id, leaf_hash, body) values ({}, {}, {})", group)
            else:
                columns: dict[str, ColumnType] = {"id": "bigint", "leaf_hash": "bytea", "body": "bytea"}
                await tx.insert_new("bench_limit", ("id",), columns, group)

        await database.write(insert)
    done = round(len(rows) / (time.perf_counter() - begun))
    await database.write(lambda tx: tx.run("drop table bench_limit"))
    return done


async def last_bodies(count: int, tx: Tx) -> list[bytes]:
    """The last entries of the ledger."""
    head = await read_head(tx)
    return await read_bodies(tx, head.size - count, head.size)


async def measure(config: Config, charter: Charter, acts: int, callers: int, rounds: int) -> dict[str, object]:
    """All figures of one database."""
    await migrate(config)
    database = await connect(config)
    best: dict[str, int] = {}

    def keep(name: str, figure: int) -> None:
        best[name] = max(best.get(name, 0), figure)

    square = await found(database, charter)
    for _ in range(rounds):
        spread = [report(square, 1 + secrets.randbelow(2**62)) for _ in range(acts)]
        keep("random_posts", await through_the_door(square, spread, callers))
        post = 1 + secrets.randbelow(2**62)
        joined = [report(square, post) for _ in range(acts)]
        keep("one_case", await through_the_door(square, joined, callers))
        bodies = await database.read(partial(last_bodies, acts))
        keep("append_alone", await append_alone(database, bodies, callers))
        keep("limit_raw_insert", await raw_insert(database, bodies, callers))
    await square.door.close()
    await database.close()
    targets = TARGETS[database.kind]
    shares = {f"{name}_share_of_limit": round(best[name] / best["limit_raw_insert"], 2) for name in targets}
    return {**best, **shares, "targets": targets, "reached": {name: best[name] >= at for name, at in targets.items()}}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--acts", type=int, default=40_000)
    parser.add_argument("--callers", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--postgresql", metavar="URL", help="an empty database to measure as well")
    asked = parser.parse_args()
    charter = read_charter((ROOT / "POLICY.md").read_text(encoding="utf-8"))
    figures: dict[str, object] = {"acts": asked.acts, "callers": asked.callers, "python": sys.version.split()[0]}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        urls = {"sqlite": f"sqlite:///{home / 'isegoria.db'}"}
        if asked.postgresql:
            urls["postgresql"] = asked.postgresql
        for kind, url in urls.items():
            config = Config(home=home, database=url)
            figures[kind] = asyncio.run(measure(config, charter, asked.acts, asked.callers, asked.rounds))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
