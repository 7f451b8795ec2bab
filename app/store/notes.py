"""What somebody notes for themselves about another."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx


class _Note(Struct, frozen=True):
    target: int
    note: str


async def take_note(tx: Tx, account: int, target: int, note: str) -> None:
    """Write a note in the place of the one there was; "" takes it away."""
    if not note:
        await tx.run("delete from account_note where account = {} and target = {}", account, target)
        return
    sql = (
        "insert into account_note (account, target, note) values ({}, {}, {}) "
        "on conflict (account, target) do update set note = excluded.note"
    )
    await tx.run(sql, account, target, note)


async def notes_among(tx: Tx, account: int, targets: Sequence[int]) -> dict[int, str]:
    """What an account has noted of those of many of whom it has."""
    sql = "select target, note from account_note where account = {} and target in {among}"
    return {row.target: row.note for row in await tx.among(_Note, sql, targets, account)}
