"""Who signs holds the lease at the moment at which the checkpoint is kept, however long ago it last looked."""

from pathlib import Path

import pytest

from app.keyring import key_file, write_key
from app.signer import FuseBlown, Leave, Signer
from app.store.engines import Database, Tx
from app.store.leases import keep_lease, take_lease
from app.store.ledger import CheckpointRow, checkpoint_at, insert_checkpoint, read_head
from governance.acts.members import Admit
from ledger.merkle import Edge
from tests.door.square import Square
from tests.governance.making import signer_key
from tests.governance.world import World


@pytest.fixture
async def square(database: Database, home: Path) -> Square:
    """A founded square with a key, of which nothing is signed."""
    write_key(key_file(home), signer_key(1))
    return await Square.of(database, World.founded())


async def begun(square: Square, home: Path, leave: Leave) -> Signer:
    """A signer that has looked at everything and signed all of it, before one more entry came."""
    await Signer(square.database, home, square.clock).look()
    signer = Signer(square.database, home, square.clock, leave=leave)
    assert await signer.begin()
    await square.does("clock", Admit())
    return signer


async def test_a_lease_that_another_has(square: Square, home: Path) -> None:
    """What was signed without it is kept nowhere; with it the same signer goes on."""
    database, now = square.database, square.clock.now()

    async def ours(tx: Tx) -> bool:
        return await keep_lease(tx, "signer", "we")

    signer = await begun(square, home, ours)
    assert await database.write(lambda tx: take_lease(tx, "signer", "they", now, now + 1))
    before = (home / "checkpoint").read_bytes()
    assert await signer.look() is None
    size = (await database.read(read_head)).size
    assert await database.read(lambda tx: checkpoint_at(tx, size)) is None
    assert before == (home / "checkpoint").read_bytes()
    assert await database.write(lambda tx: take_lease(tx, "signer", "we", now + 1, now + 2))
    row = await signer.look()
    assert row is not None and size == row.size


async def test_a_larger_size_was_signed(square: Square, home: Path) -> None:
    """Between the look and the signature another process has signed more: no smaller size follows."""

    async def overtaken(tx: Tx) -> bool:
        size = (await read_head(tx)).size
        return await insert_checkpoint(tx, CheckpointRow(size + 1, bytes(32), 1, "a larger one"))

    signer = await begun(square, home, overtaken)
    assert await signer.look() is None
    size = (await square.database.read(read_head)).size
    assert await square.database.read(lambda tx: checkpoint_at(tx, size)) is None


@pytest.mark.parametrize("is_same", [True, False])
async def test_the_same_size_was_signed(square: Square, home: Path, is_same: bool) -> None:
    """Between the look and the signature another process has signed as much: the same tree, or the ledger is frozen."""

    async def overtaken(tx: Tx) -> bool:
        head = await read_head(tx)
        root = Edge.from_bytes(head.edge).root() if is_same else bytes(32)
        return await insert_checkpoint(tx, CheckpointRow(head.size, root, 1, "theirs"))

    signer = await begun(square, home, overtaken)
    if is_same:
        assert await signer.look() is None
        assert "theirs" == (home / "checkpoint").read_text()
    else:
        with pytest.raises(FuseBlown):
            await signer.look()
    assert is_same == ("" == (await square.database.read(read_head)).frozen)
