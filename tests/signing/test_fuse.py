"""The fuse: nothing is signed where anything that is known was signed by another ledger than the rows make."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.clock import SetClock
from app.durable import write_durably
from app.keyring import BadKey, key_file, next_key_file, write_key
from app.signer import FuseBlown, Known, Signer, checkpoint_file
from app.store.engines import Database
from app.store.ledger import CheckpointRow, checkpoint_at, insert_checkpoint, latest_checkpoint, read_head, unfreeze
from governance.acts.keys import RotateKey
from governance.acts.members import Admit
from ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.errors import ProofInvalid
from ledger.note import SignerKey, VerifierKey
from tests.door.square import Square
from tests.fsck.tampering import unlock
from tests.governance.making import ORIGIN, public_key, signer_key
from tests.governance.world import STEWARD, World

FIRST, SECOND = signer_key(1), signer_key(2)


class Signed:
    """A small square whose ledger is signed, and its home."""

    def __init__(self, square: Square, home: Path) -> None:
        self.square = square
        self.database = square.database
        self.home = home
        self.signer = self.another()

    def another(self, *known: Known) -> Signer:
        """A signer that has seen nothing yet, as after a restart."""

        async def source(_: tuple[VerifierKey, ...]) -> Sequence[Known]:
            return known

        return Signer(self.database, self.home, self.square.clock, source)

    async def grows(self) -> int:
        """One entry more, signed; returns the size."""
        recorded = await self.square.does("clock", Admit())
        await self.signer.look()
        return recorded.index + 1

    async def note(self, size: int) -> bytes:
        """What was signed at a size."""
        row = await self.database.read(lambda tx: checkpoint_at(tx, size))
        assert row is not None, f"nothing was signed at {size}"
        return row.note.encode()

    async def frozen(self) -> str:
        """Why the ledger is frozen."""
        return (await self.database.read(read_head)).frozen


@pytest.fixture
async def signed(database: Database, home: Path) -> Signed:
    """A founded square, its first checkpoint signed."""
    write_key(key_file(home), FIRST)
    signed = Signed(await Square.of(database, World.founded()), home)
    await signed.signer.begin()
    await signed.signer.look()
    return signed


async def blows(signer: Signer, words: str) -> None:
    """The fuse says this."""
    with pytest.raises(FuseBlown) as caught:
        await signer.begin()
    assert words in str(caught.value)


async def test_what_was_signed_passes(signed: Signed) -> None:
    """After any number of checkpoints the next process goes on; each says when it was signed, and none is two."""
    sizes = [await signed.grows() for _ in range(3)]
    assert await signed.another().begin()
    row = await signed.database.read(latest_checkpoint)
    assert row is not None and (sizes[-1], signed.square.clock.now()) == (row.size, row.at)
    assert checkpoint_file(signed.home).read_bytes() == row.note.encode()
    assert await signed.signer.look() is None


async def test_a_checkpoint_that_is_ahead(signed: Signed) -> None:
    """Kept in the file, or known elsewhere: the database is an older copy, and whoever knows better is named."""
    size = await signed.grows()
    ahead = sign_checkpoint(Checkpoint(ORIGIN, size + 1, bytes(32)), FIRST)
    await blows(signed.another(Known(size + 1, bytes(32), "the witness ada")), f"has {size}: it looks like an older")
    await blows(signed.another(Known(size + 1, bytes(32), "the witness ada")), "(the witness ada)")
    checkpoint_file(signed.home).write_bytes(ahead)
    await blows(signed.another(), f"a checkpoint of {size + 1} entries was signed (the file")


async def test_a_checkpoint_of_other_entries(signed: Signed) -> None:
    """The same size under another root, wherever it is known from."""
    size = await signed.grows()
    await blows(signed.another(Known(size - 1, bytes(32), "the witness ada")), f"the first {size - 1} entries are not")
    checkpoint_file(signed.home).write_bytes(sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), FIRST))
    await blows(signed.another(), f"the first {size} entries are not those that were signed (the file")


async def test_a_kept_checkpoint_that_tells_nothing(signed: Signed) -> None:
    """Not a note, another's, or not readable: whoever cannot know what was signed last does not sign."""
    file = checkpoint_file(signed.home)
    file.write_text("nothing")
    await blows(signed.another(), "holds no checkpoint that this square's key has signed")
    file.write_bytes(sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), SignerKey.generate(ORIGIN)))
    await blows(signed.another(), "holds no checkpoint that this square's key has signed")
    file.unlink()
    file.mkdir()
    await blows(signed.another(), "cannot be read, and tells what was signed last")
    file.rmdir()
    assert await signed.another().begin()


async def test_rows_that_are_not_there(signed: Signed) -> None:
    """An entry that was taken out, and a head that says something else."""
    size = await signed.grows()
    await unlock(signed.database)
    await signed.database.write(lambda tx: tx.run("update ledger_head set size = {} where id = 0", size + 1))
    await blows(signed.another(), "are not there: the database is damaged")
    await signed.database.write(lambda tx: tx.run("delete from ledger_entry where id = {}", size - 1))
    await signed.database.write(lambda tx: tx.run("update ledger_head set size = {} where id = 0", size - 1))
    await blows(signed.another(), "it looks like an older copy")
    await signed.database.write(lambda tx: tx.run("delete from ledger_checkpoint where size = {}", size))
    checkpoint_file(signed.home).unlink()
    await blows(signed.another(), "the head of the ledger does not agree with its tiles")


