"""A square at work: what it holds while it runs, and what runs beside its pages."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from app.clock import Clock
from app.config import Config
from app.duties import Duties
from app.feeds.homes import forget_homes, keep_homes
from app.homes import check_founded, founding_charter, look_around
from app.keyring import BadKey
from app.media.keeping import sweep
from app.pollends import recount_due, tell_ends
from app.quorum import Quorum, quorum_of
from app.record import Door, Frozen
from app.reports import forget_final
from app.signer import FuseBlown, Signer
from app.square import Square
from app.steadiness import Steadiness
from app.store.engines import Database, OutcomeUnknown, Tx, Unavailable, connect
from app.store.indexing import tidy
from app.store.leases import drop_lease, keep_lease, take_lease
from app.store.oauth import forget_codes
from app.store.post_keys import forget_keys
from app.unsaid import say_due

log = structlog.get_logger()

LEASE = 6_000
"""Milliseconds after which another process takes over from one that is gone."""

EVERY = 1.0
"""Seconds between two looks at what is due."""


@asynccontextmanager
async def open_square(config: Config, clock: Clock) -> AsyncIterator[Square]:
    """A square with its door open and nothing running beside it; raises NotFounded, Unavailable."""
    await look_around(config)
    charter = founding_charter(config.home)
    database = await connect(config)
    try:
        await check_founded(database, config.home, charter)
    except BaseException:
        await database.close()
        raise
    # Of up to 32 processes each makes post ids of its own; two that draw one number are told apart by the key.
    square = Square(config, clock, database, Door(database, clock), charter, node=secrets.randbelow(32))
    try:
        yield square
    finally:
        await square.close()


@asynccontextmanager
async def working(square: Square) -> AsyncIterator[None]:
    """The signer and the clock's duties run beside the pages, in one process of all that serve the square.

    Raises FuseBlown before anything is signed if the ledger is not the one that was signed before, and BadKey where it
    cannot be signed. A frozen ledger is served as it is.
    """
    quorum = quorum_of(square)
    holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
    lease = Lease(square.database, "signer", holder, square.clock, square.steadiness)
    sources = [] if quorum is None else [quorum.known]
    signer = Signer(square.database, square.config.home, square.clock, *sources, leave=lease.keeps)
    if not await signer.begin():
        log.critical("the ledger is frozen: pages are read, nothing is recorded or signed; see isegoria ledger show")
    clock_lease = Lease(square.database, "clock", holder, square.clock, square.steadiness)
    scheduler = _scheduled(square, clock_lease)
    scheduler.start()
    watching = asyncio.create_task(_watch_clock(square.steadiness, scheduler))
    signing = asyncio.create_task(_sign_under_lease(square, signer, quorum, lease))
    signing.add_done_callback(_tell_end)
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        watching.cancel()
        signing.cancel()
        with suppress(asyncio.CancelledError):
            await signing
        if quorum is not None:
            quorum.close()
        with suppress(OutcomeUnknown, Unavailable):
            await square.database.write(lambda tx: _drop(tx, holder))


def _scheduled(square: Square, lease: "Lease") -> AsyncIOScheduler:
    """What is done again and again by the process that has the clock's lease."""
    duties = Duties(square.database, square.door, square.clock)

    async def look_after() -> None:
        if await lease.holds():
            await duties.do_all()
            await recount_due(square.database, square.clock)
            await say_due(square)

    async def keep() -> None:
        if await lease.holds():
            await keep_homes(square.database)

    async def tell() -> None:
        if await lease.holds():
            await tell_ends(square.database, square.clock)

    async def forget() -> None:
        if await lease.holds():
            await forget_homes(square.database, square.clock)
            await forget_final(square)
            await square.database.write(lambda tx: forget_keys(tx, square.clock.now()))
            await sweep(square)
            await square.database.write(lambda tx: forget_codes(tx, square.clock.now()))
            await tidy(square.database)

    scheduler = AsyncIOScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    scheduler.add_job(_unless_unavailable(look_after), "interval", seconds=EVERY)
    scheduler.add_job(_unless_unavailable(keep), "interval", seconds=EVERY)
    scheduler.add_job(_unless_unavailable(tell), "interval", seconds=EVERY)
    scheduler.add_job(_unless_unavailable(forget), "interval", hours=1)
    return scheduler


