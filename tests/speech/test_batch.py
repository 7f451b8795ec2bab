"""Group commit: one transaction for all who wait, one answer for each."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar

import pytest

from app.batch import Batch, Overloaded

pytestmark = pytest.mark.asyncio

whose = ContextVar("whose", default="nobody's")


class Writer:
    """A commit that can be held open, and that remembers what it was given."""

    def __init__(self) -> None:
        self.commits: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.context = ""
        self.fails: Exception | None = None

    async def __call__(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.commits.append(list(items))
        self.context = whose.get()
        await self.gate.wait()
        if self.fails is not None:
            raise self.fails
        return [ValueError(f"{item} is negative") if item < 0 else item * 2 for item in items]


async def settle() -> None:
    """Let everything that can run now run."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_those_who_come_together_are_committed_together() -> None:
    """One thousand at once are two commits, in the order of their coming, each with its own answer."""
    writer = Writer()
    batch = Batch(writer)
    answers = await asyncio.gather(*(batch.submit(n) for n in range(1000)))
    assert [n * 2 for n in range(1000)] == answers
    assert [512, 488] == [len(commit) for commit in writer.commits]
    assert list(range(1000)) == [item for commit in writer.commits for item in commit]


async def test_who_comes_during_a_commit_is_carried_by_the_next() -> None:
    """There is no timer: the next commit begins when the previous one ends."""
    writer = Writer()
    batch = Batch(writer)
    writer.gate.clear()
    first = asyncio.create_task(batch.submit(1))
    await settle()
    later = [asyncio.create_task(batch.submit(n)) for n in (2, 3)]
    await settle()
    assert [[1]] == writer.commits
    assert not first.done()
    writer.gate.set()
    assert [2, 4, 6] == await asyncio.gather(first, *later)
    assert [[1], [2, 3]] == writer.commits


async def test_an_exception_for_one_is_for_one() -> None:
    """Whoever stands beside a refused one in a transaction is not refused."""
    batch = Batch(Writer())
    one, refused, two = await asyncio.gather(batch.submit(1), batch.submit(-1), batch.submit(2), return_exceptions=True)
    assert (2, 4) == (one, two)
    assert isinstance(refused, ValueError)
    assert "-1 is negative" == str(refused)


async def test_a_failed_commit_reaches_all_of_it_and_nobody_else() -> None:
    """All callers of the lost transaction hear of it; the next transaction runs as ever."""
    writer = Writer()
    batch = Batch(writer)
    writer.fails = OSError("the disk is full")
    lost = await asyncio.gather(*(batch.submit(n) for n in range(3)), return_exceptions=True)
    assert ["the disk is full"] * 3 == [str(failure) for failure in lost]
    writer.fails = None
    assert 8 == await batch.submit(4)


async def test_a_wrong_number_of_answers_is_a_bug_that_all_hear_of() -> None:
    """Answers are never given to a neighbour."""

    async def forgetful(items: Sequence[int]) -> Sequence[int | Exception]:
        return list(items)[1:]

    batch = Batch(forgetful)
    answers = await asyncio.gather(batch.submit(1), batch.submit(2), return_exceptions=True)
    assert [AssertionError, AssertionError] == [type(answer) for answer in answers]


async def test_a_caller_who_goes_before_the_commit_takes_the_item_along() -> None:
    """What nobody waits for any more is not written."""
    writer = Writer()
    batch = Batch(writer)
    writer.gate.clear()
    first = asyncio.create_task(batch.submit(1))
    await settle()
    gone = asyncio.create_task(batch.submit(2, "m:1"))
    stays = asyncio.create_task(batch.submit(3, "m:1"))
    await settle()
    gone.cancel()
    await settle()
    writer.gate.set()
    assert (2, 6) == (await first, await stays)
    assert gone.cancelled()
    assert [[1], [3]] == writer.commits


async def test_a_caller_who_goes_during_the_commit_disturbs_nobody() -> None:
    """The commit runs to its end; the others get their answers."""
    writer = Writer()
    batch = Batch(writer)
    writer.gate.clear()
    gone = asyncio.create_task(batch.submit(1))
    stays = asyncio.create_task(batch.submit(2))
    await settle()
    gone.cancel()
    await settle()
    writer.gate.set()
    assert 4 == await stays
    assert gone.cancelled()
    assert [[1, 2]] == writer.commits
    assert 6 == await batch.submit(3)


async def test_a_full_queue_says_when_to_come_again() -> None:
    """Above the limit callers are answered at once, and those who wait are not lost."""
    writer = Writer()
    batch = Batch(writer, waiting=10, at_once=4)
    writer.gate.clear()
    first = asyncio.create_task(batch.submit(0))
    await settle()
    waiting = [asyncio.create_task(batch.submit(n)) for n in range(1, 11)]
    await settle()
    assert 10 == len(batch)
    with pytest.raises(Overloaded) as refusal:
        await batch.submit(11)
    assert 1 == refusal.value.retry_after
    writer.gate.set()
    assert [n * 2 for n in range(11)] == await asyncio.gather(first, *waiting)
    assert [1, 4, 4, 2] == [len(commit) for commit in writer.commits]


async def test_4100_at_once_are_4096_and_four_who_come_again() -> None:
    """The default limit, as the design has it."""
    batch = Batch(Writer())
    answers = await asyncio.gather(*(batch.submit(n) for n in range(4100)), return_exceptions=True)
    assert 4 == sum(isinstance(answer, Overloaded) for answer in answers)


async def test_nobody_may_hold_more_than_a_share() -> None:
    """One who floods the queue is told to wait while everybody else finds room."""
    writer = Writer()
    batch = Batch(writer, share=3)
    writer.gate.clear()
    first = asyncio.create_task(batch.submit(0, "m:1"))
    await settle()
    waiting = [asyncio.create_task(batch.submit(n, "m:1")) for n in (1, 2, 3)]
    await settle()
    with pytest.raises(Overloaded):
        await batch.submit(4, "m:1")
    other = asyncio.create_task(batch.submit(5, "m:2"))
    await settle()
    writer.gate.set()
    assert [0, 2, 4, 6, 10] == await asyncio.gather(first, *waiting, other)
    assert 12 == await batch.submit(6, "m:1")


async def test_the_writer_inherits_nothing_from_the_first_caller() -> None:
    """A transaction that the first caller has open would otherwise be the batch's."""
    writer = Writer()
    batch = Batch(writer)
    whose.set("the first caller's")
    await batch.submit(1)
    assert "nobody's" == writer.context
    await asyncio.gather(*(batch.submit(n) for n in range(600)))
    assert "nobody's" == writer.context


async def test_closing_ends_what_has_begun_and_takes_nothing_more() -> None:
    """A graceful stop: whoever waits is answered, whoever comes is sent away."""
    writer = Writer()
    batch = Batch(writer, at_once=1)
    waiting = [asyncio.create_task(batch.submit(n)) for n in range(5)]
    await settle()
    closing = asyncio.create_task(batch.close())
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await batch.submit(9)
    assert [0, 2, 4, 6, 8] == await asyncio.gather(*waiting)
    await closing
    await Batch(writer).close()
