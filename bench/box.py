"""The whole life of one vote at full size: cast, sealed, closed, served, and recounted by an audit that streams it.

    python bench/box.py [--ballots 200000] [--callers 256] [--home FOLDER]

Founds a square (SQLite, synchronous=FULL), admits that many members through the door, takes a proposal to its vote,
lets every member vote through the polling of a square while the box is sealed again and again, and closes the vote by
its date. Then the real server serves it, and from another process `isegoria audit` reads, replays and recounts it over
HTTP, with the most memory that it had. A receipt is looked for, and the pages of the vote are read.

Limits, in the same run: for the close, the same rows read by plain statements and hashed; for the audit, the entries
decoded and hashed, and each ballot's commitment and its three leaves made, all in memory. Prints one JSON object.
"""

import argparse
import asyncio
import json
import os
import resource
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.ballots import Ballot, Polling, Receipt
from app.clock import SetClock, SystemClock
from app.collector import let_collector_rest
from app.config import Config
from app.duties import Duties
from app.founding import found
from app.record import Deed, Door
from app.signer import Signer
from app.store.engines import Database, Tx, connect, migrate
from app.store.governed import value_of
from app.store.ledger import read_head
from governance.acts.members import Admit
from governance.acts.proposals import Propose, SetTerm, Sponsor
from governance.boxes import ballot_commitment, mark_line, opening_line
from governance.charter import Charter, read_charter
from governance.entry import decode
from governance.proposals import Proposal
from governance.votes import Vote
from ledger.merkle import hash_leaf
from ledger.tiles import TILE_WIDTH, Bundle

AT_ONCE = 512
SEALS = 8
SECOND, DAY = 1_000, 86_400_000
AUDIT_AND_TELL = """
import json, sys, time
from app.auditor import Question, run_audit
from app.clock import SystemClock
begun = time.perf_counter()
report = run_audit(Question(where=sys.argv[1]), SystemClock(), lambda _what, _done, _total: None)
seconds = time.perf_counter() - begun
status = open("/proc/self/status").read().splitlines()
peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
wrong = [check.id for check in report.checks if check.result == "violation"]
print(json.dumps({"exit": report.exit, "wrong": wrong, "seconds": seconds, "peak_kb": int(peak)}))
"""
T = TypeVar("T")


class Lived(NamedTuple):
    """What was measured, the vote, a few receipts, and the seconds that the close took."""

    figures: dict[str, object]
    vote: int
    receipts: list[Receipt]
    closing: float


