"""The .tlog-proof file: checked offline, one way to write each."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, Malformed, ProofInvalid
from ledger.merkle import prove_inclusion
from ledger.note import SignerKey
from ledger.proof import ProofFile, check_proof
from ledger.verify import log_nodes
from tests.ledger.static_log import KEYS, SIGNER, StaticLog, bits_flipped, numbered

ENTRIES = numbered(300)
LOG = StaticLog(ENTRIES)
NOTE = LOG.files["checkpoint"]


def proof_of(index: int, *, extra: bytes = b"") -> ProofFile:
    """The proof file of an entry of the log."""
    hashes = prove_inclusion(index, LOG.size, log_nodes(LOG, LOG.size))
    return ProofFile(index, tuple(hashes), NOTE, extra)


def test_form_is_that_of_the_specification() -> None:
    """Header, extra if any, index, hashes, an empty line, the checkpoint as it was served."""
    proof = proof_of(257, extra=b"aside")
    lines = [b"c2sp.org/tlog-proof@v1", b"extra YXNpZGU=", b"index 257", *map(b64encode, proof.hashes), b""]
    assert b"".join(line + b"\n" for line in lines) + NOTE == proof.format()
    alone = StaticLog([b"alone"])
    single = ProofFile(0, (), alone.files["checkpoint"])
    assert b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + alone.files["checkpoint"] == single.format()
    assert alone.checkpoint == check_proof(b"alone", ProofFile.parse(single.format()), KEYS)


def test_every_entry_is_proven_offline() -> None:
    """From the file alone, with the entry and a key that is known."""
    for index, entry in enumerate(ENTRIES):
        proof = ProofFile.parse(proof_of(index).format())
        assert proof_of(index) == proof
        assert LOG.checkpoint == check_proof(entry, proof, KEYS)


def test_proof_shows_nothing_else() -> None:
    """Another entry, place, key or origin."""
    proof = proof_of(7)
    stranger = SignerKey("stranger.example", bytes(32))
    with pytest.raises(ProofInvalid):
        check_proof(ENTRIES[8], proof, KEYS)
    with pytest.raises(ProofInvalid):
        check_proof(ENTRIES[7], ProofFile(8, proof.hashes, NOTE), KEYS)
    with pytest.raises(ProofInvalid):
        check_proof(ENTRIES[7], proof, [stranger.verifier])
    with pytest.raises(ProofInvalid):
        check_proof(ENTRIES[7], proof, KEYS, origin=stranger.name)
    with pytest.raises(ProofInvalid):
        check_proof(ENTRIES[7], ProofFile(7, proof.hashes[:-1], NOTE), KEYS)
    assert LOG.checkpoint == check_proof(ENTRIES[7], proof, KEYS, origin=SIGNER.name)


def test_proof_breaks_at_every_bit() -> None:
    """No bit of a file can be flipped."""
    data = proof_of(299).format()
    for broken in bits_flipped(data):
        with pytest.raises(LedgerError):
            check_proof(ENTRIES[299], ProofFile.parse(broken), KEYS)


def test_other_spellings_are_refused() -> None:
    """Lines missing, double or in another order, numbers and base64 with another spelling."""
    data = proof_of(3, extra=b"aside").format()
    head, _, _ = data.partition(b"\n\n")
    header, extra, index, *hashes = head.split(b"\n")
    for lines in (
        [],
        [header],
        [header, extra],
        [header, index, extra, *hashes],
        [header, extra, extra, index, *hashes],
        [header, index, index, *hashes],
        [header, b"extra ", index, *hashes],
        [header, b"extra YXNpZGU", index, *hashes],
        [header, b"extra", index, *hashes],
        [header, extra, b"index 03", *hashes],
        [header, extra, b"index -3", *hashes],
        [header, extra, b"index 9223372036854775808", *hashes],
        [header, extra, b"Index 3", *hashes],
        [header, extra, b"index\t3", *hashes],
        [header, extra, index, *hashes, b"AAAA"],
        [header, extra, index, *hashes, hashes[0] + b" "],
        [header, extra, index, *hashes[:1] * 64],
        [header + b"\r", extra, index, *hashes],
        [b"c2sp.org/tlog-proof@v2", extra, index, *hashes],
        [header, "extra ü".encode(), index, *hashes],
    ):
        with pytest.raises(Malformed):
            ProofFile.parse(b"\n".join(lines) + b"\n\n" + NOTE)
    for wrong in (b"", head, head + b"\n\n", data[:-1], data + b"\n", head + b"\n\n\n" + NOTE, head + b"\n\nnote\n"):
        with pytest.raises(Malformed):
            ProofFile.parse(wrong)


def test_files_that_cannot_be_are_not_made() -> None:
    """A negative place, a hash that is none, a checkpoint that is no note."""
    with pytest.raises(Malformed):
        ProofFile(-1, (), NOTE)
    with pytest.raises(Malformed):
        ProofFile(0, (b"short",), NOTE)
    with pytest.raises(Malformed):
        ProofFile(0, (), b"no note")


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.binary(max_size=50))
def test_files_come_back(index: int, hashes: list[bytes], extra: bytes) -> None:
    """Any place, hashes and extra."""
    proof = ProofFile(index, tuple(hashes), NOTE, extra)
    assert proof == ProofFile.parse(proof.format())


LINES = st.sampled_from(
    [b"c2sp.org/tlog-proof@v1", b"extra AA==", b"extra ", b"index 0", b"index 7", b"", b64encode(bytes(32)), b"AA=="]
)


@given(st.lists(LINES, max_size=6).map(lambda lines: b"\n".join([b"c2sp.org/tlog-proof@v1", *lines, b"", b""]) + NOTE))
def test_files_that_do_not_format_back_are_refused(data: bytes) -> None:
    """Whatever bytes are taken for a proof are exactly its bytes."""
    try:
        proof = ProofFile.parse(data)
    except Malformed:
        return
    assert data == proof.format()
