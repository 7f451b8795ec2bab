"""A town that goes about its day while its square is killed: each of its people remembers what was acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Final

import httpx
from msgspec import Struct

from app.proposals import PHASES
from tests.served.laws import HARASSMENT, SPAM, rules_for
from tests.served.people import Person, Posted, Recorded, Reported, read, refusal

ANSWERS: Final = ("yes", "no", "perhaps")
CHANGES: Final = {"slow": "2m", "again": "6m"}
"""Terms that are put to the vote, and their new values."""


LONG_ENOUGH: Final = 1.5
"""Seconds after which those who were admitted are on the rolls of new proposals: a little more than `vote_after`."""

TOO_LATE: Final = "ballot-2"
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
    """What a town has been told is done."""

    def __init__(self) -> None:
        self.posts: dict[str, str] = {}
        self.answers: dict[tuple[str, str], int] = {}
        self.reports: dict[int, tuple[str, int]] = {}
        self.leaves: dict[int, bytes] = {}
        self.receipts: list[Receipt] = []
        self.checkpoints: set[bytes] = set()


class Town:
    """People who do one thing after another until the day is over."""

    def __init__(self, people: Sequence[Person], seed: int) -> None:
        self.people = list(people)
        self.memory = Memory()
        self.over = asyncio.Event()
        self.polls: list[str] = []
        self.proposals: list[int] = []
        self.rules: list[int] = []
        self._random = Random(seed)
        self._count = 0
        self._reported: set[tuple[str, str, int]] = set()
        self._answered: set[tuple[str, str]] = set()
        self._voted: set[tuple[int, str]] = set()

    async def settle(self) -> None:
        """Be admitted, learn the rules, and put changes to the vote."""
        for person in self.people:
            await person.admitted()
        await asyncio.sleep(LONG_ENOUGH)
        first, *others = self.people
        post = await first.does("/posts", {"text": "Good morning."}, Posted)
        self.memory.posts[post.id] = post.text
        rules = await rules_for(first, post.id)
        self.rules = [rules[label].rule for label in (HARASSMENT, SPAM)]
        for term, value in CHANGES.items():
            change = {"kind": "term", "term": term, "value": value, "heading": f"On {term}", "why": "It is better so."}
            made = await first.does("/proposals", change, Recorded)
            for sponsor in others[:2]:
                await sponsor.does(f"/proposals/{made.entry}/sponsor", {"version": 1}, Recorded)
            self.proposals.append(made.entry)

    async def decided(self) -> None:
        """Wait until the clock has brought every proposal to its end, whatever that is."""
        async with asyncio.timeout(90):
            for number in self.proposals:
                while read(await self.people[0].get(f"/proposals/{number}"), Proposal).phase in PHASES:  # noqa: ASYNC110
                    await asyncio.sleep(0.5)

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
        )
        while not self.over.is_set():
            try:
                await self._random.choice(acts)(person)
            except httpx.TransportError:
                await asyncio.sleep(0.05)

    def _words(self) -> str:
        self._count += 1
        return f"Saying number {self._count} of this day."

    async def _say(self, person: Person) -> None:
        text = self._words()
        post = await self._asked(person, "/posts", {"text": text})
        if post is not None:
            self.memory.posts[read(post, Posted).id] = text

    async def _ask(self, person: Person) -> None:
        text = self._words()
        post = await self._asked(person, "/posts", {"text": text, "options": ANSWERS})
        if post is not None:
            poll = read(post, Posted).id
            self.memory.posts[poll] = text
            self.polls.append(poll)

    async def _answer(self, person: Person) -> None:
        open_to = [poll for poll in self.polls[-20:] if (poll, person.handle) not in self._answered]
        if not open_to:
            return
        poll, choice = self._random.choice(open_to), self._random.randrange(len(ANSWERS))
        self._answered.add((poll, person.handle))
        if await self._asked(person, f"/posts/{poll}/ballot", {"choices": [choice]}) is not None:
            self.memory.answers[poll, person.handle] = choice

    async def _report(self, person: Person) -> None:
        post, rule = self._random.choice([*self.memory.posts][-20:]), self._random.choice(self.rules)
        if (person.handle, post, rule) in self._reported:
            return
        self._reported.add((person.handle, post, rule))
        report = {"rule": rule, "reason": "It offends the rule."}
        answer = await person.insist(f"/posts/{post}/report", report, f"{post} {rule}")
        filed = read(answer, Reported)
        self.memory.reports[filed.entry] = (post, rule)
        leaf = await person.get(f"/ledger/{filed.entry}/bytes")
        if leaf.status_code == 200:
            self.memory.leaves[filed.entry] = leaf.content

    async def _look(self, person: Person) -> None:
        answer = await person.get("/ledger/checkpoint")
        if answer.status_code == 200:
            self.memory.checkpoints.add(answer.content)

    async def _vote(self, person: Person) -> None:
        number = self._random.choice(self.proposals)
        if (number, person.handle) in self._voted:
            return
        shown = await person.get(f"/proposals/{number}")
        if shown.status_code == 503:
            return
        votes = [vote for vote in read(shown, Proposal).votes if vote.status == "open"]
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