class Life:
    """A square whose clock is set, and the one vote in it."""

    def __init__(self, config: Config, database: Database, clock: SetClock, charter: Charter) -> None:
        self.config = config
        self.database = database
        self.clock = clock
        self.charter = charter
        self.door = Door(database, clock)
        self.duties = Duties(database, self.door, clock)
        self.signer = Signer(database, config.home, clock)
        self.polling = Polling(database, clock)
        self.members: list[int] = []
        self.vote = 0

    async def admit(self, count: int) -> None:
        """Members, as the clock admits them."""
        for first in range(0, count, AT_ONCE):
            deeds = [Deed(Admit(), "clock") for _ in range(min(AT_ONCE, count - first))]
            self.members += [one.index for one in await self.door.record_all(deeds)]

    async def bring_to_vote(self) -> None:
        """A change of a term, proposed, sponsored, discussed, frozen and put to the vote."""
        term = next(one for one in self.charter.terms if one.name == "slow")
        act = Propose("1", SetTerm("slow", term.ceiling if term.value != term.ceiling else term.floor), "ordinary")
        proposer, *others = self.members
        number = (await self.door.record(act, f"m:{proposer}")).index
        proposal = await self.proposal(number)
        for member in others[: proposal.needed]:
            await self.door.record(Sponsor(number, 1), f"m:{member}")
        while (proposal := await self.proposal(number)).status != "voting":
            self.clock.advance(max(0, proposal.due_at - self.clock.now()) + SECOND)
            await self.duties.advance_proposals()
        self.vote = proposal.vote

    async def cast_all(self, callers: int) -> list[Receipt]:
        """One ballot for each member, in an order of chance, while the box is sealed; three receipts are kept."""
        kept: list[Receipt] = []
        waiting = secrets.SystemRandom().sample(self.members, len(self.members))
        piece = -(-len(waiting) // SEALS)
        for first in range(0, len(waiting), piece):
            members = iter(waiting[first : first + piece])

            async def call(members: Iterator[int] = members) -> None:
                for member in members:
                    receipt = await self.polling.cast(Ballot(self.vote, member, member % 3))
                    if receipt.place % (len(self.members) // 3) == 0:
                        kept.append(receipt)

            await asyncio.gather(*(call() for _ in range(callers)))
            self.clock.advance(60 * SECOND)
            await self.duties.keep_boxes()
        return kept

    async def close(self) -> Vote:
        """The last seal, the count, and the entry of the close."""
        vote = await self.read_vote()
        self.clock.advance(vote.closes - self.clock.now() + 2 * SECOND)
        while (vote := await self.read_vote()).status == "open":
            await self.duties.keep_boxes()
        return vote

    async def end(self) -> None:
        """Sign, and leave the database to the server."""
        await self.signer.look()
        await self.polling.close()
        await self.door.close()
        await self.database.close()

    async def proposal(self, number: int) -> Proposal:
        """The proposal as it stands."""
        found = await self.database.read(lambda tx: value_of(tx, Proposal, number))
        assert found is not None
        return found

    async def read_vote(self) -> Vote:
        """The vote as it stands."""
        found = await self.database.read(lambda tx: value_of(tx, Vote, self.vote))
        assert found is not None
        return found


async def timed(work: Awaitable[T]) -> tuple[T, float]:
    """What comes of something, and the seconds it took."""
    begun = time.perf_counter()
    return await work, time.perf_counter() - begun


def most_memory() -> int:
    """The most memory that this process has had, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


async def live(config: Config, ballots: int, callers: int) -> "Lived":
    """From the founding to the close."""
    await migrate(config)
    database = await connect(config)
    clock = SetClock(SystemClock().now() - 120 * DAY)
    charter = read_charter((ROOT / "POLICY.md").read_text(encoding="utf-8"))
    await found(config, database, clock, charter, "A full box", f"bench.example/isegoria-{secrets.token_hex(4)}")
    life = Life(config, database, clock, charter)
    _, admitting = await timed(life.admit(ballots))
    clock.advance(31 * DAY)
    await life.signer.look()
    _, opening = await timed(life.bring_to_vote())
    receipts, casting = await timed(life.cast_all(callers))
    before = most_memory()
    vote, closing_ = await timed(life.close())
    assert vote.sealed_size == ballots == sum(vote.counts), "every ballot was counted"
    figures: dict[str, object] = {
        "members_admitted_per_s": round(ballots / admitting),
        "sponsored_and_opened_s": round(opening, 1),
        "ballots_cast_per_s": round(ballots / casting),
        "closed_s": round(closing_, 1),
        "closed_ballots_per_s": round(ballots / closing_),
        "memory_before_the_close_mb": before,
        "memory_after_the_close_mb": most_memory(),
        "entries": (await life.database.read(_size)),
    }
    await life.end()
    return Lived(figures, life.vote, receipts, closing_)


async def _size(tx: Tx) -> int:
    return (await read_head(tx)).size


def limit_of_close(file: Path, vote: int) -> float:
    """Seconds for the same rows, read by plain statements, and their lines hashed."""
    begun = time.perf_counter()
    with closing(sqlite3.connect(file)) as connection:
        sql = "select place, choice, token from box_entry where vote = ? order by place"
        for place, choice, token in connection.execute(sql, (vote,)):
            hash_leaf(opening_line(choice, place, token))
        for (member,) in connection.execute("select member from mark where vote = ? order by member", (vote,)):
            hash_leaf(mark_line(member))
    return time.perf_counter() - begun


def limit_of_audit(file: Path, vote: int) -> float:
    """Seconds for each entry decoded and hashed, and each ballot committed to and hashed, with all of it in memory."""
    with closing(sqlite3.connect(file)) as connection:
        bodies = [body for (body,) in connection.execute("select body from ledger_entry order by id")]
        sql = "select place, choice, token from box_entry where vote = ? order by place"
        ballots = connection.execute(sql, (vote,)).fetchall()
    begun = time.perf_counter()
    for body in bodies:
        decode(body)
        hash_leaf(body)
    for place, choice, token in ballots:
        hash_leaf(ballot_commitment(vote, token, choice))
        hash_leaf(opening_line(choice, place, token))
        hash_leaf(mark_line(place))
    return time.perf_counter() - begun


@contextmanager
def served(config: Config) -> Iterator[tuple[str, int]]:
    """The real server on this home: its address and the number of its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "ISEGORIA_HOME": str(config.home), "ISEGORIA_DATABASE": config.database}
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while not _answers(url):
            assert process.poll() is None and time.monotonic() < until, "the server does not start"
            time.sleep(0.1)
        yield url, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _answers(url: str) -> bool:
    try:
        return bool(urlopen(f"{url}/health/live", timeout=5).status == 200)
    except OSError:
        return False


def look_around(url: str, vote: int, receipts: Sequence[Receipt]) -> dict[str, object]:
    """Seconds for the pages that a voter opens."""

    def ask(path: str, value: object = None, *, json_: bool = True) -> tuple[bytes, float]:
        headers = {"Accept": "application/json" if json_ else "text/html"}
        data = None
        if value is not None:
            with urlopen(Request(f"{url}/session", headers=headers)) as answer:
                headers["X-CSRF-Token"] = json.load(answer)["csrf"]
                headers["Cookie"] = answer.headers["Set-Cookie"].partition(";")[0]
            headers["Content-Type"] = "application/json"
            data = json.dumps(value).encode()
        begun = time.perf_counter()
        with urlopen(Request(f"{url}{path}", data, headers)) as answer:
            return answer.read(), time.perf_counter() - begun

    shown, value = ask(f"/votes/{vote}")
    _, page = ask(f"/proposals/{json.loads(shown)['proposal']}", json_=False)
    found = []
    for receipt in receipts:
        asked = {"place": receipt.place, "token": receipt.token.hex(), "choice": receipt.choice}
        body, seconds = ask(f"/votes/{vote}/receipt", asked)
        assert json.loads(body)["lies"] == "sealed", body
        found.append(seconds)
    last = Bundle(json.loads(shown)["sealed"]["size"] // TILE_WIDTH - 1, TILE_WIDTH)
    _, first_marks = ask(f"/votes/{vote}/marks/{last.path}")
    _, marks = ask(f"/votes/{vote}/marks/{Bundle(0, TILE_WIDTH).path}")
    return {
        "vote_as_value_ms": round(value * 1000, 1),
        "page_of_the_proposal_ms": round(page * 1000, 1),
        "receipt_found_ms": round(max(found, default=0) * 1000, 1),
        "first_bundle_of_marks_ms": round(first_marks * 1000, 1),
        "another_bundle_of_marks_ms": round(marks * 1000, 1),
    }


def main() -> None:
    """Live through it, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, default=200_000)
    parser.add_argument("--callers", type=int, default=256)
    parser.add_argument("--home", type=Path, help="an empty folder to leave the square in")
    asked = parser.parse_args()
    let_collector_rest()
    with tempfile.TemporaryDirectory() as folder:
        home = asked.home or Path(folder) / "home"
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = home / "isegoria.db"
        config = Config(home=home, database=f"sqlite:///{file}")
        figures: dict[str, object] = {"ballots": asked.ballots, "python": sys.version.split()[0]}
        lived = asyncio.run(live(config, asked.ballots, asked.callers))
        vote = lived.vote
        figures |= lived.figures
        close_limit, audit_limit = limit_of_close(file, vote), limit_of_audit(file, vote)
        with served(config) as (url, server):
            figures |= look_around(url, vote, lived.receipts)
            auditor = [sys.executable, "-c", AUDIT_AND_TELL, url]
            told = json.loads(subprocess.run(auditor, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
            status = Path(f"/proc/{server}/status").read_text().splitlines()
            peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        figures |= {
            "close_limit_s": round(close_limit, 1),
            "close_share_of_limit": round(close_limit / lived.closing, 2),
            "audit_exit": told["exit"],
            "audit_violations": told["wrong"],
            "audit_s": round(told["seconds"], 1),
            "audit_limit_s": round(audit_limit, 1),
            "audit_share_of_limit": round(audit_limit / told["seconds"], 2),
            "memory_of_the_audit_mb": told["peak_kb"] // 1024,
            "memory_of_the_server_mb": peak // 1024,
        }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
