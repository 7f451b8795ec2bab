"""Checkpoints: one way to write each, and whose they are."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, open_checkpoint, parse_decimal, sign_checkpoint
from ledger.errors import Malformed, ProofInvalid
from ledger.merkle import EMPTY_ROOT, MAX_SIZE, hash_leaf
from ledger.note import SignerKey, VerifierKey, sign
from tests.ledger.static_log import bits_flipped

ANN = SignerKey("ann.example/log", b"a" * 32)
BEN = SignerKey("ben.example/log", b"b" * 32)
HEAD = Checkpoint(ANN.name, 15, hash_leaf(b"root"))
TESSERA = VerifierKey.parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")


def test_text_is_three_lines() -> None:
    """Origin, size, root, each behind the other."""
    root = b64encode(hash_leaf(b"root"))
    assert b"ann.example/log\n15\n" + root + b"\n" == HEAD.format()
    assert HEAD == Checkpoint.parse(HEAD.format())
    assert b"a b\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" == Checkpoint("a b", 0, EMPTY_ROOT).format()


def test_foreign_text_is_ours(shared_data: Path) -> None:
    """The tree description of the Go checksum database has the same form."""
    tree = json.loads((shared_data / "ledger" / "notes" / "note_vectors.json").read_bytes())["format_tree"]
    expected = Checkpoint("go.sum database tree", tree["n"], hash_leaf(tree["record"].encode()))
    assert tree["text"].encode() == expected.format()
    assert expected == Checkpoint.parse(tree["text"].encode())


def test_every_foreign_checkpoint_opens(shared_data: Path) -> None:
    """All sizes of the whole foreign log, by its key and by no other."""
    for size in range(16):
        note = (shared_data / "ledger" / "tessera-log" / f"checkpoint.{size}").read_bytes()
        head = open_checkpoint(note, [TESSERA])
        assert (TESSERA.name, size) == (head.origin, head.size)
        with pytest.raises(ProofInvalid):
            open_checkpoint(note, [ANN.verifier])


def test_other_spellings_are_refused() -> None:
    """Sizes, base64, line ends, extension lines: one way to write each."""
    origin, size, root = HEAD.format().decode().splitlines()
    for text in (
        "",
        f"{origin}\n{size}\n{root}",
        f"{origin}\n{size}\n{root}\n\n",
        f"{origin}\n{size}\n{root}\nextension\n",
        f"{origin}\r\n{size}\r\n{root}\r\n",
        f"\n{size}\n{root}\n",
        f"{origin}\n0{size}\n{root}\n",
        f"{origin}\n+{size}\n{root}\n",
        f"{origin}\n-1\n{root}\n",
        f"{origin}\n{size} \n{root}\n",
        f"{origin}\n1_5\n{root}\n",
        f"{origin}\n\u0661\u0665\n{root}\n",
        f"{origin}\n{MAX_SIZE + 1}\n{root}\n",
        f"{origin}\n{'9' * 5000}\n{root}\n",
        f"{origin}\n0\n{root}\n",
        f"{origin}\n\n{root}\n",
        f"{origin}\n{size}\n{root[:-1]}\n",
        f"{origin}\n{size}\n{root[:-2]}N=\n",
        f"{origin}\n{size}\nAAAA\n",
        f"{origin}\n{size}\n\n",
        f"a\0b\n{size}\n{root}\n",
    ):
        with pytest.raises(Malformed):
            Checkpoint.parse(text.encode())
    with pytest.raises(Malformed):
        Checkpoint.parse(b"\xff" + HEAD.format())


def test_checkpoints_that_cannot_be_are_not_made() -> None:
    """No origin, an origin of two lines, a root that is none, an empty log with another root."""
    for origin, size, root in (
        ("", 1, bytes(32)),
        ("a\nb", 1, bytes(32)),
        ("\ud800", 1, bytes(32)),
        ("a", -1, bytes(32)),
        ("a", MAX_SIZE + 1, bytes(32)),
        ("a", 1, bytes(31)),
        ("a", 0, bytes(32)),
    ):
        with pytest.raises(Malformed):
            Checkpoint(origin, size, root)


def test_checkpoint_breaks_at_every_bit() -> None:
    """No bit of its text can be flipped and be the same checkpoint, and none of its note at all."""
    for broken in bits_flipped(HEAD.format()):
        try:
            assert HEAD != Checkpoint.parse(broken)
        except Malformed:
            continue
    for broken in bits_flipped(sign_checkpoint(HEAD, ANN)):
        with pytest.raises((Malformed, ProofInvalid)):
            open_checkpoint(broken, [ANN.verifier])


def test_key_of_one_log_does_not_vouch_for_another() -> None:
    """The origin is the name of a known key that signed, unless the reader says which origin it wants."""
    assert HEAD == open_checkpoint(sign_checkpoint(HEAD, ANN, BEN), [ANN.verifier, BEN.verifier])
    foreign = sign_checkpoint(HEAD, BEN)
    with pytest.raises(ProofInvalid, match=r"ann\.example/log, not of ben\.example/log"):
        open_checkpoint(foreign, [ANN.verifier, BEN.verifier])
    assert HEAD == open_checkpoint(foreign, [BEN.verifier], origin=ANN.name)
    with pytest.raises(ProofInvalid):
        open_checkpoint(sign_checkpoint(HEAD, ANN), [ANN.verifier], origin=BEN.name)


def test_signed_text_that_is_no_checkpoint_is_refused() -> None:
    """A good signature does not make one of it."""
    with pytest.raises(Malformed):
        open_checkpoint(sign(HEAD.format() + b"more\n", ANN), [ANN.verifier])


@given(st.binary(max_size=80) | st.from_regex(r"[ab ]{0,3}\n[0-9]{0,3}\n[AQ+/]{40,44}={0,2}\n").map(str.encode))
def test_texts_that_do_not_format_back_are_refused(text: bytes) -> None:
    """Whatever bytes are taken for a checkpoint are exactly its bytes."""
    try:
        head = Checkpoint.parse(text)
    except Malformed:
        return
    assert text == head.format()


@given(st.integers(1, MAX_SIZE), st.binary(min_size=32, max_size=32))
def test_checkpoints_come_back(size: int, root: bytes) -> None:
    """Any size and root."""
    head = Checkpoint("a.example/b", size, root)
    assert head == Checkpoint.parse(head.format())


@given(st.integers(0, 2**70).map(str) | st.text("0123456789+-_ .e\n٣", max_size=6))
def test_numbers_that_do_not_format_back_are_refused(text: str) -> None:
    """ASCII digits without a leading zero, below 2^63."""
    try:
        number = parse_decimal(text)
    except Malformed:
        return
    assert text == str(number)
    assert number <= MAX_SIZE