async def test_two_roots_for_one_size(signed: Signed) -> None:
    """While it runs: the ledger is frozen at once, over restarts, for the first reason, until a person acts."""
    size = (await signed.square.does("clock", Admit())).index + 1
    other = CheckpointRow(size, bytes(32), 1, "another note")
    await signed.database.write(lambda tx: insert_checkpoint(tx, other))
    with pytest.raises(FuseBlown):
        await signed.signer.look()
    why = f"two roots for the size {size}"
    assert why == await signed.frozen()
    assert await signed.signer.look() is None
    assert not await signed.another().begin()
    await signed.signer.freeze("another reason")
    assert why == await signed.frozen()


async def test_a_ledger_that_goes_back(signed: Signed) -> None:
    """A database that is put back under a running square is shorter than what its signer has hashed."""
    size = await signed.grows()
    await signed.database.write(lambda tx: tx.run("update ledger_head set size = {} where id = 0", size - 1))
    with pytest.raises(FuseBlown):
        await signed.signer.look()
    assert f"the ledger went back from {size} entries to {size - 1}" == await signed.frozen()


async def test_a_head_that_is_not_the_tree(signed: Signed) -> None:
    """What the signer hashes itself is not what the head says."""
    size = (await signed.square.does("clock", Admit())).index + 1
    await unlock(signed.database)
    body = b'{"something":"else"}'
    await signed.database.write(lambda tx: tx.run("update ledger_entry set body = {} where id = {}", body, size - 1))
    with pytest.raises(FuseBlown):
        await signed.signer.look()
    assert f"the head at {size} entries is not the tree over the entries" == await signed.frozen()


async def test_a_file_that_was_not_written(signed: Signed) -> None:
    """A crash between the database and the file: the next look writes it."""
    older = checkpoint_file(signed.home).read_bytes()
    size = await signed.grows()
    checkpoint_file(signed.home).write_bytes(older)
    signer = signed.another()
    assert await signer.begin()
    assert await signer.look() is None
    assert await signed.note(size) == checkpoint_file(signed.home).read_bytes()


async def test_one_key_follows_another(signed: Signed) -> None:
    """From the act on both sign, after the date the new one; the checkpoint that ends with the act is by both."""
    write_key(next_key_file(signed.home, SECOND.verifier), SECOND)
    before = await signed.grows()
    clock = signed.square.clock
    assert isinstance(clock, SetClock)
    until = clock.now() + 1_000
    act = await signed.square.does(STEWARD, RotateKey(public_key(1), public_key(2), until))
    await signed.square.does("clock", Admit())
    overlapping = await signed.grows()
    clock.set(until)
    after = await signed.grows()
    assert (True, False) == (by(FIRST, await signed.note(before)), by(SECOND, await signed.note(before)))
    for size in (act.index + 1, overlapping):
        assert (True, True) == (by(FIRST, await signed.note(size)), by(SECOND, await signed.note(size)))
    assert (False, True) == (by(FIRST, await signed.note(after)), by(SECOND, await signed.note(after)))
    key_file(signed.home).unlink()
    signer = signed.another()
    assert await signer.begin()
    assert await signer.look() is None


async def test_the_bridge_is_built_after_a_crash(signed: Signed) -> None:
    """A process that has only seen what came later makes the checkpoint that ends with the act, by both keys."""
    write_key(next_key_file(signed.home, SECOND.verifier), SECOND)
    act = await signed.square.does(STEWARD, RotateKey(public_key(1), public_key(2), signed.square.clock.now() + 1))
    await signed.square.does("clock", Admit())
    signer = signed.another()
    assert await signer.begin()
    row = await signer.look()
    assert row is not None and act.index + 2 == row.size
    note = await signed.note(act.index + 1)
    assert (True, True) == (by(FIRST, note), by(SECOND, note))
    assert row.note.encode() == checkpoint_file(signed.home).read_bytes()


async def test_a_key_that_is_not_here(signed: Signed) -> None:
    """The ledger names a key, and no file in the home holds it: nothing is signed, and the file is named."""
    act = await signed.square.does(STEWARD, RotateKey(public_key(1), public_key(2), signed.square.clock.now() + 1))
    with pytest.raises(BadKey, match=r"ledger\.[0-9a-f]{8}\.key"):
        await signed.signer.look()
    assert "" == await signed.frozen()
    with pytest.raises(BadKey, match=r"copy ledger"):
        await signed.another().begin()
    write_key(next_key_file(signed.home, SECOND.verifier), SECOND)
    await signed.signer.look()
    assert by(SECOND, await signed.note(act.index + 1))


async def test_a_frozen_ledger_goes_on(signed: Signed) -> None:
    """Once a person has let it."""
    await signed.signer.freeze("to see")
    assert not await signed.another().begin()
    assert await signed.database.write(lambda tx: unfreeze(tx, "to see"))
    assert await signed.another().begin()
    await signed.grows()


def by(key: SignerKey, note: bytes) -> bool:
    """Whether this key has signed a note."""
    try:
        open_checkpoint(note, [key.verifier])
    except ProofInvalid:
        return False
    return True


def test_a_file_is_on_the_disk_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is synced before it is renamed, and the folder after that; what fails leaves the old one."""
    file, synced, sync = tmp_path / "checkpoint", list[str](), os.fsync
    file.write_bytes(b"old")

    def record(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        synced.append(f"{'folder' if name == tmp_path.name else 'file'} while it is {file.read_bytes().decode()}")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    write_durably(file, b"new", 0o600)
    assert ["file while it is old", "folder while it is new"] == synced
    assert 0o600 == file.stat().st_mode & 0o777
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_durably(file, b"newer")
    assert (b"new", [file]) == (file.read_bytes(), list(tmp_path.iterdir()))


def full(_: int) -> None:
    """A disk that is full."""
    raise OSError(28, "No space left on device")
