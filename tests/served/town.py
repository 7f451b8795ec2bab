"""A town that goes about its day while its square is killed: each of its people remembers what was acknowledged."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Final

import httpx
from msgspec import Struct

from app.proposals import PHASES
from tests.served.laws import HARASSMENT, SPAM, Rule, folding, rules_for
from tests.served.people import Person, Posted, Recorded, Reported, read, refusal

ANSWERS: Final = ("yes", "no", "perhaps")
CHANGES: Final = {"slow": "2m", "again": "6m"}
"""Terms that are put to the vote, and their new values."""

TERMS: Final = ("slow", "again", "sponsoring")
"""Terms that are put to the vote again and again in a busy town."""

AT_ONCE: Final = 2
"""Proposals that are under way at the same time."""

LONG_ENOUGH: Final = 1.5
"""Seconds after which those who were admitted are on the rolls of new proposals: a little more than `vote_after`."""

TOO_LATE: Final = "ballot-2"
TOO_SOON: Final = "propose-5"
LEANING: Final = (0, 0, 0, 1, 2)
"""Most are for a change: so it is adopted, if only enough find the time to vote."""


class Receipt(Struct, frozen=True):
    """What a voter keeps."""

    vote: int
    place: int
    token: str
    choice: int


class _Vote(Struct, frozen=True):
    vote: int
    status: str


class Proposal(Struct, frozen=True):
    """A proposal as far as it is asked for."""

    phase: str
    votes: tuple[_Vote, ...]


class Memory:
    """What a town has been told is done; `asked` are the ballots of polls that were sent, whatever became of them."""

    def __init__(self) -> None:
        self.posts: dict[str, str] = {}
        self.asked: dict[str, int] = {}
        self.answers: dict[tuple[str, str], int] = {}
        self.reports: dict[int, tuple[str, int]] = {}
        self.decisions: dict[int, int] = {}
        self.leaves: dict[int, bytes] = {}
        self.receipts: list[Receipt] = []
        self.checkpoints: set[bytes] = set()

    def __len__(self) -> int:
        """How many writes were acknowledged."""
        return len(self.posts) + len(self.answers) + len(self.reports) + len(self.decisions) + len(self.receipts)


class Town:
    """People who do one thing after another until the day is over.

    Those of `moderators` decide what was reported; while it is `busy`, new changes are put to the vote again and again.
    """

    def __init__(self, people: Sequence[Person], seed: int) -> None:
        self.people = list(people)
        self.memory = Memory()
        self.over = asyncio.Event()
        self.polls: list[str] = []
        self.said: defaultdict[str, set[str]] = defaultdict(set)
        self.proposals: list[int] = []
        self.rules: list[Rule] = []
        self.moderators: set[str] = set()
        self.busy = False
        self._undecided: list[int] = []
        self._cases: list[tuple[int, str, Rule]] = []
        self._authors: dict[str, str] = {}
        self._random = Random(seed)
        self._count = self._changes = 0
        self._reported: set[tuple[str, str, int]] = set()
        self._answered: set[tuple[str, str]] = set()
        self._voted: set[tuple[int, str]] = set()

    async def settle(self) -> None:
        """Be admitted, learn the rules, and put changes to the vote."""
        for person in self.people:
            await person.admitted()
        await asyncio.sleep(LONG_ENOUGH)
        first, *others = self.people
        post = await first.does("/posts", {"text": self._words(first)}, Posted)
        self._keep(first, post.id, post.text)
        rules = await rules_for(first, post.id)
        self.rules = [rules[label] for label in (HARASSMENT, SPAM)]
        for term, value in CHANGES.items():
            await self._put_to_the_vote(first, others[:2], term, value)

    async def decided(self) -> None:
        """Wait until the clock has brought every proposal to its end, whatever that is."""
        async with asyncio.timeout(90):
            for number in tuple(self._undecided):
                while read(await self.people[0].get(f"/proposals/{number}"), Proposal).phase in PHASES:  # noqa: ASYNC110
                    await asyncio.sleep(0.5)

    async def _put_to_the_vote(self, proposer: Person, sponsors: Sequence[Person], term: str, value: str) -> None:
        why = self._words(proposer)
        change = {"kind": "term", "term": term, "value": value, "heading": f"On {term}", "why": why}
        answer = await proposer.insist("/proposals", change, f"{term} {value}")
        if answer.status_code == 409 and refusal(answer).clause == TOO_SOON:
            return
        made = read(answer, Recorded)
        for sponsor in sponsors:
            read(await sponsor.insist(f"/proposals/{made.entry}/sponsor", {"version": 1}, f"{made.entry}"), Recorded)
        self.proposals.append(made.entry)
        self._undecided.append(made.entry)

    async def live(self, person: Person) -> None:
        """Go about one's day until it is over."""
        acts: tuple[Callable[[Person], Awaitable[None]], ...] = (
            self._say,
            self._ask,
            self._answer,
            self._answer,
            self._report,
            self._report,
            self._report,
            self._look,
            self._vote,
            self._vote,
            self._vote,
            self._decide if person.handle in self.moderators else self._say,
            self._propose if person is self.people[-1] else self._look,
        )
        while not self.over.is_set():
            try:
                await self._random.choice(acts)(person)
            except httpx.TransportError:
                await asyncio.sleep(0.05)

    def _words(self, person: Person) -> str:
        self._count += 1
        text = f"Saying number {self._count} of this day."
        self.said[person.handle].add(text)
        return text

    async def _say(self, person: Person) -> None:
        text = self._words(person)
        post = await self._asked(person, "/posts", {"text": text})
        if post is not None:
            self._keep(person, read(post, Posted).id, text)

    def _keep(self, person: Person, post: str, text: str) -> None:
        self.memory.posts[post] = text
        self._authors[post] = person.handle

    async def _ask(self, person: Person) -> None:
        text = self._words(person)
        post = await self._asked(person, "/posts", {"text": text, "options": ANSWERS})
        if post is not None:
            poll = read(post, Posted).id
            self._keep(person, poll, text)
            self.polls.append(poll)

    async def _answer(self, person: Person) -> None:
        open_to = [poll for poll in self.polls[-20:] if (poll, person.handle) not in self._answered]
        if not open_to:
            return
        poll, choice = self._random.choice(open_to), self._random.randrange(len(ANSWERS))
        self._answered.add((poll, person.handle))
        self.memory.asked[poll] = self.memory.asked.get(poll, 0) + 1
        if await self._asked(person, f"/posts/{poll}/ballot", {"choices": [choice]}) is not None:
            self.memory.answers[poll, person.handle] = choice

    async def _report(self, person: Person) -> None:
        post, rule = self._random.choice([*self.memory.posts][-20:]), self._random.choice(self.rules)
        if (person.handle, post, rule.rule) in self._reported:
            return
        self._reported.add((person.handle, post, rule.rule))
        report = {"rule": rule.rule, "reason": "It offends the rule."}
        answer = await person.insist(f"/posts/{post}/report", report, f"{post} {rule.rule}")
        if answer.status_code == 409:  # a moderator has decided about it
            return
        filed = read(answer, Reported)
        self.memory.reports[filed.entry] = (post, rule.rule)
        if filed.entry == filed.case and "fold" in rule.sanctions:
            self._cases.append((filed.case, post, rule))
        leaf = await person.get(f"/ledger/{filed.entry}/bytes")
        if leaf.status_code == 200:
            self.memory.leaves[filed.entry] = leaf.content

    async def _decide(self, moderator: Person) -> None:
        others = [one for one in self._cases if self._authors.get(one[1]) not in (None, moderator.handle)]
        if not others:
            return
        case, _, rule = self._random.choice(others)
        self._cases = [one for one in self._cases if one[0] != case]
        answer = await moderator.insist(f"/cases/{case}/decide", folding(rule), f"decide {case}")
        if answer.status_code != 409:
            self.memory.decisions[read(answer, Recorded).entry] = case

    async def _propose(self, person: Person) -> None:
        if self.busy and len(self._undecided) < AT_ONCE:
            self._changes += 1
            term = TERMS[self._changes % len(TERMS)]
            await self._put_to_the_vote(person, self.people[:2], term, f"{60 + self._changes % 500}s")

    async def _look(self, person: Person) -> None:
        answer = await person.get("/ledger/checkpoint")
        if answer.status_code == 200:
            self.memory.checkpoints.add(answer.content)

    async def _vote(self, person: Person) -> None:
        if not self._undecided:
            return
        number = self._random.choice(self._undecided)
        answer = await person.get(f"/proposals/{number}")
        if answer.status_code == 503:
            return
        shown = read(answer, Proposal)
        if shown.phase not in PHASES and number in self._undecided:
            self._undecided.remove(number)
        if (number, person.handle) in self._voted:
            return
        votes = [vote for vote in shown.votes if vote.status == "open"]
        if votes:
            await self._cast(person, number, votes[-1].vote)

    async def _cast(self, person: Person, proposal: int, vote: int) -> None:
        self._voted.add((proposal, person.handle))
        try:
            cast = await self._asked(person, f"/votes/{vote}/ballot", {"choice": self._random.choice(LEANING)})
        except httpx.ConnectError:
            # It was never sent, so it may be sent again.
            self._voted.remove((proposal, person.handle))
            raise
        if cast is not None:
            self.memory.receipts.append(read(cast, Receipt))

    async def _asked(self, person: Person, path: str, value: object) -> httpx.Response | None:
        """Send something once: the answer if it was done, None if the square said that it could not be done now."""
        answer = await person.post(path, value)
        if answer.status_code == 503 or (answer.status_code == 409 and refusal(answer).clause == TOO_LATE):
            return None
        assert answer.status_code == 201, f"{path}: {answer.status_code} {answer.text}"
        return answer
