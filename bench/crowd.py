"""Fills a square with people, whom they follow and what they say, straight into the tables; bench/timelines.py asks it.

Few accounts have very many followers, and these say the most. Everything follows from one seed.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from app.identifiers import TIME_SHIFT, day_of
from app.store.engines import ColumnType, Database, Tx
from app.store.oauth import OauthApp, OauthToken, add_app, add_token
from app.store.polls import PollRow, add_poll
from app.store.sessions import open_session

AT_ONCE = 20_000
MONTH = 30 * 86_400_000
APP = 1
WORDS = "come to the square at noon and bring what you know of the bridge and of who is to pay for it"

Row = tuple[int | str | bool | None, ...]

ACCOUNT: dict[str, ColumnType] = {
    "id": "bigint", "handle": "text", "skeleton": "text", "name": "text", "bio": "text", "kind": "text",
    "locale": "text", "theme": "text", "created_day": "bigint",
}  # fmt: skip
FOLLOW: dict[str, ColumnType] = {"account": "bigint", "target": "bigint", "created_at": "bigint"}
STAT: dict[str, ColumnType] = {"account": "bigint", "posts": "bigint", "followers": "bigint", "following": "bigint"}
POST: dict[str, ColumnType] = {
    "id": "bigint", "account": "bigint", "body": "text", "language": "text", "topic": "text", "warning": "text",
    "sensitive": "bool", "visibility": "text", "reply_to": "bigint", "root": "bigint", "boost_of": "bigint",
    "version": "int", "created_at": "bigint",
}  # fmt: skip
TAG: dict[str, ColumnType] = {"tag": "text", "post": "bigint", "account": "bigint", "counts": "bool"}


class Size(Struct, frozen=True):
    """How large a square is."""

    accounts: int
    posts: int
    follows: int


class Reader(Struct, frozen=True):
    """Somebody who reads, with a bearer token and a session."""

    account: int
    token: str
    session: str


class Crowd(Struct, frozen=True):
    """Who reads, and the addresses of a post in the middle of what was said and of a poll."""

    readers: list[Reader]
    post: str
    poll: str


async def gather(database: Database, now: int, size: Size, readers: int) -> Crowd:
    """Fill an empty founded square."""
    dice = random.Random(6962)
    ids = list(range(1, size.accounts + 1))
    await write_rows(database, "account", ("id",), ACCOUNT, _accounts(ids, now))
    followers: Counter[int] = Counter()
    following: Counter[int] = Counter()
    await write_rows(database, "follow", ("account", "target"), FOLLOW, _follows(dice, size, followers, following))
    posts = list(_posts(dice, size, now))
    await write_rows(database, "post", ("id",), POST, posts)
    tagged = (("noon", row[0], row[1], True) for row in posts if row[10] is None and dice.random() < 0.02)
    await write_rows(database, "post_tag", ("tag", "post"), TAG, tagged)
    said = Counter(row[1] for row in posts)
    stats = ((id_, said[id_], followers[id_], following[id_]) for id_ in ids)
    await write_rows(database, "account_stat", ("account",), STAT, stats)
    await database.write(_analyze)
    middle, author = next(row for row in posts[len(posts) // 2 :] if row[10] is None)[:2]
    assert isinstance(middle, int)
    let_in = await _let_in(database, dice.sample(ids, readers), now)
    poll = await _open_poll(database, middle, size, now)
    return Crowd(let_in, f"/@p{author}/{middle}", f"/@p1/{poll}")


async def _analyze(tx: Tx) -> None:
    """PostgreSQL does so by itself, after a while; SQLite's plans need no figures."""
    if tx.kind == "postgresql":
        await tx.run("analyze")


def _accounts(ids: Sequence[int], now: int) -> Iterator[Row]:
    for id_ in ids:
        yield (id_, f"p{id_}", f"p{id_}", f"Person {id_}", "", "person", "en", "", day_of(now))


def _somebody(dice: random.Random, accounts: int, skew: float) -> int:
    """An account: the smaller its id, the likelier."""
    return 1 + int(accounts * dice.random() ** skew)


def _follows(dice: random.Random, size: Size, followers: Counter[int], following: Counter[int]) -> Iterator[Row]:
    mean = size.follows / size.accounts
    for account in range(1, size.accounts + 1):
        wanted = min(size.accounts // 4, int(dice.expovariate(1 / mean)))
        targets = {_somebody(dice, size.accounts, 2.5) for _ in range(wanted)} - {account}
        following[account] = len(targets)
        followers.update(targets)
        for target in sorted(targets):
            yield (account, target, 0)


def _posts(dice: random.Random, size: Size, now: int) -> Iterator[Row]:
    recent: list[tuple[int, int]] = []
    boosts: set[tuple[int, int]] = set()
    words = WORDS.split()
    for number in range(size.posts):
        at = now - MONTH + MONTH * number // size.posts
        id_ = (at << TIME_SHIFT) + number % 2048
        account = _somebody(dice, size.accounts, 1.5)
        chance, near = dice.random(), dice.choice(recent) if recent else None
        if near is not None and chance < 0.1 and (near[0], account) not in boosts:
            boosts.add((near[0], account))
            yield (id_, account, "", "en", "", "", False, "public", None, id_, near[0], 1, at)
            continue
        answered = near[0] if near is not None and chance < 0.4 else None
        body = " ".join(dice.choices(words, k=dice.randrange(5, 40)))
        yield (id_, account, body, "en", "", "", False, "public", answered, answered or id_, None, 1, at)
        recent = [*recent[-99:], (id_, account)]


async def write_rows(
    database: Database, table: str, key: Sequence[str], columns: dict[str, ColumnType], rows: Iterable[Row]
) -> None:
    """Write many rows, some thousands a transaction."""
    left = iter(rows)
    while chunk := list(islice(left, AT_ONCE)):
        await database.write(lambda tx, chunk=chunk: tx.insert_new(table, key, columns, chunk))  # type: ignore[misc]


async def _let_in(database: Database, accounts: Sequence[int], now: int) -> list[Reader]:
    async def work(tx: Tx) -> list[Reader]:
        assert await add_app(tx, OauthApp(APP, "bench", b"", "Bench", "", "", "read write", day_of(now)))
        readers = []
        for account in accounts:
            token = f"token-{account}"
            await add_token(tx, token, OauthToken(account, APP, account, "read write", now, day_of(now)))
            session, _ = await open_session(tx, account, now)
            readers.append(Reader(account, token, session))
        return readers

    return await database.write(work)


async def _open_poll(database: Database, beside: int, size: Size, now: int) -> int:
    """A post with a poll that a tenth of the people have answered."""
    poll = beside + 1
    row = (poll, 1, "Which?", "en", "", "", False, "public", None, poll, None, 1, now)
    await write_rows(database, "post", ("id",), POST, [row])
    await database.write(lambda tx: add_poll(tx, PollRow(poll, False, False, now, now + MONTH, None), ("a", "b", "c")))
    ballot: dict[str, ColumnType] = {"poll": "bigint", "account": "bigint", "choices": "text"}
    tally: dict[str, ColumnType] = {"poll": "bigint", "shard": "int", "place": "int", "votes": "bigint"}
    voters = size.accounts // 10
    rows = ((poll, account, str(account % 3)) for account in range(1, voters + 1))
    await write_rows(database, "poll_ballot", ("poll", "account"), ballot, rows)
    counts = ((poll, 0, place, voters if place < 0 else voters // 3) for place in (-1, 0, 1, 2))
    await write_rows(database, "poll_tally", ("poll", "shard", "place"), tally, counts)
    return poll
