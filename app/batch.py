"""Group commit: whoever comes while a commit runs is carried by the next one."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Final, Generic, TypeVar

from app.measures import Commits

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_AT_ONCE = 512
MOST_WAITING = 4096
SHARE = 64


class Overloaded(RuntimeError):
    """The queue takes nothing more now; come again after `retry_after` seconds."""

    def __init__(self, why: str, retry_after: int = 1) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Batch(Generic[Item, Result]):
    """A queue in front of one writer, which commits up to 512 items in one transaction.

    `commit` is given the items in the order in which they came and returns one answer for each: a result, or the
    exception that this caller alone is to have. It returns after the commit; what it raises reaches every caller
    of that transaction. The next commit begins when the previous one ends; there is no timer. `commits` counts them.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        at_once: int = MOST_AT_ONCE,
        waiting: int = MOST_WAITING,
        share: int = SHARE,
    ) -> None:
        self._commit = commit
        self._at_once = at_once
        self._most_waiting = waiting
        self._share = share
        self._waiting: deque[tuple[Item, str, asyncio.Future[Result]]] = deque()
        self._held: Counter[str] = Counter()
        self._taken: list[asyncio.Future[Result]] = []
        self._running: asyncio.Task[Sequence[Result | Exception]] | None = None
        self._closed = False
        self.commits: Final = Commits()

    def __len__(self) -> int:
        """How many items wait, without those that are being committed."""
        return len(self._waiting)

    async def submit(self, item: Item, by: str = "") -> Result:
        """Wait until `item` is committed and return its answer; `by` ("m:17") may hold a share of the queue, "" all.

        A caller who is cancelled while waiting takes the item along, unless its commit has begun.
        Raises Overloaded, what the commit raised, or what it answered to this item.
        """
        self._check_room(by)
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, by, answer))
        self._held[by] += 1
        if self._running is None:
            self._start()
        return await answer

    async def close(self) -> None:
        """Take nothing more and return when everything that waits is committed and answered."""
        self._closed = True
        while self._running is not None:
            await asyncio.wait({self._running})

    def _check_room(self, by: str) -> None:
        if self._closed:
            raise Overloaded("the square is going down")
        if len(self._waiting) >= self._most_waiting:
            raise Overloaded("too many are waiting")
        if by and self._held[by] >= self._share:
            raise Overloaded("too many requests of yours are waiting")

    def _start(self) -> None:
        # An empty context: the task must not inherit the transaction of whoever happened to come first.
        self._running = asyncio.create_task(self._run(), context=Context())
        self._running.add_done_callback(self._ended, context=Context())

    async def _run(self) -> Sequence[Result | Exception]:
        items = self._take()
        if not items:
            return []
        with self.commits.of(len(items)):
            return await self._commit(items)

    def _take(self) -> list[Item]:
        items: list[Item] = []
        self._taken = []
        while self._waiting and len(items) < self._at_once:
            item, by, answer = self._waiting.popleft()
            self._held[by] -= 1
            if not self._held[by]:
                del self._held[by]
            if not answer.done():
                items.append(item)
                self._taken.append(answer)
        return items

    def _ended(self, task: asyncio.Task[Sequence[Result | Exception]]) -> None:
        self._answer(task)
        self._running = None
        if self._waiting:
            self._start()

    def _answer(self, task: asyncio.Task[Sequence[Result | Exception]]) -> None:
        callers, self._taken = self._taken, []
        if task.cancelled():
            for caller in callers:
                caller.cancel()
            return
        failure = task.exception()
        outcomes = [] if failure is not None else task.result()
        if failure is None and len(outcomes) != len(callers):
            failure = AssertionError(f"{len(outcomes)} answers to {len(callers)} callers")
        for place, caller in enumerate(callers):
            outcome = failure if failure is not None else outcomes[place]
            if caller.done():
                continue
            if isinstance(outcome, BaseException):
                caller.set_exception(outcome)
            else:
                caller.set_result(outcome)
