"""How much hashtags are used is counted as they are written, and never otherwise than by counting all uses again."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

import pytest
from msgspec import Struct

from app.edits import Rewording, edit_post
from app.marks import MarkRefused, do
from app.square import Square
from app.store.accounts import account_by_id
from app.store.engines import Tx
from app.store.erasures import delete_words
from app.store.posts import NewPost, import_posts
from app.store.tags import uses_of_tags
from app.store.visibility import VISIBILITIES
from app.writing import Words, take_back, write_post
from tests.speech.world import Programs, account_of
from tests.web.serving import START, Site

HOUR: Final = 3_600_000
AT_ONCE: Final = 8
TAGS: Final = ("pool", "bridge", "noon", "مسبح")

_AGAIN: Final = (
    "select t.tag, t.post / {} as day, cast(count(distinct t.account) as bigint) as accounts, count(*) as uses "
    "from post_tag t join post p on p.id = t.post where p.visibility = 'public' and p.deleted_at is null "
    "group by 1, 2 order by 1, 2"
)


class Day(Struct, frozen=True):
    """One day of a hashtag."""

    tag: str
    day: int
    accounts: int
    uses: int


class Play:
    """What people do by chance, some of it at once and of one person."""

    def __init__(self, site: Site, accounts: list[int], seed: int) -> None:
        self.site = site
        self.dice = random.Random(seed)
        self.accounts = accounts
        self.posts: list[tuple[int, int]] = []

    async def turn(self, square: Square) -> None:
        """A few things at once; some hours pass."""
        self.site.clock.advance(self.dice.randrange(9) * HOUR)
        known = (self.write, self.edit, self.delete, self.boost, self.bring, self.erase)
        deeds = self.dice.choices(known, WEIGHTS, k=AT_ONCE)
        await asyncio.gather(*(deed(square) for deed in deeds))

    async def write(self, square: Square) -> None:
        """A post for some, with hashtags."""
        account = self.dice.choice(self.accounts)
        visibility = self.dice.choice(("public", *VISIBILITIES))
        answered = self.dice.choice(self.posts)[0] if self.posts and self.dice.random() < 0.3 else None
        words = Words(self.text(), "en", reply_to=answered, visibility=visibility)
        post = await write_post(square, account, None, words)
        if post is not None:
            self.posts.append((post, account))

    async def edit(self, square: Square) -> None:
        """An earlier post says something else."""
        await self._with_one(lambda post, by: edit_post(square, by, None, post, Rewording(self.text(), "en")))

    async def delete(self, square: Square) -> None:
        """An earlier post goes, perhaps for the second time."""
        await self._with_one(lambda post, by: take_back(square, by, post))

    async def boost(self, square: Square) -> None:
        """Somebody passes a post on: no use of its hashtags."""

        async def pass_on(post: int, _: int) -> object:
            account = self.dice.choice(self.accounts)
            by = await square.database.read(lambda tx: account_by_id(tx, account))
            assert by is not None
            try:
                return await do(square, by, "boost", post)
            except MarkRefused:
                return None

        await self._with_one(pass_on)

    async def bring(self, square: Square) -> None:
        """A post is imported, whose words lead nowhere."""
        now, number = square.clock.now(), self.dice.getrandbits(40)
        post = (now << 16) + self.dice.randrange(1 << 16)
        new = NewPost(post, self.accounts[0], self.text(), "en", "", None, post, now, now, f"elsewhere:{number}")
        await square.database.write(lambda tx: import_posts(tx, [new]))

    async def erase(self, square: Square) -> None:
        """Words are erased, also those of a post that is deleted."""
        await self._with_one(lambda post, _: square.database.write(lambda tx: delete_words(tx, [post], 1)))

    async def _with_one(self, deed: Callable[[int, int], Awaitable[object]]) -> None:
        if self.posts:
            await deed(*self.dice.choice(self.posts[-20:]))

    def text(self) -> str:
        """Words with some hashtags, one of them perhaps twice."""
        return " ".join(["say", *(f"#{tag}" for tag in self.dice.choices(TAGS, k=self.dice.randrange(4)))])


WEIGHTS: Final = (9, 4, 2, 2, 1, 1)


async def counted(tx: Tx) -> tuple[list[Day], list[Day]]:
    """What stands in the table, and what counting all uses gives."""
    day = 86_400_000 << 16
    kept = await tx.all(Day, "select tag, day, accounts, uses from tag_day order by tag, day")
    return kept, await tx.all(Day, _AGAIN, day)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_counted_is_what_there_is(site: Site, program: Programs, seed: int) -> None:
    """Whatever is written, edited, deleted, passed on, imported and erased at once: the figures agree."""
    play = Play(site, [account_of(program(handle)) for handle in ("ann", "ben", "cid")], seed)
    days = 0
    for _ in range(25):
        site.run(play.turn)
        kept, again = site.run(lambda square: square.database.read(counted))
        assert again == kept
        days += len(kept)
    assert days > 60, "a play in which hardly a hashtag is used shows nothing"


def test_a_week_is_read_from_a_row_for_each_day(site: Site, program: Programs) -> None:
    """Two of one person are one voice, an edit counts for the day of its post, and of what has gone no name is left."""
    ann, ben = (account_of(program(handle)) for handle in ("ann", "ben"))

    async def write(square: Square) -> list[int | None]:
        texts = ((ann, "#pool"), (ann, "#pool and #noon"), (ben, "#pool"))
        return [await write_post(square, by, None, Words(text, "en", visibility="public")) for by, text in texts]

    def week() -> list[tuple[str, int, int]]:
        found = site.run(lambda square: square.database.read(lambda tx: uses_of_tags(tx, TAGS, today - 6)))
        assert {today} >= {use.day for use in found}
        return sorted((use.tag, use.accounts, use.uses) for use in found)

    today = START // 86_400_000
    first, second, third = site.run(write)
    assert first and second and third
    assert [("noon", 1, 1), ("pool", 2, 3)] == week()
    site.clock.advance(30 * HOUR)
    site.run(lambda square: edit_post(square, ben, None, third, Rewording("#bridge #bridge", "en")))
    assert [("bridge", 1, 1), ("noon", 1, 1), ("pool", 1, 2)] == week()
    site.run(lambda square: take_back(square, ann, first))
    assert [("bridge", 1, 1), ("noon", 1, 1), ("pool", 1, 1)] == week()
    site.run(lambda square: take_back(square, ann, second))
    assert [("bridge", 1, 1)] == week()
