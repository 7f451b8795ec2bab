"""What a power cut leaves: an act is on the disk before anybody is told of it, and a checkpoint under its name."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import Struct

from tests.served.laws import HARASSMENT, rules_for
from tests.served.people import Person, Posted, Recorded, people, read
from tests.served.processes import Served
from tests.served.tracing import Call, calls_in, traced

ACTS = 12
SYNCS = ("fsync", "fdatasync")
WRITES = ("write", "writev", "pwrite64")
SENDS = ("write", "writev", "sendto", "sendmsg")
ANSWERED = "HTTP/1.1 201"
pytestmark = pytest.mark.timeout(200)


class _Ledger(Struct, frozen=True):
    size: int
    signed: int


async def test_what_is_answered_is_on_the_disk(sqlite_served: Served, tmp_path: Path) -> None:
    """SQLite's log is synced after the last write of a commit and before the answer; a checkpoint's file likewise."""
    process, trace = sqlite_served.start(), tmp_path / "trace"
    async with people([process.url], "ann", "bo") as (ann, bo):
        await asyncio.gather(ann.admitted(), bo.admitted())
        post = await ann.does("/posts", {"text": "The lights went out."}, Posted)
        rule = (await rules_for(bo, post.id))[HARASSMENT].rule
        with traced(process.pid, trace):
            for turn in range(ACTS // 2):
                said = await ann.does("/posts", {"text": f"The lights went out {turn} times."}, Posted)
                await bo.does(f"/posts/{said.id}/report", {"rule": rule, "reason": "It offends."}, Recorded)
            await _signed_all(bo)
    calls = calls_in(trace)
    _assert_synced_before_each_answer(calls)
    _assert_checkpoints_are_whole(calls, sqlite_served.config.home)


async def _signed_all(reader: Person) -> None:
    async with asyncio.timeout(30):
        while (ledger := read(await reader.get("/ledger"), _Ledger)).signed < ledger.size:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def _assert_synced_before_each_answer(calls: Sequence[Call]) -> None:
    answers = [call for call in calls if call.name in SENDS and "socket" in call.what and ANSWERED in call.text]
    assert ACTS == len(answers)
    log = [call for call in calls if call.what.endswith(".db-wal")]
    assert [call for call in log if call.name in WRITES], "nothing was written"
    unsynced = 0
    since = 0
    for answer in answers:
        writes = [call for call in log if call.name in WRITES and since < call.began < answer.began]
        assert writes, "an act was answered and nothing written"
        syncs = [call for call in log if call.name in SYNCS and call.began > writes[-1].ended]
        unsynced += not [call for call in syncs if call.ended < answer.began]
        since = answer.began
    # The clock's own transaction may have begun to write, after that of the act was synced.
    assert unsynced <= 1, f"{unsynced} of {ACTS} acts were answered before they were on the disk"


def _assert_checkpoints_are_whole(calls: Sequence[Call], home: Path) -> None:
    """Written beside, synced, renamed, and the folder synced: at every moment the name leads to a whole checkpoint."""
    renames = [call for call in calls if call.name.startswith("rename") and call.text.find(f'{home}/checkpoint"') > 0]
    written = {call.what: call for call in calls if call.name in WRITES}
    whole = [(rename, written[beside]) for rename in renames if (beside := rename.text.split('"')[1]) in written]
    assert whole, "no checkpoint was kept"
    for rename, write in whole:
        beside = write.what
        syncs = [call for call in calls if call.name in SYNCS and call.what == beside]
        assert write.ended < syncs[-1].began
        assert syncs[-1].ended < rename.began
        folder = [call for call in calls if call.name in SYNCS and call.what == str(home) and call.began > rename.ended]
        assert folder, "the folder was not synced after a rename"
