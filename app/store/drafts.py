"""What is not said yet: drafts, and posts that wait for their time."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from app.store.engines import ColumnType, Tx

_COLUMNS: Final[Mapping[str, ColumnType]] = {
    "id": "bigint",
    "account": "bigint",
    "words": "text",
    "due_at": "bigint",
    "unsaid": "text",
    "saved_at": "bigint",
}
_ROW: Final = f"select {', '.join(_COLUMNS)} from draft "


class DraftRow(Struct, frozen=True):
    """Words that are kept, as JSON; `due_at` is when they are to be said, None for a draft.

    `unsaid` is why they were not said when they were due, "" for no such thing.
    """

    id: int
    account: int
    words: str
    due_at: int | None
    unsaid: str
    saved_at: int


class _Count(Struct, frozen=True):
    n: int


async def add_draft(tx: Tx, row: DraftRow) -> bool:
    """Keep words; False, and nothing written, if the id is taken."""
    values = (row.id, row.account, row.words, row.due_at, row.unsaid, row.saved_at)
    return bool(await tx.insert_new("draft", ("id",), _COLUMNS, [values]))


async def change_draft(tx: Tx, row: DraftRow) -> bool:
    """Keep other words in the place of a draft's; False if it is not the account's."""
    sql = "update draft set words = {}, due_at = {}, unsaid = {}, saved_at = {} where id = {} and account = {}"
    return await tx.run(sql, row.words, row.due_at, row.unsaid, row.saved_at, row.id, row.account) == 1


async def find_draft(tx: Tx, account: int, draft: int) -> DraftRow | None:
    """A draft of an account's own."""
    return await tx.one(DraftRow, _ROW + "where id = {} and account = {}", draft, account)


async def drafts_of(tx: Tx, account: int, most: int) -> list[DraftRow]:
    """An account's drafts and what it has waiting, the newest first."""
    return await tx.all(DraftRow, _ROW + "where account = {} order by id desc limit {}", account, most)


async def waiting_of(tx: Tx, account: int, before: int, after: int, most: int, *, up: bool) -> list[DraftRow]:
    """What an account has waiting, with ids in `(after, before)`, the newest first, or those that come next after."""
    order = "asc" if up else "desc"
    sql = _ROW + "where account = {} and due_at is not null and id < {} and id > {} order by id " + order + " limit {}"
    return sorted(await tx.all(DraftRow, sql, account, before, after, most), key=lambda row: -row.id)


async def count_drafts(tx: Tx, account: int) -> int:
    """How much an account has kept unsaid."""
    found = await tx.one(_Count, "select count(*) as n from draft where account = {}", account)
    return found.n if found is not None else 0


async def due_drafts(tx: Tx, now: int, most: int) -> Sequence[DraftRow]:
    """What is due to be said, the longest due first."""
    return await tx.all(DraftRow, _ROW + "where due_at <= {} order by due_at, id limit {}", now, most)


async def take_draft(tx: Tx, account: int, draft: int, due_at: int | None = None) -> bool:
    """Take a draft away; False if it is not the account's, or, with a `due_at`, is not due just then any more."""
    if due_at is None:
        return await tx.run("delete from draft where id = {} and account = {}", draft, account) == 1
    return await tx.run("delete from draft where id = {} and account = {} and due_at = {}", draft, account, due_at) == 1
