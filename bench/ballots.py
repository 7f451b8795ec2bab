"""How many ballots a second go into the box of a vote, with the limit of the same database measured beside it.

    python bench/ballots.py [--ballots 10000] [--callers 256] [--rounds 10] [--postgresql URL]

Makes members and open votes in a temporary folder (SQLite, synchronous=FULL) and, when a URL is given, in that empty
PostgreSQL database, then casts one ballot for each member through the polling of a square: checked, marked, shuffled,
committed to, and appended to the box's tree. Beside it, as the limit, the same marks and entries are inserted by plain
grouped statements into tables of the same form. Prints one JSON object; rates are ballots a second, the best of the
rounds.
"""

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.ballots import Ballot, Polling
from app.clock import SystemClock
from app.collector import let_collector_rest
from app.config import Config
from app.store.boxes import count_marks, read_box
from app.store.ddl import definitions
from app.store.engines import ColumnType, Database, Tx, connect, migrate
from app.store.governed import save
from governance.members import Member
from governance.state import Changes
from governance.votes import EMPTY_ROOT, Vote
from ledger.merkle import Edge

TARGETS = {"sqlite": 40_000, "postgresql": 22_000}
AT_ONCE = 5_000
HOUR = 3_600_000
LIMIT = """
create table bench_mark (vote bigint not null, member bigint not null, primary key (vote, member)) without rowid;
create table bench_entry (
    vote bigint not null, place bigint not null, commitment bytea not null, choice int not null, token bytea not null,
    primary key (vote, place)
) without rowid
"""
MARK: dict[str, ColumnType] = {"vote": "bigint", "member": "bigint"}
ENTRY: dict[str, ColumnType] = {
    "vote": "bigint",
    "place": "bigint",
    "commitment": "bytea",
    "choice": "int",
    "token": "bytea",
}


async def admit(database: Database, members: int) -> None:
    """Members by the numbers from 1 on, as the door would have left them."""
    for first in range(1, members + 1, AT_ONCE):
        last = min(first + AT_ONCE, members + 1)
        changes: Changes = {(Member, number): Member(False, number - 1, 0, 0) for number in range(first, last)}
        await database.write(partial(save, changes=changes))


async def open_vote(database: Database, number: int, roll: int) -> None:
    """A vote that is open for an hour, on all members."""
    now = SystemClock().now()
    vote = Vote(1, 1, now, now + HOUR, roll, roll, EMPTY_ROOT, "1/10", 5, "3/5", False)
    await database.write(lambda tx: save(tx, {(Vote, number): vote}))


async def cast_all(database: Database, vote: int, ballots: int, callers: int) -> int:
    """One ballot for each member; how many a second were cast and answered."""
    polling = Polling(database, SystemClock())
    members = iter(secrets.SystemRandom().sample(range(1, ballots + 1), ballots))

    async def call() -> None:
        for member in members:
            await polling.cast(Ballot(vote, member, member % 3))

    begun = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    rate = round(ballots / (time.perf_counter() - begun))
    await polling.close()
    box = await database.read(lambda tx: read_box(tx, vote))
    assert box is not None
    assert (ballots, ballots) == (box.size, Edge.from_bytes(box.edge).size)
    assert ballots == await database.read(lambda tx: count_marks(tx, vote))
    return rate


async def make_limit(database: Database) -> None:
    """Tables of the same form as the marks' and the boxes'."""

    async def make(tx: Tx) -> None:
        for statement in definitions(LIMIT, tx.kind):
            await tx.run(statement)

    await database.write(make)


class _Rows:
    def __init__(self, marks: list[tuple[int, int]], entries: list[tuple[int, int, bytes, int, bytes]]) -> None:
        self.marks = marks
        self.entries = entries

    async def insert(self, tx: Tx) -> None:
        if tx.kind == "sqlite":
            await tx.many("insert into bench_mark (vote, member) values ({}, {})", self.marks)
            columns = "vote, place, commitment, choice, token"
            await tx.many(f"insert into bench_entry ({columns}) values ({{}}, {{}}, {{}}, {{}}, {{}})", self.entries)
        else:
            await tx.insert_new("bench_mark", ("vote", "member"), MARK, self.marks)
            await tx.insert_new("bench_entry", ("vote", "place"), ENTRY, self.entries)


async def raw_insert(database: Database, vote: int, ballots: int, size: int) -> int:
    """The limit: the same rows into tables of the same form, `size` ballots a transaction."""
    members = secrets.SystemRandom().sample(range(1, ballots + 1), ballots)
    marks = [(vote, member) for member in members]
    entries = [(vote, n, secrets.token_bytes(32), n % 3, secrets.token_bytes(32)) for n in range(ballots)]
    begun = time.perf_counter()
    for first in range(0, ballots, size):
        rows = _Rows(sorted(marks[first : first + size]), entries[first : first + size])
        await database.write(rows.insert)
    return round(ballots / (time.perf_counter() - begun))


async def measure(config: Config, ballots: int, callers: int, rounds: int) -> dict[str, object]:
    """All figures of one database."""
    await migrate(config)
    database = await connect(config)
    await admit(database, ballots)
    await make_limit(database)
    cast, limit = [], []
    for number in range(1, rounds + 1):
        await open_vote(database, number, ballots)
        cast.append(await cast_all(database, number, ballots, callers))
        limit.append(await raw_insert(database, number, ballots, callers))
    await database.close()
    target = TARGETS[database.kind]
    best = max(cast)
    return {
        "ballots_per_s": best,
        "rounds": cast,
        "limit_raw_insert_per_s": max(limit),
        "share_of_limit": round(best / max(limit), 2),
        "target": target,
        "reached": best >= target,
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=10_000)
    parser.add_argument("--callers", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--postgresql", metavar="URL", help="an empty database to measure as well")
    asked = parser.parse_args()
    let_collector_rest()
    figures: dict[str, object] = {"ballots": asked.ballots, "callers": asked.callers, "python": sys.version.split()[0]}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        urls = {"sqlite": f"sqlite:///{home / 'isegoria.db'}"}
        if asked.postgresql:
            urls["postgresql"] = asked.postgresql
        for kind, url in urls.items():
            config = Config(home=home, database=url)
            figures[kind] = asyncio.run(measure(config, asked.ballots, asked.callers, asked.rounds))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
