"""Holding what a town was told against what its square has in the end."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from governance.acts.cases import Report
from governance.acts.members import Admit
from governance.acts.proposals import Enact, Freeze
from governance.acts.votes import CloseVote, OpenVote
from governance.entry import AnyAct, Entry, decode, type_of
from ledger.checkpoint import open_checkpoint
from ledger.client import HttpReader
from ledger.note import VerifierKey
from ledger.verify import verify_log
from tests.served.people import Person, Posted, read
from tests.served.town import Memory, Proposal, Town

STEWARD = 1


class _Option(Struct, frozen=True):
    mine: bool


class _Poll(Struct, frozen=True):
    options: tuple[_Option, ...]


class _Polled(Struct, frozen=True):
    poll: _Poll


class _Found(Struct, frozen=True):
    lies: str


async def assert_nothing_is_missing(town: Town, url: str, key: str) -> Sequence[Entry]:
    """All that the town was told is there; returns the entries of the ledger, every one of them verified."""
    first = town.people[0]
    for post, text in town.memory.posts.items():
        assert text == read(await first.get(f"/posts/{post}"), Posted).text
    for person in town.people:
        await _assert_answers(person, town.memory)
    for receipt in town.memory.receipts:
        said = {"place": receipt.place, "token": receipt.token, "choice": receipt.choice}
        found = await first.does(f"/votes/{receipt.vote}/receipt", said, _Found)
        assert "sealed" == found.lies, receipt
    leaves = await asyncio.to_thread(verified_leaves, url, key, town.memory.checkpoints)
    entries = [decode(leaf) for leaf in leaves]
    for index, leaf in town.memory.leaves.items():
        assert leaf == leaves[index]
    # A report whose answer was lost was sent again under its key: so those acknowledged are all there are.
    reports = {index: entry.act for index, entry in enumerate(entries) if isinstance(entry.act, Report)}
    assert town.memory.reports == {index: (act.post, act.rule[0]) for index, act in reports.items()}
    return entries


async def _assert_answers(person: Person, memory: Memory) -> None:
    for (poll, handle), choice in memory.answers.items():
        if handle == person.handle:
            options = read(await person.get(f"/posts/{poll}"), _Polled).poll.options
            assert [choice] == [place for place, option in enumerate(options) if option.mine]


def verified_leaves(url: str, key: str, seen: set[bytes]) -> list[bytes]:
    """The leaves of a ledger, verified under its checkpoint and under each of those that somebody has seen."""
    known = [VerifierKey.parse(key)]
    roots = {checkpoint.size: checkpoint.root for checkpoint in (open_checkpoint(note, known) for note in seen)}
    told: dict[int, bytes] = {}
    with HttpReader(url) as reader:
        leaves = [
            leaf
            for _, leaf in verify_log(
                reader, known, prefix="ledger/", roots_at=roots, on_root=lambda size, root: told.update({size: root})
            )
        ]
    assert roots == told
    return leaves


async def assert_each_duty_was_done_once(town: Town, entries: Sequence[Entry]) -> None:
    """What the clock does stands once in the ledger: for each member, and for each proposal, up to its enactment."""
    duties = Counter(duty for duty in (_duty(entry.act) for entry in entries) if duty is not None)
    wanted = [("admit", 0)] * (len(town.people) + STEWARD)
    for number in town.proposals:
        shown = read(await town.people[0].get(f"/proposals/{number}"), Proposal)
        wanted += [("freeze", number), ("open_vote", number), ("close_vote", shown.votes[0].vote)]
        wanted += [("enact", number)] if shown.phase == "enacted" else []
    assert Counter(wanted) == duties


def _duty(act: AnyAct) -> tuple[str, int] | None:
    match act:
        case Admit():
            return "admit", 0
        case Freeze(proposal=number) | OpenVote(proposal=number) | CloseVote(vote=number):
            return type_of(act), number
        case Enact(proposal=number) if number > 0:
            return "enact", number
        case _:
            return None
