"""Polls: their answers, their ballots, one a person, and the tallies that every page reads."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from app.store.engines import ColumnType, Tx
from app.store.visibility import SEES, Visibility

BLANK: Final = -1
"""The place of the blank answer: none of these. Every poll has it, and nobody gives it together with others."""

VOTERS: Final = -2
"""The place under which a tally counts persons; the others count answers."""

SHARDS: Final = 16
"""Processes that count one poll at the same time do so in different rows."""

_BALLOT: Final[Mapping[str, ColumnType]] = {"poll": "bigint", "account": "bigint", "choices": "text"}

Choices = tuple[int, ...]
"""Places of answers, rising, or the blank one alone."""


class PollRow(Struct, frozen=True):
    """A poll, named by the post it stands in, open in `[opens_at, closes_at)`.

    `recounted_at` is None until that is done, and negative where the ballots did not bear the tallies out. The ballots
    of a `certified` one lie in the box of its `vote`, which is None until the clock has opened it.
    """

    id: int
    multiple: bool
    hide_totals: bool
    opens_at: int
    closes_at: int
    recounted_at: int | None
    certified: bool = False
    vote: int | None = None


class Option(Struct, frozen=True):
    """An answer that can be given."""

    poll: int
    place: int
    title: str


class Ballot(Struct, frozen=True):
    """What a person answered."""

    poll: int
    account: int
    choices: Choices


class Recount(Struct, frozen=True):
    """What the ballots say and what was tallied, by place; VOTERS stands for persons."""

    poll: int
    counted: Mapping[int, int]
    tallied: Mapping[int, int]

    @property
    def agrees(self) -> bool:
        """Whether each figure that was shown is what the ballots add up to."""
        return self.counted == self.tallied


class _Ballot(Struct, frozen=True):
    poll: int
    choices: str


class _Tally(Struct, frozen=True):
    poll: int
    place: int
    votes: int


class _Id(Struct, frozen=True):
    id: int


class _At(Struct, frozen=True):
    at: int


class Facts(Struct, frozen=True):
    """What a ballot is held against."""

    id: int
    multiple: bool
    opens_at: int
    closes_at: int
    recounted_at: int | None
    visibility: Visibility
    certified: bool
    options: int

    def is_open_at(self, now: int) -> bool:
        """Whether a ballot that is written now counts; a poll that was recounted takes none whatever the clock says."""
        return self.opens_at <= now < self.closes_at and self.recounted_at is None


async def add_poll(tx: Tx, poll: PollRow, options: Sequence[str]) -> None:
    """Write a poll of a post that is written in the same transaction."""
    await tx.run(
        "insert into poll (id, multiple, hide_totals, certified, opens_at, closes_at, recounted_at) "
        "values ({}, {}, {}, {}, {}, {}, {})",
        *(poll.id, poll.multiple, poll.hide_totals, poll.certified, poll.opens_at, poll.closes_at, poll.recounted_at),
    )
    rows = [(poll.id, place, title) for place, title in enumerate(options)]
    await tx.many("insert into poll_option (poll, place, title) values ({}, {}, {})", rows)


async def polls_among(tx: Tx, ids: Sequence[int]) -> dict[int, PollRow]:
    """The polls of many posts at once."""
    sql = (
        "select id, multiple, hide_totals, certified, opens_at, closes_at, recounted_at, vote from poll "
        "where id in {among}"
    )
    return {row.id: row for row in await tx.among(PollRow, sql, ids)}


async def options_among(tx: Tx, ids: Sequence[int]) -> dict[int, list[Option]]:
    """The answers of many polls at once, in their order."""
    sql = "select poll, place, title from poll_option where poll in {among} order by poll, place"
    options: dict[int, list[Option]] = {}
    for option in await tx.among(Option, sql, ids):
        options.setdefault(option.poll, []).append(option)
    return options


async def tallies_among(tx: Tx, ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """How often each answer was given, and by how many (VOTERS): the same price for two ballots as for two million."""
    sql = (
        "select poll, place, cast(sum(votes) as bigint) as votes from poll_tally "
        "where poll in {among} group by poll, place"
    )
    tallies: dict[int, dict[int, int]] = {}
    for row in await tx.among(_Tally, sql, ids):
        tallies.setdefault(row.poll, {})[row.place] = row.votes
    return tallies


async def ballots_of(tx: Tx, account: int, ids: Sequence[int]) -> dict[int, Choices]:
    """What an account answered in those of many polls in which it did."""
    sql = "select poll, choices from poll_ballot where account = {} and poll in {among}"
    found = await tx.among(_Ballot, sql, ids, account)
    return {row.poll: parsed(row.choices) for row in found}


async def lock_for_ballots(tx: Tx, ids: Iterable[int]) -> dict[int, Facts]:
    """Those of many polls that are not deleted; their recounts wait until this transaction has ended."""
    wanted = sorted(set(ids))
    await lock_polls(tx, wanted, "for share")
    sql = (
        "select b.id, b.multiple, b.opens_at, b.closes_at, b.recounted_at, p.visibility, b.certified, "
        "(select count(*) from poll_option o where o.poll = b.id) as options "
        "from poll b join post p on p.id = b.id and p.deleted_at is null where b.id in {among}"
    )
    return {facts.id: facts for facts in await tx.among(Facts, sql, wanted)}


async def shut_out_among(tx: Tx, facts: Facts, accounts: Sequence[int]) -> set[int]:
    """Those of many accounts who may not see the post of a poll, and so give no answer."""
    if facts.visibility in ("public", "unlisted"):
        sql = (
            "select k.target as id from block k join post p on p.account = k.account "
            "where p.id = {} and k.target in {among}"
        )
        return {row.id for row in await tx.among(_Id, sql, accounts, facts.id)}
    sql = "select a.id from account a join post p on p.id = {} where a.id in {among} and "
    seers = await tx.among(_Id, sql + SEES.replace("{reader}", "a.id"), accounts, facts.id)
    return {*accounts} - {row.id for row in seers}


async def database_time(tx: Tx) -> int:
    """What the database's own clock says at this moment, in Unix milliseconds, whichever host asks."""
    asked = {
        "sqlite": "select cast(round((julianday('now') - 2440587.5) * 86400000) as bigint) as at",
        "postgresql": "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as at",
    }
    found = await tx.one(_At, asked[tx.kind])
    assert found is not None
    return found.at