async def _sign_under_lease(square: Square, signer: Signer, quorum: Quorum | None, lease: "Lease") -> None:
    """Sign whenever the lease is ours and the ledger is not frozen, until cancelled."""
    while True:
        try:
            # Whoever signed before us may have signed more than we have seen: so the fuse comes first.
            if await lease.holds() and await _begins(signer):
                await _sign_while(signer, quorum, lease)
                if not square.steadiness.trouble:
                    log.info("another process signs now")
        except (OutcomeUnknown, Unavailable) as error:
            log.warning("the database is not available to the signer", why=str(error))
        except FuseBlown as error:
            log.critical("nothing is recorded or signed any more until a person has acted", why=str(error))
        except BadKey as error:
            log.error("this process cannot sign", why=str(error))
            with suppress(OutcomeUnknown, Unavailable):
                await square.database.write(lease.drop)  # another process may have the key
            await asyncio.sleep(LEASE / 1000)
        await asyncio.sleep(EVERY)


async def _watch_clock(steadiness: Steadiness, scheduler: AsyncIOScheduler) -> None:
    """Look each second; the scheduler goes by the time of day, and after a jump backwards would wait for it."""
    known = ""
    while True:
        if steadiness.look() != known:
            known = steadiness.trouble
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
        await asyncio.sleep(EVERY)


def _tell_end(signing: "asyncio.Task[None]") -> None:
    """A signer that ends by itself does so by a mistake of ours, and nobody may miss it."""
    if not signing.cancelled() and signing.exception() is not None:
        log.critical("the signer has ended: nothing is signed until a restart", exc_info=signing.exception())


async def _begins(signer: Signer) -> bool:
    """The fuse where a process takes over while the square runs: if it blows, the door closes in every process."""
    try:
        return await signer.begin()
    except FuseBlown as error:
        await signer.freeze(str(error))
        raise


async def _sign_while(signer: Signer, quorum: Quorum | None, lease: "Lease") -> None:
    tasks = [asyncio.create_task(signer.run())]
    if quorum is not None:
        tasks.append(asyncio.create_task(quorum.run()))
    try:
        while await lease.holds():
            done, _ = await asyncio.wait(tasks, timeout=EVERY, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


class Lease:
    """A lease as its holder knows it: renewed when half of it is over, so that an idle square seldom writes."""

    def __init__(self, database: Database, name: str, holder: str, clock: Clock, steadiness: Steadiness) -> None:
        self._database = database
        self._name = name
        self._holder = holder
        self._clock = clock
        self._steadiness = steadiness
        self._renew_at: int | None = None

    async def holds(self) -> bool:
        """Whether the lease is ours now, taken or renewed if need be; a process whose clock jumped gives it back."""
        if self._steadiness.look():
            if self._renew_at is not None:
                await self._database.write(self.drop)
            return False
        running = self._steadiness.running()
        if self._renew_at is not None and running < self._renew_at:
            return True
        self._renew_at = None
        now = self._clock.now()
        if await self._database.write(lambda tx: take_lease(tx, self._name, self._holder, now, now + LEASE)):
            self._renew_at = running + LEASE // 2
        return self._renew_at is not None

    async def keeps(self, tx: Tx) -> bool:
        """Whether it is ours in the database, up to the end of the transaction; a process that slept finds out here."""
        return self._steadiness.look() == "" and await keep_lease(tx, self._name, self._holder)

    async def drop(self, tx: Tx) -> None:
        """Give it back, so that nobody waits for its end."""
        self._renew_at = None
        await drop_lease(tx, self._name, self._holder)


async def _drop(tx: Tx, holder: str) -> None:
    await drop_lease(tx, "clock", holder)
    await drop_lease(tx, "signer", holder)


def _unless_unavailable(job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def tried() -> None:
        try:
            await job()
        except (OutcomeUnknown, Unavailable) as error:
            log.warning("the database is not available to the clock", why=str(error))
        except Frozen:
            log.debug("the ledger is frozen: what is due waits")

    return tried
