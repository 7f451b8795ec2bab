"""The process that signs stops without ending, another takes over, and the first one wakes up."""

import asyncio
import signal
from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest

from app.running import LEASE
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.client import HttpReader
from ledger.note import VerifierKey
from ledger.verify import check_extension
from tests.served.laws import HARASSMENT, rules_for
from tests.served.people import Person, Posted, people
from tests.served.processes import Process, Served, all_ready
from tests.servers import PostgresServer

TAKEN_OVER = LEASE / 1000 + 20
"""Seconds in which another signs; the machine may do other things besides."""

AFTERWARDS = 4
"""Acts after the first one is awake, more than half a second apart: it looks at its lease meanwhile."""


class _Watch:
    """Keeps every checkpoint that a process shows, and demands that each extends the one before."""

    def __init__(self, key: str) -> None:
        self._known = [VerifierKey.parse(key)]
        self._last: Checkpoint | None = None
        self.roots: dict[int, bytes] = {}

    def look(self, process: Process) -> int:
        """Look at the newest checkpoint and return its size."""
        with HttpReader(process.url) as reader:
            new = open_checkpoint(reader.read("ledger/checkpoint"), self._known)
            if self._last is not None:
                check_extension(reader, self._last, new, prefix="ledger/")
        assert new.root == self.roots.setdefault(new.size, new.root)
        self._last = new
        return new.size


@pytest.mark.alone
@pytest.mark.timeout(200)
async def test_a_signer_that_wakes_up(postgresql_served: Served, postgres: PostgresServer) -> None:
    """It finds its lease gone: no size has two roots, none is smaller than one before, and both serve on."""
    served = postgresql_served
    both = [served.launch(), served.launch()]
    all_ready(both)
    database, watch = urlsplit(served.config.database).path[1:], _Watch(served.key)
    first = await _signing(both, postgres, database)
    second = next(process for process in both if process is not first)
    async with people([second.url], "ann", "bo") as (ann, bo):
        await ann.admitted()
        await bo.admitted()
        rule = await _rule(ann, bo)
        await _seen(ann, bo, rule, [second], watch)
        await _stop(first, postgres, database)
        try:
            await _seen(ann, bo, rule, [second], watch)
            assert second is await _signing(both, postgres, database)
        finally:
            first.send(signal.SIGCONT)
        for _ in range(AFTERWARDS):
            await _seen(ann, bo, rule, both, watch)
            await asyncio.sleep(0.5)
    assert "another process signs now" in first.said
    assert second is await _signing(both, postgres, database)
    kept = postgres.run_sql("select size, encode(root, 'hex') from ledger_checkpoint order by at, size", database)
    signed = [line.split("|") for line in kept.split()]
    sizes = [int(size) for size, _ in signed]
    assert sizes == sorted(set(sizes)), "a smaller size was signed after a larger one"
    assert watch.roots == {int(size): bytes.fromhex(root) for size, root in signed if int(size) in watch.roots}
    for process in both:
        process.wait_ready()
    served.audit(first)
    served.must("fsck")


async def _rule(author: Person, reporter: Person) -> int:
    post = await author.does("/posts", {"text": "Who keeps the seal?"}, Posted)
    return (await rules_for(reporter, post.id))[HARASSMENT].rule


async def _seen(author: Person, reporter: Person, rule: int, shown: Sequence[Process], watch: _Watch) -> None:
    """An act, and a checkpoint that has it, at every one of these processes."""
    post = await author.does("/posts", {"text": "Who keeps the seal?"}, Posted)
    entry = (await reporter.report(post.id, rule)).entry
    async with asyncio.timeout(TAKEN_OVER):
        for process in shown:
            while await asyncio.to_thread(watch.look, process) <= entry:  # noqa: ASYNC110
                await asyncio.sleep(0.1)


async def _signing(processes: Sequence[Process], postgres: PostgresServer, database: str) -> Process:
    """Whose the lease is."""
    async with asyncio.timeout(TAKEN_OVER):
        while True:
            sql = "select holder from job_lease where name = 'signer'"
            holder = (await asyncio.to_thread(postgres.run_sql, sql, database)).strip()
            for process in processes:
                if f"/{process.pid}/" in holder:
                    return process
            await asyncio.sleep(0.1)


async def _stop(process: Process, postgres: PostgresServer, database: str) -> None:
    """Stop it between two transactions: whatever one holds would be held until it wakes up."""
    within = f"select count(*) from pg_stat_activity where datname = '{database}' and state like 'idle in%'"
    while True:
        process.send(signal.SIGSTOP)
        await asyncio.sleep(0.2)
        if "0" == (await asyncio.to_thread(postgres.run_sql, within)).strip():
            return
        process.send(signal.SIGCONT)
        await asyncio.sleep(0.1)
