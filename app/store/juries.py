"""Juries: what is private about them, who may be drawn, and what waits for the clock."""

from msgspec import Struct

from app.store.engines import ColumnType, Tx
from app.store.governed import values_of
from governance.appeals import Appealed
from governance.emergencies import UNSHOWN
from governance.juries import Jury

MOST_DUE = 100

LONG_AFTER = 90 * 86_400_000
"""Milliseconds after an appeal in which the clock tries to draw its jury; the law ends it sooner for most."""


class _Id(Struct, frozen=True):
    id: int


class _Secret(Struct, frozen=True):
    secret: bytes


class _Words(Struct, frozen=True):
    words: str


async def keep_secret(tx: Tx, coin: str, secret: bytes) -> None:
    """Keep what a coin (hex) commits to: 32 bytes, which the draw will show."""
    await tx.insert_new("jury_secret", ("coin",), {"coin": "text", "secret": "bytea"}, [(coin, secret)])


async def secret_of(tx: Tx, coin: str) -> bytes | None:
    """What a coin commits to, None where it is not kept here."""
    row = await tx.one(_Secret, "select secret from jury_secret where coin = {}", coin)
    return row.secret if row is not None else None


async def keep_words(tx: Tx, appeal: int, words: str) -> None:
    """Keep the words of an appellant, for them to compare."""
    await tx.insert_new("appeal_words", ("appeal",), {"appeal": "bigint", "words": "text"}, [(appeal, words)])


async def words_of_appeal(tx: Tx, appeal: int) -> str | None:
    """The words that the appellant typed; nobody else is shown them."""
    row = await tx.one(_Words, "select words from appeal_words where appeal = {}", appeal)
    return row.words if row is not None else None


async def keep_reason(tx: Tx, vote: int, token: bytes, words: str) -> None:
    """Keep a juror's reason under a token of chance (32 bytes)."""
    columns: dict[str, ColumnType] = {"vote": "bigint", "token": "bytea", "words": "text"}
    await tx.insert_new("juror_reason", ("vote", "token"), columns, [(vote, token, words)])


async def reasons_of_jurors(tx: Tx, vote: int) -> list[str]:
    """What jurors gave as their reasons, in the order of their tokens, which is chance."""
    rows = await tx.all(_Words, "select words from juror_reason where vote = {} order by token", vote)
    return [row.words for row in rows]


async def forget_reasons(tx: Tx, vote: int) -> None:
    """Once published they are openings; the rows that came with the ballots go."""
    await tx.run("delete from juror_reason where vote = {}", vote)


async def appeals_for_juries(tx: Tx, now: int) -> dict[int, Appealed]:
    """Appeals that nobody else answers any more and for which a jury may still be drawn, oldest first."""
    sql = (
        "select id from gov_appeal where decision > 0 and opened_at > {} and"
        f" (status = 'maintained' or (status = 'open' and due_at <= {{}})) order by id desc limit {MOST_DUE}"
    )
    found = await values_of(tx, Appealed, [row.id for row in await tx.all(_Id, sql, now - LONG_AFTER, now)])
    return {int(id_): found[id_] for id_ in sorted(found, key=int) if found[id_].instance}


async def emergencies_for_juries(tx: Tx, now: int) -> list[int]:
    """Emergencies that two have signed, that stand, and for which no jury was drawn, oldest first."""
    sql = (
        "select id from gov_emergency where status = 'seconded' and jury = 0 and ground <> {} and until > {}"
        f" order by id limit {MOST_DUE}"
    )
    return [row.id for row in await tx.all(_Id, sql, UNSHOWN, now)]


async def due_juries(tx: Tx, now: int) -> dict[int, Jury]:
    """Juries whose time for the evidence is over and that do not vote yet."""
    sql = f"select id from gov_jury where status = 'evidence' and due_at <= {{}} order by id limit {MOST_DUE}"
    found = await values_of(tx, Jury, [row.id for row in await tx.all(_Id, sql, now)])
    return {int(id_): jury for id_, jury in found.items()}
