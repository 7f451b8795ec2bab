"""Holding what a town was told against what its square has in the end."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from governance.acts.cases import Decide, Report
from governance.acts.members import Admit
from governance.acts.proposals import Enact, Freeze
from governance.acts.votes import CloseVote, OpenVote
from governance.entry import AnyAct, Entry, decode, type_of
from ledger.checkpoint import open_checkpoint
from ledger.client import HttpReader
from ledger.note import VerifierKey
from ledger.verify import verify_log
from tests.served.people import Posted, read
from tests.served.town import Memory, Proposal, Town

STEWARD = 1


class _Option(Struct, frozen=True):
    votes: int
    mine: bool


class _Poll(Struct, frozen=True):
    options: tuple[_Option, ...]
    voters: int


class _Polled(Struct, frozen=True):
    poll: _Poll


class _Found(Struct, frozen=True):
    lies: str


class _Profile(Struct, frozen=True):
    items: tuple[Posted, ...]
    next: str | None


class Looked:
    """How many of a town's posts, answers and receipts were looked for, and found."""

    def __init__(self) -> None:
        self.posts = self.answers = self.receipts = 0


async def assert_nothing_is_missing(town: Town, url: str, key: str, looked: Looked | None = None) -> Sequence[Entry]:
    """All that the town was told is there; returns the entries of the ledger, every one of them verified.

    Of what is outside the ledger, what was `looked` for before is not looked for again.
    """
    looked = looked or Looked()
    memory = town.memory
    for post, text in [*memory.posts.items()][looked.posts :]:
        assert text == read(await town.people[0].get(f"/posts/{post}"), Posted).text
    by_name = {person.handle: person for person in town.people}
    for (poll, handle), choice in [*memory.answers.items()][looked.answers :]:
        options = read(await by_name[handle].get(f"/posts/{poll}"), _Polled).poll.options
        assert [choice] == [place for place, option in enumerate(options) if option.mine]
    for receipt in memory.receipts[looked.receipts :]:
        said = {"place": receipt.place, "token": receipt.token, "choice": receipt.choice}
        found = await town.people[0].does(f"/votes/{receipt.vote}/receipt", said, _Found)
        assert "sealed" == found.lies, receipt
    leaves = await asyncio.to_thread(verified_leaves, url, key, memory.checkpoints)
    entries = [decode(leaf) for leaf in leaves]
    for index, leaf in memory.leaves.items():
        assert leaf == leaves[index]
    _assert_acts_are_those_acknowledged(memory, entries)
    looked.posts, looked.answers, looked.receipts = len(memory.posts), len(memory.answers), len(memory.receipts)
    return entries


def _assert_acts_are_those_acknowledged(memory: Memory, entries: Sequence[Entry]) -> None:
    """An act whose answer was lost was sent again under its key: so those acknowledged are all there are."""
    reports = {index: entry.act for index, entry in enumerate(entries) if isinstance(entry.act, Report)}
    assert memory.reports == {index: (act.post, act.rule[0]) for index, act in reports.items()}
    decisions = {index: entry.act for index, entry in enumerate(entries) if isinstance(entry.act, Decide)}
    assert memory.decisions == {index: act.case for index, act in decisions.items()}


async def assert_polls_add_up(town: Town) -> None:
    """A poll counts each ballot that was acknowledged, and none that was not sent; its figures fit each other."""
    acknowledged = Counter((poll, choice) for (poll, _), choice in town.memory.answers.items())
    for poll in town.polls:
        shown = read(await town.people[0].get(f"/posts/{poll}"), _Polled).poll
        votes = [option.votes for option in shown.options]
        told = [acknowledged[poll, place] for place in range(len(votes))]
        assert all(known <= counted for known, counted in zip(told, votes, strict=True)), (poll, told, votes)
        assert shown.voters == sum(votes) <= town.memory.asked.get(poll, 0), (poll, shown)


async def assert_posts_are_whole(town: Town) -> None:
    """What stands on a person's page was said, once: whole if its answer was lost, and not twice."""
    for person in town.people:
        texts: list[str] = []
        path: str | None = f"/@{person.handle}"
        while path is not None:
            page = read(await person.get(path), _Profile)
            texts += [post.text.rpartition("\n\n")[2] for post in page.items]  # a proposal's post has a heading
            path = page.next
        assert [text for text, times in Counter(texts).items() if times > 1] == []
        unsaid = set(texts) - town.said[person.handle]
        assert not unsaid, unsaid


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
