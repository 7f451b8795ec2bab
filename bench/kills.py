"""Kills a served square again and again under load, and holds what it acknowledged against what it has in the end.

    python bench/kills.py [--kills 1000] [--check-every 100] [--people 10] [--seed N] [--postgresql URL]

Founds a square in a temporary folder (SQLite, or in that empty PostgreSQL database, served by two processes there) and
serves it with `isegoria serve`. People post, ask, answer polls, report, decide, propose and vote over HTTP, and write
down what was acknowledged; a watcher keeps every checkpoint and demands that each extends the one before. A process is
killed (SIGKILL) at random moments, one in five of them while it starts, and started anew. After so many kills, and at
the end, everything acknowledged is looked for, acts are counted, and `isegoria fsck` and `isegoria audit` must find
nothing. Prints one JSON object; whatever is lost, doubled or torn ends the script with an AssertionError.

The processes are forked from one that has loaded the program, so that a thousand starts are not a thousand imports.
"""

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
import time
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.config import Config
from tests.served.conftest import found
from tests.served.killing import Killer, Watcher
from tests.served.people import people
from tests.served.processes import Process, Served, all_ready
from tests.served.remembering import (
    Looked,
    assert_each_duty_was_done_once,
    assert_nothing_is_missing,
    assert_polls_add_up,
    assert_posts_are_whole,
)
from tests.served.town import Town

BETWEEN = (0.02, 0.6)
"""Seconds that a square is left alone before it is killed once more."""


class Ordeal:
    """A square, its people, and who kills it."""

    def __init__(self, served: Served, processes: list[Process], town: Town, chance: Random) -> None:
        self._served = served
        self._processes = processes
        self._town = town
        self._watcher = Watcher(town, [process.url for process in processes], served.key, chance)
        self._killer = Killer(served, processes, chance, BETWEEN)
        self._looked = Looked()

    async def go_through(self, kills: int, check_every: int) -> dict[str, object]:
        """Kill, and look what is left, as often as that; returns what is reported."""
        town, begun = self._town, time.monotonic()
        while self._killer.kills < kills:
            until = min(kills, self._killer.kills + check_every)
            await self._be_killed(until, begun)
            entries = await assert_nothing_is_missing(town, self._processes[0].url, self._served.key, self._looked)
            await assert_each_duty_was_done_once(town, entries)
            await self._check_whole()
        await assert_nothing_is_missing(town, self._processes[0].url, self._served.key)
        await assert_polls_add_up(town)
        await assert_posts_are_whole(town)
        memory = town.memory
        return {
            "database": self._served.config.database.partition(":")[0],
            "kills": self._killer.kills,
            "acknowledged": len(memory),
            "posts": len(memory.posts),
            "answers in polls": len(memory.answers),
            "reports": len(memory.reports),
            "decisions": len(memory.decisions),
            "ballots": len(memory.receipts),
            "proposals": len(town.proposals),
            "checkpoints seen": len(memory.checkpoints),
            "entries": len(entries),
            "lost": 0,
            "doubled": 0,
            "seconds": round(time.monotonic() - begun),
        }

    async def _be_killed(self, until: int, begun: float) -> None:
        town = self._town
        town.over.clear()
        town.busy = True
        async with asyncio.TaskGroup() as days:
            days.create_task(self._watcher.watch())
            for person in town.people:
                days.create_task(town.live(person))
            while self._killer.kills < until:
                await self._killer.kill(10)
                known = f"{self._killer.kills} kills, {len(town.memory)} acknowledged, {time.monotonic() - begun:.0f} s"
                print(known, file=sys.stderr, flush=True)
            town.busy = False
            await town.decided()
            town.over.set()

    async def _check_whole(self) -> None:
        await asyncio.to_thread(self._served.audit, self._processes[-1], seconds=600)
        await asyncio.to_thread(self._served.must, "fsck", seconds=600)


async def run(served: Served, args: argparse.Namespace) -> dict[str, object]:
    """Serve a new square and let it be killed."""
    found(served.config)
    served.load()
    processes = [served.launch() for _ in range(1 if args.postgresql is None else 2)]
    all_ready(processes)
    names = [f"member_{turn}" for turn in range(args.people)]
    async with people([process.url for process in processes], *names) as everyone:
        town = Town(everyone, args.seed)
        for name in names[:2]:
            town.moderators.add(name)
            served.must("member", "grant", name)
        await town.settle()
        return await Ordeal(served, processes, town, Random(args.seed)).go_through(args.kills, args.check_every)


def main() -> None:
    """Read the options, and print what came of it."""
    parser = argparse.ArgumentParser(description="kill -9 under load, and what is left")
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--check-every", type=int, default=100)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--postgresql", metavar="URL", help="an empty database, instead of SQLite")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="isegoria-kills-") as folder:
        home = Path(folder) / "home"
        config = Config(home=home, database=args.postgresql or f"sqlite:///{home / 'isegoria.db'}")
        with Served(config) as served:
            print(json.dumps({"seed": args.seed, **asyncio.run(run(served, args))}, indent=1))


if __name__ == "__main__":
    main()
