"""A square at work: what it holds while it runs, and what runs beside its pages."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from app.clock import Clock
from app.config import Config
from app.duties import Duties
from app.founding import charter_file, checkpoint_file, read_key
from app.polls import recount_due
from app.record import Door
from app.reports import forget_final
from app.signer import FuseBlown, Signer
from app.square import Square
from app.store.engines import Database, OutcomeUnknown, Tx, Unavailable, connect
from app.store.leases import drop_lease, take_lease
from governance.charter import read_charter

log = structlog.get_logger()

LEASE = 6_000
"""Milliseconds after which another process takes over from one that is gone."""

EVERY = 1.0
"""Seconds between two looks at what is due."""


class NotFounded(Exception):
    """There is no square in this home; the text says how to found one."""


@asynccontextmanager
async def open_square(config: Config, clock: Clock) -> AsyncIterator[Square]:
    """A square with its door open and nothing running beside it; raises NotFounded, Unavailable."""
    if not charter_file(config.home).exists():
        raise NotFounded(f"there is no square in {config.home}: run `isegoria found`, or `isegoria demo` for a try")
    charter = read_charter(charter_file(config.home).read_text())
    database = await connect(config)
    # Of up to 32 processes each makes post ids of its own; two that draw one number are told apart by the key.
    square = Square(config, clock, database, Door(database, clock), charter, node=secrets.randbelow(32))
    try:
        yield square
    finally:
        await square.close()


@asynccontextmanager
async def working(square: Square) -> AsyncIterator[None]:
    """The signer and the clock's duties run beside the pages, in one process of all that serve the square.

    Raises FuseBlown before anything is signed if the ledger is not the one that was signed before.
    """
    signer = Signer(square.database, read_key(square.config.home), checkpoint_file(square.config.home))
    await signer.check_fuse()
    duties = Duties(square.database, square.door, square.clock)
    holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"

    clock_lease = Lease(square.database, "clock", holder, square.clock)

    async def look_after() -> None:
        if await clock_lease.holds():
            await duties.do_all()
            await recount_due(square.database, square.clock)

    async def forget() -> None:
        if await clock_lease.holds():
            await forget_final(square)

    scheduler = AsyncIOScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    scheduler.add_job(_unless_unavailable(look_after), "interval", seconds=EVERY)
    scheduler.add_job(_unless_unavailable(forget), "interval", hours=1)
    scheduler.start()
    signing = asyncio.create_task(_sign_under_lease(square, signer, holder))
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        signing.cancel()
        with suppress(asyncio.CancelledError):
            await signing
        with suppress(OutcomeUnknown, Unavailable):
            await square.database.write(lambda tx: _drop(tx, holder))


async def _sign_under_lease(square: Square, signer: Signer, holder: str) -> None:
    """Sign whenever the lease is ours, until cancelled; raises FuseBlown."""
    lease = Lease(square.database, "signer", holder, square.clock)
    while True:
        try:
            if await lease.holds():
                # Whoever signed before us may have signed more than we have seen.
                await signer.check_fuse()
                await _sign_while(signer, lease)
        except (OutcomeUnknown, Unavailable) as error:
            log.warning("the database is not available to the signer", why=str(error))
        except FuseBlown as error:
            log.critical("nothing is signed any more", why=str(error))
            raise
        await asyncio.sleep(EVERY)


async def _sign_while(signer: Signer, lease: "Lease") -> None:
    looking = asyncio.create_task(signer.run())
    try:
        while await lease.holds():
            done, _ = await asyncio.wait({looking}, timeout=EVERY)
            if done:
                looking.result()
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


class Lease:
    """A lease as its holder knows it: renewed when half of it is over, so that an idle square seldom writes."""

    def __init__(self, database: Database, name: str, holder: str, clock: Clock) -> None:
        self._database = database
        self._name = name
        self._holder = holder
        self._clock = clock
        self._until = 0

    async def holds(self) -> bool:
        """Whether the lease is ours now, taken or renewed if need be."""
        now = self._clock.now()
        if now < self._until - LEASE // 2:
            return True
        until = now + LEASE
        held = await self._database.write(lambda tx: take_lease(tx, self._name, self._holder, now, until))
        self._until = until if held else 0
        return held


async def _drop(tx: Tx, holder: str) -> None:
    await drop_lease(tx, "clock", holder)
    await drop_lease(tx, "signer", holder)


def _unless_unavailable(job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def tried() -> None:
        try:
            await job()
        except (OutcomeUnknown, Unavailable) as error:
            log.warning("the database is not available to the clock", why=str(error))

    return tried
