"""No foreign vector lies there unread."""

from pathlib import Path

import pytest

ALL_OF = {
    "ed25519/ed25519vectors.json": "test_keys.py",
    "notes/note_vectors.json": "test_note.py",
    "notes/tile_vectors.json": "test_tiles.py",
    "rfc6962_reference_tree.json": "test_proof_vectors.py",
    "witness/litewitness_add-checkpoint.hurl.txt": "test_witness_vectors.py",
    "witness/sumdb_add-checkpoint.hurl.txt": "test_witness_vectors.py",
}
"""Files that are named where they are read; the folders are read whole."""


def test_every_foreign_file_is_read_by_some_test(shared_data: Path) -> None:
    """A new file in the folder asks for its test: good ones and those that must be refused."""
    folder = shared_data / "ledger"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    whole = {name for name in files if name.startswith(("proofs/inclusion/", "proofs/consistency/", "tessera-log/"))}
    assert set(ALL_OF) == files - whole
    for name, test in ALL_OF.items():
        text = (Path(__file__).parent / test).read_text("utf-8")
        assert name.rpartition("/")[2] in text, f"{test} does not read {name}"
    proofs = sum(name.startswith("proofs/") for name in whole)
    assert 196 == proofs, "test_proof_vectors.py counts what it has judged: 98 of each kind"


@pytest.mark.parametrize("size", range(1, 16))
def test_whole_foreign_log_is_named_by_size(shared_data: Path, size: int) -> None:
    """What test_second_verifier.py reads by name is all there is: a checkpoint, a tile and a bundle for every size."""
    log = shared_data / "ledger" / "tessera-log"
    for name in (f"checkpoint.{size}", f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"):
        assert (log / name).is_file()
