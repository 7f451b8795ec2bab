"""Writing a Polis export into a square: guests, posts, closed polls, and what the source took down as cases.

Each step knows what it has done before by the name that a thing has in its source, so an import that was cut
short goes on where it stopped, and one that is repeated changes nothing. It works beside a running server: what
is governed passes the same door.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Final, TypeVar

from app.identifiers import account_id, day_of
from app.imports.polis_files import Comment, Export
from app.names import skeleton_of
from app.record import Deed
from app.square import Square
from app.store.accounts import Account, add_account
from app.store.engines import Tx
from app.store.imports import accounts_of_origins
from app.store.polls import PollRow, add_poll, import_ballots, polls_among
from app.store.posts import NewPost, import_posts, posts_of_origins
from app.text import clean, clean_line
from governance.acts.members import AdmitGuest

T = TypeVar("T")
AT_ONCE: Final = 512
IN_FLIGHT: Final = 256
ANSWERS: Final = ("Agree", "Disagree", "Pass")
"""What the source's three votes mean, in the order of polis_files.CHOICES."""

Step = Callable[[str, int], None]
"""Told how much of a step ("guests", "comments", "ballots", "cases") has been done."""


class Names:
    """What the things of an export are called in the square, so that each is known again."""

    def __init__(self, export: Export) -> None:
        self._source = f"polis:{export.name}"
        self._short = re.sub(r"[^a-z0-9]+", "_", export.name.lower()).strip("_")[:18] or "polis"

    @property
    def conversation(self) -> str:
        """The opener, and the account that posts it."""
        return f"{self._source}/conversation"

    def person(self, person: str) -> str:
        """Somebody who wrote or voted."""
        return f"{self._source}/participant/{person}"

    def comment(self, comment: str) -> str:
        """A comment."""
        return f"{self._source}/comment/{comment}"

    def handle(self, person: str) -> str:
        """The handle of a guest; "" is the conversation's own."""
        return f"{self._short}_{person}" if person else f"{self._short}_topic"


