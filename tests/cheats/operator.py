"""Whoever owns a square's database and its key, and the square that they serve meanwhile.

Honest and dishonest acts are told to the same world. What is told goes *through the door*, as the program does it, or
*behind the door*: written into the tables without a question, with every governed row that would follow from it, and
signed with the key.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from copy import deepcopy
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

from click.testing import CliRunner, Result

from app.ballots import Ballot, Polling, Receipt
from app.cli import main
from app.clock import SystemClock
from app.signer import Signer, checkpoint_file
from app.store import boxes
from app.store.accounts import account_by_member
from app.store.engines import Tx, connect
from app.store.governed import save
from app.store.leases import take_lease
from app.store.ledger import Head, append, read_head, save_openings
from app.store.nouns import NOUNS
from app.store.sessions import open_session
from governance.members import number
from governance.state import Key, Value
from ledger.merkle import Edge, hash_leaf
from tests.cheats.town import Crowd, write_posts
from tests.door.square import Square
from tests.fsck.tampering import unlock
from tests.fsck.whole import FIRST, fill
from tests.governance.boxes import CHOICE, Box
from tests.served.processes import Process, Served
from tests.web.client import Program

T = TypeVar("T")

KEY = FIRST.verifier.format()
HOUR = 3_600_000
LEASES = ("clock", "signer")


class Operator:
    """Serves a town by a process of its own, whose clock and signer are stopped: they are in the operator's hands.

    `world` is the town's story as it stands in the database, and as the operator goes on telling it.
    """

    def __init__(self, served: Served, world: Crowd) -> None:
        self.served = served
        self.world = world
        self._runner = asyncio.Runner()
        self._database = self._do(connect(served.config))
        self._square = Square(self._database, world)
        self._square.told = len(world.entries)
        self._written = dict(world.state)
        self._said = {post.id for post in world.said}
        self._filled = deepcopy(world.boxes)
        self._do(self._database.write(_stop_clocks))
        self._process: Process | None = None
        self._programs: list[Program] = []

    @property
    def url(self) -> str:
        """Where the square is served; it is, from the first time that somebody asks."""
        if self._process is None:
            self._process = self.served.start()
        return self._process.url

    # What is told becomes what is stored.

    def through_the_door(self) -> None:
        """What was told since passes the door, is signed, and is served."""
        self._write_posts()
        self._do(self._square.follows(at_once=512))
        self._written = dict(self.world.state)
        self.sign()

    def behind_the_door(self) -> None:
        """What was told since is written without a question, with all that follows from it, and signed."""
        self._write_posts()
        self._do(unlock(self._database))
        self._do(self._database.write(self._append))
        self._do(self._database.write(self._fill_boxes))
        self._square.told = len(self.world.entries)
        self._written = dict(self.world.state)
        self.sign()

    def rewrite(self, world: Crowd) -> None:
        """Another story from some entry on takes the place of the one that was told, as if it had never been."""
        self.world = world
        self._square = Square(self._database, world)
        self._do(unlock(self._database))
        self._do(self._database.write(self._forget))
        checkpoint_file(self.served.config.home).unlink()
        self._written = {}
        self.behind_the_door()

    def sign(self) -> None:
        """The key signs the ledger as it is."""
        clock = self._square.clock
        clock.set(self.world.now)
        self._do(Signer(self._database, self.served.config.home, clock).look())

    def story(self) -> Crowd:
        """The story so far, to be told on in another way."""
        return deepcopy(self.world)

    async def _append(self, tx: Tx) -> None:
        world = self.world
        head = await read_head(tx)
        await append(tx, head, world.leaves[head.size :], world.entries[-1].at)
        await save(tx, self._changed())
        await save_openings(tx, [(entry, opening) for entry, opening in world.openings if entry >= head.size])

    def _changed(self) -> dict[Key, Value]:
        return {key: value for key, value in self.world.state.items() if self._written.get(key) is not value}

    async def _fill_boxes(self, tx: Tx) -> None:
        for vote, box in self.world.boxes.items():
            if box == self._filled.get(vote):
                continue
            for table in ("box_entry", "box_tile", "mark", "box"):
                await tx.run(f"delete from {table} where vote = {{}}", vote)
            await fill(self.world, box, tx)
        self._filled = deepcopy(self.world.boxes)

    async def _forget(self, tx: Tx) -> None:
        """Everything that the ledger determines is gone but the entries with which the new story begins."""
        bodies = await tx.rows("select id, body from ledger_entry order by id", ())
        pairs = zip((row["body"] for row in bodies), self.world.leaves, strict=False)
        kept = next((place for place, (old, new) in enumerate(pairs) if old != new), 0)
        for table in [noun.table for noun in NOUNS]:
            await tx.run(f"delete from {table}")
        await tx.run("delete from ledger_entry where id >= {}", kept)
        await tx.run("delete from opening where entry >= {}", kept)
        await tx.run("delete from ledger_checkpoint where size > {}", kept)
        for level in range(3):
            await tx.run("delete from ledger_tile where level = {} and n >= {}", level, kept >> 8 * (level + 1))
        edge = Edge().extend([hash_leaf(leaf) for leaf in self.world.leaves[:kept]])
        head = Head(edge.size, edge.to_bytes(), 0, "")
        await tx.run("update ledger_head set size = {}, edge = {}", head.size, head.edge)

    def _write_posts(self) -> None:
        new = [post for post in self.world.said if post.id not in self._said]
        self._do(write_posts(self._database, new))
        self._said.update(post.id for post in new)

    # Ballots.

    def votes(
        self, vote: int, yes: Sequence[str] = (), no: Sequence[str] = (), blank: Sequence[str] = ()
    ) -> list[Receipt]:
        """These members vote, as the program takes ballots: with tokens that nobody foresees, in shuffled order."""
        self.through_the_door()
        said = {"yes": yes, "no": no, "blank": blank}
        chosen = [(number(self.world.by(name)), CHOICE[choice]) for choice, names in said.items() for name in names]
        ballots = [Ballot(vote, member, choice) for member, choice in chosen]
        receipts = self._do(self._cast(ballots))
        self.world.boxes[vote] = self._do(self._database.read(partial(_read_box, vote=vote)))
        self._filled[vote] = deepcopy(self.world.boxes[vote])
        return receipts

    async def _cast(self, ballots: Sequence[Ballot]) -> list[Receipt]:
        polling = Polling(self._database, self._square.clock)
        receipts = await asyncio.gather(*(polling.cast(ballot) for ballot in ballots))
        await polling.close()
        return receipts

    # What others see.

    def isegoria(self, *words: str) -> Result:
        """What a command answers, to the operator or to anybody else."""
        return CliRunner().invoke(main, list(words), env=self.served.own, prog_name="isegoria")

    def member(self, name: str) -> Program:
        """A program that is signed in as somebody at the square that is served."""

        async def sign_in(tx: Tx) -> str:
            account = await account_by_member(tx, self.world.by(name))
            assert account is not None
            return (await open_session(tx, account.id, SystemClock().now()))[0]

        program = Program(self.url)
        program.http.cookies.set("session", self._do(self._database.write(sign_in)))
        self._programs.append(program)
        return program

    def writes(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Do something to the database."""
        self._do(unlock(self._database))
        return self._do(self._database.write(work))

    def _do(self, work: "Coroutine[Any, Any, T] | Awaitable[T]") -> T:
        async def done() -> T:
            return await work

        return self._runner.run(done())

    def __enter__(self) -> "Operator":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for program in self._programs:
            program.close()
        self.served.close()
        self._do(self._database.close())
        self._runner.close()


async def _stop_clocks(tx: Tx) -> None:
    now = SystemClock().now()
    for name in LEASES:
        assert await take_lease(tx, name, "the operator", now, now + HOUR)


async def _read_box(tx: Tx, vote: int) -> Box:
    cast = await boxes.read_cast(tx, vote, 0, 2**31)
    return Box(vote, [(one.choice, one.token) for one in cast], set(await boxes.every_mark(tx, vote, 1)))
