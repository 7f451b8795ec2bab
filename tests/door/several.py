"""A process that sends one act through a door of its own, many times at once; started by a test.

    python -m tests.door.several URL HOME

Reads a job from standard input as one line of JSON, says "ready", waits for another line, sends, and prints as JSON how
many acts were recorded and how many refused by each clause.
"""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

import msgspec

from app.clock import SetClock
from app.config import Config
from app.record import Door, Recorded
from app.store.engines import connect
from governance.commitment import Opening
from governance.entry import decode
from governance.errors import Refused


class Job(msgspec.Struct, frozen=True):
    """Entries (their bytes) to be sent `times` times each, with openings that are all the same."""

    entries: tuple[bytes, ...]
    openings: tuple[Opening, ...]
    times: int


async def send(url: str, home: str, job: Job) -> Counter[str]:
    """Sends every entry of the job so many times at once and counts the answers."""
    database = await connect(Config(home=Path(home), database=url))
    entries = [decode(body) for body in job.entries]
    door = Door(database, SetClock(entries[0].at))
    await database.read(lambda tx: tx.rows("select 1", ()))
    _say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    answers = await asyncio.gather(
        *(door.record(entry.act, entry.by, openings=job.openings) for _ in range(job.times) for entry in entries),
        return_exceptions=True,
    )
    await door.close()
    await database.close()
    return Counter(_name(answer) for answer in answers)


def _name(answer: Recorded | BaseException) -> str:
    if isinstance(answer, Recorded):
        return "recorded"
    return answer.clause if isinstance(answer, Refused) else type(answer).__name__


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Reads the job, does it, and prints the count."""
    url, home = sys.argv[1:]
    job = msgspec.json.decode(sys.stdin.readline(), type=Job)
    _say(json.dumps(asyncio.run(send(url, home, job))))


if __name__ == "__main__":
    main()