class Writer:
    """Writes one export into one square."""

    def __init__(self, square: Square, export: Export, step: Step) -> None:
        self.square = square
        self.export = export
        self.names = Names(export)
        self.step = step
        self.accounts: dict[str, Account] = {}
        self.posts: dict[str, int] = {}

    async def write(self) -> None:
        """Guests, then posts, then their polls and ballots."""
        await self._add_accounts()
        await self._admit_guests()
        opener = await self._post_conversation()
        await self._post_comments(opener)
        await self._open_polls()
        await self._cast()

    def account_of(self, person: str) -> Account:
        """The guest who stands for a person of the source."""
        return self.accounts[self.names.person(person)]

    def post_of(self, comment: Comment) -> int:
        """The post that a comment became."""
        return self.posts[self.names.comment(comment.id)]

    async def _add_accounts(self) -> None:
        people = {self.names.conversation: ("", clean_line(self.export.summary.get("topic", ""))[:60])}
        people |= {self.names.person(person): (person, f"Participant {person}") for person in self.export.people}
        for origins in chunks(list(people), AT_ONCE):
            await self.square.database.write(partial(self._add_chunk, origins=origins, people=people))
            found = await self.square.database.read(partial(accounts_of_origins, origins=origins))
            self.accounts |= found
            missing = [people[origin][0] for origin in origins if origin not in found]
            if missing:
                raise HandleUnavailable(f"the handle {self.names.handle(missing[0])} is taken: rename the folder")

    async def _add_chunk(self, tx: Tx, origins: Sequence[str], people: dict[str, tuple[str, str]]) -> None:
        now = self.square.clock.now()
        known = await accounts_of_origins(tx, origins)
        for origin in origins:
            if origin in known:
                continue
            person, name = people[origin]
            handle = self.names.handle(person)
            guest = Account(account_id(now), handle, name, "", "guest", origin, None, "", "", day_of(now))
            await add_account(tx, guest, skeleton_of(handle))

    async def _admit_guests(self) -> None:
        waiting = [account for account in self.accounts.values() if account.member is None]
        self.step("guests", len(self.accounts) - len(waiting))

        async def admit(account: Account) -> None:
            deed = Deed(AdmitGuest(), "clock", request=f"admit:{account.id}", account=account.id)
            await self.square.door.record_all([deed])
            self.step("guests", 1)

        await all_of(waiting, admit)
        for origins in chunks(list(self.accounts), AT_ONCE):
            found = await self.square.database.read(partial(accounts_of_origins, origins=origins))
            self.accounts |= found

    async def _post_conversation(self) -> int:
        summary = self.export.summary
        topic = clean_line(summary.get("topic", "")) or self.export.name
        said = clean(summary.get("conversation-description", "")) or topic
        source = summary.get("url", "")
        post = self._post(
            self.names.conversation,
            self.accounts[self.names.conversation],
            f"{said}\n\n{source}".strip(),
            min((comment.at for comment in self.export.comments.values()), default=None),
            topic=topic[:200],
        )
        await self.square.database.write(lambda tx: import_posts(tx, [post]))
        found = await self.square.database.read(lambda tx: posts_of_origins(tx, [self.names.conversation]))
        return found[self.names.conversation]

    async def _post_comments(self, opener: int) -> None:
        in_order = sorted(self.export.comments.values(), key=lambda comment: (comment.at, int(comment.id)))
        for comments in chunks(in_order, AT_ONCE):
            posts = [
                self._post(
                    self.names.comment(comment.id), self.account_of(comment.author), comment.body, comment.at, opener
                )
                for comment in comments
            ]
            await self.square.database.write(partial(import_posts, posts=posts))
            origins = [self.names.comment(comment.id) for comment in comments]
            self.posts |= await self.square.database.read(partial(posts_of_origins, origins=origins))
            self.step("comments", len(comments))

    def _post(
        self, origin: str, account: Account, body: str, at: int | None, opener: int | None = None, topic: str = ""
    ) -> NewPost:
        now = self.square.clock.now()
        post = self.square.post_ids.next(now)
        return NewPost(
            id=post,
            account=account.id,
            body=body,
            language="",
            topic=topic,
            reply_to=opener,
            root=opener or post,
            created_at=now,
            origin_at=at,
            origin=origin,
        )

    async def _open_polls(self) -> None:
        comments = list(self.export.comments.values())
        for some in chunks(comments, AT_ONCE):
            await self.square.database.write(partial(self._open_some, comments=some))

    async def _open_some(self, tx: Tx, comments: Sequence[Comment]) -> None:
        known = await polls_among(tx, [self.post_of(comment) for comment in comments])
        for comment in comments:
            if self.post_of(comment) in known:
                continue
            times = [cast.at for cast in self.export.ballots[comment.id].values()]
            opens, closes = min([comment.at, *times]), max([comment.at, *times])
            # The poll's span is the one it really had: from the comment, or the first vote, to the last.
            await add_poll(tx, PollRow(self.post_of(comment), False, False, opens, closes, None), ANSWERS)

    async def _cast(self) -> None:
        for comment in self.export.comments.values():
            cast = self.export.ballots[comment.id]
            rows = [(self.account_of(voter).id, (one.choice,)) for voter, one in cast.items()]
            for some in chunks(rows, 4 * AT_ONCE):
                post = self.post_of(comment)
                await self.square.database.write(partial(import_ballots, poll=post, rows=some))
                self.step("ballots", len(some))


class HandleUnavailable(Exception):
    """A guest cannot be called as the import would; the text says what to do."""


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items, `size` at a time."""
    for first in range(0, len(items), size):
        yield items[first : first + size]


async def all_of(items: Sequence[T], do: Callable[[T], Awaitable[None]]) -> None:
    """Do one thing for each item, many of them at once; the first failure ends it."""
    room = asyncio.Semaphore(IN_FLIGHT)

    async def one(item: T) -> None:
        async with room:
            await do(item)

    async with asyncio.TaskGroup() as group:
        for item in items:
            group.create_task(one(item))
