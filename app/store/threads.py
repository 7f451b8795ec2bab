"""Threads that each keep one connection and take their works from one queue."""

import asyncio
import threading
from collections.abc import Sequence
from contextvars import Context, copy_context
from functools import partial
from queue import SimpleQueue
from typing import Generic, Protocol

from app.store.transaction import T, Unavailable, Work


class Hand(Protocol):
    """Something that runs a work to its end in the thread it is called in."""

    def perform(self, work: Work[T]) -> T:
        """Run `work` in a transaction."""

    def close(self) -> None:
        """Close the connection."""


class _Task(Generic[T]):
    """A work, who waits for it, and the context it was given in."""

    __slots__ = ("_answer", "_context", "_loop", "_work")

    def __init__(self, work: Work[T], loop: asyncio.AbstractEventLoop) -> None:
        self._work = work
        self._loop = loop
        self._context: Context = copy_context()
        self._answer: asyncio.Future[T] = loop.create_future()

    @property
    def answer(self) -> asyncio.Future[T]:
        return self._answer

    def run(self, hand: Hand) -> None:
        if self._answer.cancelled():
            return
        try:
            result = self._context.run(hand.perform, self._work)
        except BaseException as error:  # noqa: BLE001 (it is the caller's, whatever it is)
            self._tell(partial(_fail, self._answer, error))
        else:
            self._tell(partial(_succeed, self._answer, result))

    def _tell(self, then: partial[None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(then)


class Hands:
    """One thread for each hand; a work is taken by the first that is free."""

    def __init__(self, name: str, hands: Sequence[Hand]) -> None:
        self._queue: SimpleQueue[_Task[object] | None] = SimpleQueue()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, args=(hand,), name=f"sqlite {name} {number}", daemon=True)
            for number, hand in enumerate(hands)
        ]
        for thread in self._threads:
            thread.start()

    async def do(self, work: Work[T]) -> T:
        """Have `work` run in one of the threads and return its result; one hop there and one back."""
        if self._closed:
            raise Unavailable("the database has been closed")
        task = _Task(work, asyncio.get_running_loop())
        self._queue.put(task)  # type: ignore[arg-type]
        return await task.answer

    def close(self) -> None:
        """Let what waits end, then end the threads."""
        self._closed = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, hand: Hand) -> None:
        while (task := self._queue.get()) is not None:
            task.run(hand)
            del task
        hand.close()


def _succeed(answer: asyncio.Future[T], result: T) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: asyncio.Future[T], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
