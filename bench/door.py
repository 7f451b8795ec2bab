"""How many acts a second pass the door, with the limit of the same database measured beside it in the same run.

    python bench/door.py [--acts 20000] [--callers 256] [--rounds 3] [--postgresql URL]

Founds a square in a temporary folder (SQLite, synchronous=FULL) and, when a URL is given, in that empty PostgreSQL
database. Then so many callers at once send reports through the door, each on another post (so each opens a case) and
all on one case, and cast ballots into one box. Beside it the ledger's rows alone are appended, and, as the limit, the
same bytes are inserted by plain grouped statements. Prints one JSON object; rates are a second, the best of the rounds.
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

from app.ballots import Ballot, Polling
from app.batch import Batch
from app.clock import SetClock
from app.collector import let_collector_rest
from app.config import Config
from app.demo.charter import demonstration_charter
from app.record import Deed, Door
from app.store.duties import read_roll
from app.store.engines import ColumnType, Database, Tx, connect, migrate
from app.store.governed import value_of
from app.store.ledger import append, read_bodies, read_head
from governance.acts.cases import Report
from governance.acts.members import Admit
from governance.acts.proposals import Enact, EnactRule, Freeze, Propose, SetTerm, Sponsor
from governance.acts.votes import OpenVote
from governance.acts.words import Commit
from governance.charter import Charter, read_charter
from governance.commitment import SALT_SIZE, Opening
from governance.members import REGISTER, Register
from governance.proposals import Proposal
from governance.terms import UNITS, Term, size_of
from ledger.merkle import hash_leaf

TARGETS = {
    "sqlite": {"random_posts": 12_000, "one_case": 35_000, "ballots": 40_000, "append_alone": 40_000},
    "postgresql": {"random_posts": 10_000, "one_case": 22_000, "ballots": 22_000},
}
AT_ONCE = 512
RULE = "1.2"
REASON = "It calls for violence against people who can be made out."
CONTENT = "Come to the square at noon, and bring what hurts; you all know where they live."
NOON = 1_790_000_000_000


class Founded(Struct, frozen=True):
    """A square, its clock, an author, and a rule in force since its founding."""

    database: Database
    clock: SetClock
    door: Door
    author: int
    rule: int


def openings_of(words: dict[str, str]) -> tuple[Opening, ...]:
    """Openings of texts by field."""
    return tuple(Opening(field, secrets.token_bytes(SALT_SIZE), text) for field, text in words.items())


async def found(database: Database, charter: Charter) -> Founded:
    """Founds a square with one member and one rule."""
    clock = SetClock(NOON)
    door = Door(database, clock)
    rule = next(rule for rule in charter.rules if rule.label == RULE)
    openings = openings_of(rule.words())
    enact = Enact(0, EnactRule(rule.spec(), tuple(opening.commit() for opening in openings)))
    recorded = await door.record_all(
        [
            Deed(charter.found("Bench", f"bench.example/{secrets.token_hex(4)}"), "founding"),
            Deed(Admit(), "founding"),
            Deed(enact, "founding", openings),
        ]
    )
    return Founded(database, clock, door, recorded[1].index, recorded[2].index)


def report(square: Founded, post: int) -> Deed:
    """A report with everything that it owes."""
    openings = openings_of({"content": CONTENT, "reason": REASON})
    act = Report(
        post=str(post),
        version=1,
        posted=NOON,
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


async def admit(square: Founded, members: int) -> list[int]:
    """Admits members and returns their numbers."""
    groups = [[Deed(Admit(), "clock")] * min(AT_ONCE, members - first) for first in range(0, members, AT_ONCE)]
    return [one.index for group in groups for one in await square.door.record_all(group)]


async def open_vote(square: Founded, members: Sequence[int]) -> int:
    """Takes a proposal of the first member to its vote, on a roll of all; returns the vote."""
    door, clock = square.door, square.clock
    clock.advance(UNITS["h"])
    post, minutes = str(1 + secrets.randbelow(2**62)), 20 + secrets.randbelow(10**3)
    proposal = (
        await door.record(Propose(post, SetTerm("decision", f"{minutes}m"), "ordinary"), f"m:{members[0]}")
    ).index
    value = await square.database.read(lambda tx: value_of(tx, Proposal, proposal))
    assert value is not None
    sponsors = members[1 : 1 + value.needed]
    await asyncio.gather(*(door.record(Sponsor(proposal, 1), f"m:{sponsor}") for sponsor in sponsors))
    clock.advance(10 * UNITS["m"])
    await door.record(Freeze(proposal, 1, (Commit("preview", "0" * 64),)), "clock")
    clock.advance(10 * UNITS["m"])

    async def draw(tx: Tx) -> OpenVote:
        register, voting = await value_of(tx, Register, REGISTER), await value_of(tx, Term, "voting")
        assert register is not None and voting is not None
        size, root = await read_roll(tx, value.edge)
        return OpenVote(proposal, 0, register.closures, size, root, clock.now() + int(size_of(voting.value)))

    return (await door.record(await square.database.read(draw), "clock")).index


async def into_a_box(square: Founded, members: Sequence[int], callers: int) -> int:
    """Casts a ballot for each member but the first."""
    vote = await open_vote(square, members)
    polling = Polling(square.database, square.clock)
    voters = members[1:]
    done = await rate(callers, lambda number: polling.cast(Ballot(vote, voters[number], number % 3)), len(voters))
    await polling.close()
    return done


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
    rows = [(index, hash_leaf(body), body) for index, body in enumerate(bodies)]
    size = min(callers, AT_ONCE)

    async def make(tx: Tx) -> None:
        await tx.run("drop table if exists bench_limit")
        kinds = ("integer", "blob") if tx.kind == "sqlite" else ("bigint", "bytea")
        await tx.run(f"create table bench_limit (id {kinds[0]} primary key, leaf_hash {kinds[1]}, body {kinds[1]})")

    async def insert(group: Sequence[tuple[int, bytes, bytes]], tx: Tx) -> None:
        columns: dict[str, ColumnType] = {"id": "bigint", "leaf_hash": "bytea", "body": "bytea"}
        await tx.insert_new("bench_limit", ("id",), columns, group)

    await database.write(make)
    begun = time.perf_counter()
    for first in range(0, len(rows), size):
        await database.write(partial(insert, rows[first : first + size]))
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
    members = await admit(square, acts + 1)
    for _ in range(rounds):
        spread = [report(square, 1 + secrets.randbelow(2**62)) for _ in range(acts)]
        keep("random_posts", await through_the_door(square, spread, callers))
        bodies = await database.read(partial(last_bodies, acts))
        keep("limit_raw_insert", await raw_insert(database, bodies, callers))
        post = 1 + secrets.randbelow(2**62)
        keep("one_case", await through_the_door(square, [report(square, post) for _ in range(acts)], callers))
        keep("ballots", await into_a_box(square, members, callers))
    # last, because what it appends is no history that the law allows
    keep("append_alone", await append_alone(database, bodies, callers))
    await square.door.close()
    await database.close()
    targets = TARGETS[database.kind]
    return {
        **best,
        "share_of_limit": {name: round(best[name] / best["limit_raw_insert"], 2) for name in targets},
        "targets": targets,
        "reached": {name: best[name] >= at for name, at in targets.items()},
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--acts", type=int, default=20_000)
    parser.add_argument("--callers", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", metavar="URL", help="an empty database to measure as well")
    asked = parser.parse_args()
    let_collector_rest()
    charter = read_charter(demonstration_charter((ROOT / "POLICY.md").read_text(encoding="utf-8")))
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
