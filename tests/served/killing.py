"""Killing a square at random moments under load, while its people and a watcher keep their own records."""

import asyncio
from collections.abc import Sequence
from random import Random

from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.client import HttpReader
from ledger.errors import Unreachable
from ledger.note import VerifierKey
from ledger.verify import check_extension
from tests.served.processes import Process, Served
from tests.served.town import Town

AT_THE_START = 0.2
"""How many of the kills come while the process is still starting."""

STARTING = 0.4
"""Seconds in which such a kill comes."""

BETWEEN_LOOKS = 0.1


class Killer:
    """Kills one of a square's processes after a random while, and starts another in its place."""

    def __init__(self, served: Served, processes: list[Process], chance: Random, between: tuple[float, float]) -> None:
        self.kills = 0
        self._served = served
        self._processes = processes
        self._chance = chance
        self._between = between

    async def kill(self, times: int) -> None:
        """Kill so many times, and return when all processes can serve."""
        for _ in range(times):
            await asyncio.sleep(self._chance.uniform(*self._between))
            await self._replace(self._chance.randrange(len(self._processes)))

    async def _replace(self, place: int) -> None:
        port = self._processes[place].port
        self._processes[place].kill()
        self.kills += 1
        self._processes[place] = self._served.launch(port)
        if self._chance.random() < AT_THE_START:
            await asyncio.sleep(self._chance.uniform(0, STARTING))
            await self._replace(place)
        await asyncio.to_thread(self._processes[place].wait_ready)


class Watcher:
    """Somebody who keeps every checkpoint they see and demands that each extends the one before."""

    def __init__(self, town: Town, urls: Sequence[str], key: str, chance: Random) -> None:
        self._town = town
        self._urls = urls
        self._known = [VerifierKey.parse(key)]
        self._chance = chance
        self._last: Checkpoint | None = None

    async def watch(self) -> None:
        """Look again and again until the day is over."""
        while not self._town.over.is_set():
            await asyncio.to_thread(self._look)
            await asyncio.sleep(BETWEEN_LOOKS)

    def _look(self) -> None:
        try:
            with HttpReader(self._chance.choice(self._urls)) as reader:
                note = reader.read("ledger/checkpoint")
                new = open_checkpoint(note, self._known)
                if self._last is not None:
                    check_extension(reader, self._last, new, prefix="ledger/")
        except Unreachable:
            return
        self._last = new
        self._town.memory.checkpoints.add(note)