async def count_ballots(tx: Tx, ballots: Sequence[Ballot], shard: int) -> set[tuple[int, int]]:
    """Write the ballots of those who have not answered yet, count these and no others; their (poll, account)."""
    rows = [(ballot.poll, ballot.account, _written(ballot.choices)) for ballot in ballots]
    written = await tx.insert_new("poll_ballot", ("poll", "account"), _BALLOT, rows)
    new = {(poll, account) for poll, account in written if isinstance(poll, int) and isinstance(account, int)}
    counts: Counter[tuple[int, int]] = Counter()
    left = set(new)
    for ballot in ballots:
        if (ballot.poll, ballot.account) in left:
            # The first of two ballots of one person in a batch is the one that was written.
            left.remove((ballot.poll, ballot.account))
            counts.update((ballot.poll, place) for place in (VOTERS, *ballot.choices))
    await _add(tx, counts, shard)
    return new


async def import_ballots(tx: Tx, poll: int, rows: Sequence[tuple[int, Choices]]) -> int:
    """Write ballots (account, choices) that were cast elsewhere; how many of them were not here yet."""
    return len(await count_ballots(tx, [Ballot(poll, account, choices) for account, choices in rows], 0))


async def forget_options(tx: Tx, poll: int) -> None:
    """Take away the words of a poll whose post is deleted, and what opens the ledger's commitments to them."""
    await tx.run("update poll_option set title = '' where poll = {}", poll)
    await tx.run("delete from opening where entry = (select vote from poll where id = {})", poll)


async def waiting_polls(tx: Tx) -> list[int]:
    """The certified polls that the clock has to open."""
    sql = (
        "select b.id from poll b join post p on p.id = b.id and p.deleted_at is null "
        "where b.certified and b.vote is null order by b.id"
    )
    return [row.id for row in await tx.all(_Id, sql)]


async def asks_certified(tx: Tx, account: int, now: int) -> bool:
    """Whether a certified poll of an account is open."""
    sql = (
        "select b.id from poll b join post p on p.id = b.id where b.certified and b.closes_at > {} "
        "and p.account = {} and p.deleted_at is null limit 1"
    )
    return await tx.one(_Id, sql, now, account) is not None


async def note_opened(tx: Tx, poll: int, vote: int, now: int, closes_at: int) -> None:
    """The ledger's entry opened a certified poll."""
    sql = "update poll set vote = {}, opens_at = {}, closes_at = {} where id = {}"
    await tx.run(sql, vote, now, closes_at, poll)


async def drop_poll(tx: Tx, poll: int) -> None:
    """Take a poll from its post, with every ballot: who answered it did not answer another one."""
    await lock_polls(tx, [poll], "for update")
    for table, key in (("poll_ballot", "poll"), ("poll_tally", "poll"), ("poll_option", "poll"), ("poll", "id")):
        await tx.run(f"delete from {table} where {key} = {{}}", poll)


async def _add(tx: Tx, counts: Mapping[tuple[int, int], int], shard: int) -> None:
    rows = [(poll, shard, place, votes) for (poll, place), votes in sorted(counts.items())]
    sql = (
        "insert into poll_tally (poll, shard, place, votes) values ({}, {}, {}, {}) "
        "on conflict (poll, shard, place) do update set votes = poll_tally.votes + excluded.votes"
    )
    await tx.many(sql, rows)


async def lock_polls(tx: Tx, polls: Sequence[int], mode: Literal["for share", "for update"]) -> None:
    """Lock polls, in one order whoever asks."""
    listed = ",".join(map(str, polls))
    sql = f"select id from poll where id = any(string_to_array({{}}, ',')::bigint[]) order by id {mode}"
    await tx.lock(sql, listed)


def _written(choices: Choices) -> str:
    return ",".join(map(str, choices))


def parsed(choices: str) -> Choices:
    """Choices as they are kept."""
    return tuple(int(place) for place in choices.split(",") if place)
