"""The examples of docs/ledger-format.md, computed again."""

import re

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.merkle import hash_leaves, prove_inclusion, root_of
from ledger.note import SignerKey
from ledger.proof import ProofFile, check_proof
from ledger.tiles import encode_bundle
from tests.ledger.conftest import ROOT
from tests.ledger.test_merkle import Nodes


def test_examples_of_the_format_are_right() -> None:
    """Key, tile, bundle, checkpoint and proof file, as they stand in the text."""
    page = (ROOT / "docs" / "ledger-format.md").read_text("utf-8")
    examples = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    entries = [b"one", b"two", b"three"]
    leaves = hash_leaves(entries)
    signer = SignerKey("square.example/isegoria-0a1b2c3d", bytes(range(32)))
    note = sign_checkpoint(Checkpoint(signer.name, 3, root_of(leaves)), signer)
    proof = ProofFile(2, tuple(prove_inclusion(2, 3, Nodes(leaves))), note)
    check_proof(b"three", proof, [signer.verifier])
    assert [
        signer.verifier.format() + "\n",
        "".join(leaf.hex() + "\n" for leaf in leaves),
        encode_bundle(entries).hex() + "\n",
        note.decode(),
        proof.format().decode(),
    ] == examples
