"""A square in closed mode, and a frozen one that witnesses others, over HTTP."""

from pathlib import Path

import httpx
import msgspec

from app.config import Config
from app.durable import write_durably
from app.store.ledger import freeze, latest_checkpoint
from app.store.witnesses import CosignatureRow, keep_cosignature, keep_quorum
from app.witnessing import witness_key_file
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import CosigningKey, read_cosignatures
from ledger.note import Note, SignerKey
from ledger.witness import AddCheckpoint
from tests.web.serving import ON_SQLITE, Site

pytestmark = ON_SQLITE
WITNESS = CosigningKey("w.example/w", b"w" * 32)
LOG = SignerKey("log.example/one", b"l" * 32)


def test_closed_a_checkpoint_without_its_quorum_is_not_served(migrated: Config, tmp_path: Path) -> None:
    """It is neither the latest nor found by its size; with its quorum it is both, and cosigned."""
    policy = tmp_path / "policy"
    policy.write_text(f"witness w {WITNESS.verifier.format()} http://127.0.0.1:1/w\nquorum w\n")
    site = Site(msgspec.structs.replace(migrated, witness_policy=policy, witness_mode="closed"))
    try:
        row = site.run(lambda square: square.database.read(latest_checkpoint))
        assert row is not None
        paths = (f"{site.url}/ledger/checkpoint", f"{site.url}/ledger/checkpoint/{row.size}")
        assert [404, 404] == [httpx.get(path).status_code for path in paths]
        note = Note.parse(row.note.encode())
        line = WITNESS.cosign(note.text, row.at // 1000).format()
        cosignature = CosignatureRow(row.size, WITNESS.verifier.format(), row.at // 1000, line)
        site.run(lambda square: square.database.write(lambda tx: keep_cosignature(tx, cosignature)))
        site.run(lambda square: square.database.write(lambda tx: keep_quorum(tx, row.size, row.at)))
        for path in paths:
            served = Note.parse(httpx.get(path).content)
            assert [WITNESS.verifier] == list(read_cosignatures(served, [WITNESS.verifier]))
    finally:
        site.close()


def test_a_frozen_square_still_witnesses_others(migrated: Config, tmp_path: Path) -> None:
    """What it cosigns for them says nothing of its own ledger."""
    logs = tmp_path / "logs"
    logs.write_text(f"logs/v0\n\nvkey {LOG.verifier.format()}\n")
    migrated.home.mkdir(exist_ok=True)
    write_durably(witness_key_file(migrated.home), f"{WITNESS.format()}\n".encode(), 0o600)
    site = Site(msgspec.structs.replace(migrated, witness_logs=logs))
    try:
        assert site.run(lambda square: square.database.write(lambda tx: freeze(tx, "by hand")))
        note = sign_checkpoint(Checkpoint(LOG.name, 1, b"1" * 32), LOG)
        request = AddCheckpoint(0, (), note)
        answer = httpx.post(f"{site.url}/witness/add-checkpoint", content=request.format())
        assert 200 == answer.status_code, answer.text
        signed = Note.parse(note + answer.content)
        assert [WITNESS.verifier] == list(read_cosignatures(signed, [WITNESS.verifier]))
    finally:
        site.close()
