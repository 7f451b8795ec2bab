"""A database whose connection is lost in COMMIT, when it is told to."""

import asyncio
import time
from collections.abc import Sequence
from enum import Enum

from app.store.engines import Database, OutcomeUnknown, Tx, Unavailable, Work
from app.store.transaction import T

LATE = 0.3


class Loss(Enum):
    """What becomes of the next transaction."""

    UNDONE = "the answer to COMMIT is lost, and it was not done"
    DONE = "the answer to COMMIT is lost, and it was done"
    LATE = "the answer to COMMIT is lost, and it is done a moment later"
    GONE = "the database cannot be reached"


class _RolledBack(Exception):
    """Ends a transaction without its COMMIT."""


class Lossy(Database):
    """Another database, through a connection that is lost as often as `losses` says."""

    def __init__(self, inner: Database, *losses: Loss) -> None:
        self.kind = inner.kind
        self.losses = list(losses)
        self._inner = inner
        self._late: asyncio.Task[None] | None = None

    async def write(self, work: Work[T]) -> T:
        loss = self.losses.pop(0) if self.losses else None
        if loss is None:
            return await self._inner.write(work)
        await self._lose(loss, work)
        raise OutcomeUnknown("the connection was lost in COMMIT")

    async def read(self, work: Work[T]) -> T:
        return await self._inner.read(work)

    async def purge(self, deleted: Sequence[bytes]) -> bool:
        return await self._inner.purge(deleted)

    async def close(self) -> None:
        if self._late is not None:
            await self._late
        await self._inner.close()

    async def _lose(self, loss: Loss, work: Work[T]) -> None:
        match loss:
            case Loss.UNDONE:
                await self._undo(work)
            case Loss.DONE:
                await self._inner.write(work)
            case Loss.LATE:
                await self._do_late(work)
            case Loss.GONE:
                raise Unavailable("no connection to the database")

    async def _undo(self, work: Work[T]) -> None:
        async def undone(tx: Tx) -> None:
            await work(tx)
            raise _RolledBack

        try:
            await self._inner.write(undone)
        except _RolledBack:
            return

    async def _do_late(self, work: Work[T]) -> None:
        loop, at_commit = asyncio.get_running_loop(), asyncio.Event()

        async def slow(tx: Tx) -> None:
            await work(tx)
            loop.call_soon_threadsafe(at_commit.set)
            if tx.kind == "sqlite":
                time.sleep(LATE)  # noqa: ASYNC251 - in the writer's own thread
            else:
                await asyncio.sleep(LATE)

        self._late = asyncio.create_task(self._inner.write(slow))
        await at_commit.wait()
