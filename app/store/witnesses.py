"""What witnesses have signed of this ledger, and what this square has cosigned of others."""

from msgspec import Struct

from app.store.engines import ColumnType, Tx
from app.store.ledger import CheckpointRow, checkpoint_at

_COSIGNATURE: dict[str, ColumnType] = {"size": "bigint", "key": "text", "at": "bigint", "line": "text"}
_QUORUM: dict[str, ColumnType] = {"size": "bigint", "at": "bigint"}
_WITNESSED: dict[str, ColumnType] = {
    "origin": "text", "size": "bigint", "root": "bytea", "note": "text", "at": "bigint",
}  # fmt: skip


class CosignatureRow(Struct, frozen=True):
    """The line of a witness (`key`, a witness key as text) under the checkpoint of a size; `at` is Unix seconds."""

    size: int
    key: str
    at: int
    line: str


class QuorumRow(Struct, frozen=True):
    """A size whose checkpoint had its quorum, and since when (Unix ms)."""

    size: int
    at: int


class WitnessedRow(Struct, frozen=True):
    """The last checkpoint that this square has cosigned of a log, and when (Unix ms)."""

    origin: str
    size: int
    root: bytes
    note: str
    at: int


async def keep_cosignature(tx: Tx, row: CosignatureRow) -> None:
    """Keep a cosignature; the first of a witness under a checkpoint stays."""
    await tx.insert_new("cosignature", ("size", "key"), _COSIGNATURE, [(row.size, row.key, row.at, row.line)])


async def cosignatures_at(tx: Tx, size: int) -> list[CosignatureRow]:
    """All cosignatures under the checkpoint of a size."""
    sql = "select size, key, at, line from cosignature where size = {} order by key"
    return await tx.all(CosignatureRow, sql, size)


async def last_cosignature(tx: Tx, key: str) -> CosignatureRow | None:
    """The cosignature by a witness under the largest checkpoint."""
    sql = "select size, key, at, line from cosignature where key = {} order by size desc limit 1"
    return await tx.one(CosignatureRow, sql, key)


async def keep_quorum(tx: Tx, size: int, at: int) -> None:
    """The checkpoint of this size has its quorum."""
    await tx.insert_new("quorum", ("size",), _QUORUM, [(size, at)])


async def last_quorum(tx: Tx) -> QuorumRow | None:
    """The largest size whose checkpoint had its quorum."""
    return await tx.one(QuorumRow, "select size, at from quorum order by size desc limit 1")


async def signed_after(tx: Tx, size: int) -> int:
    """When the first checkpoint beyond a size was signed (Unix ms), 0 where there is none."""

    class Row(Struct, frozen=True):
        at: int

    row = await tx.one(Row, "select at from ledger_checkpoint where size > {} order by size limit 1", size)
    return 0 if row is None else row.at


async def checkpoint_of_quorum(tx: Tx) -> CheckpointRow | None:
    """The newest checkpoint that had its quorum."""
    last = await last_quorum(tx)
    return None if last is None else await checkpoint_at(tx, last.size)


async def lock_witnessed(tx: Tx, origin: str) -> WitnessedRow | None:
    """What was last cosigned of a log, None for a new one; others who ask for this log wait until this one has ended.

    Its row is made where there is none, of size -1, so that two who come first wait for each other too.
    """
    await tx.insert_new("witnessed", ("origin",), _WITNESSED, [(origin, -1, b"", "", 0)])
    await tx.lock("select true from witnessed where origin = {} for update", origin)
    row = await tx.one(WitnessedRow, "select origin, size, root, note, at from witnessed where origin = {}", origin)
    return None if row is None or row.size < 0 else row


async def save_witnessed(tx: Tx, row: WitnessedRow) -> None:
    """Remember a checkpoint of a log in place of the one before."""
    await tx.upsert("witnessed", ("origin",), _WITNESSED, [(row.origin, row.size, row.root, row.note, row.at)])


async def all_witnessed(tx: Tx) -> list[WitnessedRow]:
    """The last checkpoint of every log that was cosigned here."""
    sql = "select origin, size, root, note, at from witnessed where size >= 0 order by origin"
    return await tx.all(WitnessedRow, sql)
