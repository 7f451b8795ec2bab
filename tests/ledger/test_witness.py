"""What a log asks of a witness: the request's bytes, and the judgement for every pair of small sizes."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.errors import LedgerError, Malformed, ProofInvalid
from ledger.merkle import EMPTY_ROOT, hash_leaves, prove_consistency, root_of
from ledger.note import SignerKey, sign
from ledger.witness import (
    MAX_REQUEST,
    AddCheckpoint,
    RootConflict,
    SizeConflict,
    check_submitted,
    format_size,
    open_submitted,
    origin_of,
    parse_answer,
    parse_size,
)
from tests.ledger.test_merkle import Nodes

LOG = SignerKey("log.example/one", b"l" * 32)
LEAVES = hash_leaves([bytes([number]) for number in range(12)])


def head(size: int, leaves: list[bytes] = LEAVES) -> Checkpoint:
    """The log at a size."""
    return Checkpoint(LOG.name, size, root_of(leaves[:size]) if size else EMPTY_ROOT)


def request(old: int, new: int) -> AddCheckpoint:
    """What an honest log sends to a witness that remembers `old`."""
    proof = prove_consistency(old, new, Nodes(LEAVES[:new])) if old else []
    return AddCheckpoint(old, tuple(proof), sign_checkpoint(head(new), LOG))


def judge(asked: AddCheckpoint, seen: Checkpoint | None) -> Checkpoint:
    """The checkpoint that a witness that remembers `seen` may cosign."""
    checkpoint = open_submitted(asked, [LOG.verifier])
    check_submitted(asked, checkpoint, seen)
    return checkpoint


def test_an_honest_log_is_cosigned_at_all_small_sizes() -> None:
    """From each size to each that is not smaller, the first time and later; the body comes back."""
    for old in range(13):
        for new in range(old, 13):
            asked = request(old, new)
            assert asked == AddCheckpoint.parse(asked.format())
            assert head(new) == judge(asked, head(old))
            if old == 0:
                assert head(new) == judge(asked, None)


def test_another_size_than_the_one_remembered_is_told() -> None:
    """Behind, ahead, and of a log never seen."""
    for seen, size in ((head(5), 5), (head(2), 2), (None, 0)):
        with pytest.raises(SizeConflict) as conflict:
            judge(request(3, 7), seen)
        assert size == conflict.value.size


def test_two_roots_for_one_size_are_a_conflict() -> None:
    """Whatever the proof."""
    other = Checkpoint(LOG.name, 7, b"x" * 32)
    with pytest.raises(RootConflict):
        judge(request(7, 7), other)


def test_a_proof_that_does_not_lead_there_is_refused() -> None:
    """From another tree, too long, too short, and any at all from size 0 or between equal sizes."""
    proof = request(3, 7).proof
    note = sign_checkpoint(head(7), LOG)
    for old, wrong, seen in (
        (3, proof, Checkpoint(LOG.name, 3, b"x" * 32)),
        (3, (*proof, b"x" * 32), head(3)),
        (3, proof[:-1], head(3)),
        (3, (), head(3)),
        (0, proof, None),
        (7, proof, head(7)),
    ):
        with pytest.raises(ProofInvalid):
            judge(AddCheckpoint(old, wrong, note), seen)


def test_an_old_size_beyond_the_checkpoint_is_malformed() -> None:
    """The log cannot continue what is longer than it."""
    with pytest.raises(Malformed, match="does not continue"):
        judge(AddCheckpoint(8, (), sign_checkpoint(head(7), LOG)), head(8))


def test_a_checkpoint_with_extension_lines_is_judged_by_its_first_three() -> None:
    """Other logs may write some; none of them is empty."""
    text = head(7).format()
    asked = AddCheckpoint(0, (), sign(text + b"more\nand more\n", LOG))
    assert LOG.name == origin_of(asked)
    assert head(7) == judge(asked, None)
    with pytest.raises(Malformed, match="extension"):
        judge(AddCheckpoint(0, (), sign(text + b"more\n\nand more\n", LOG)), None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 3\n",
        b"old 03\n\n%s",
        b"old -1\n\n%s",
        b"old  3\n\n%s",
        b"Old 3\n\n%s",
        b"3\n\n%s",
        b"old 9223372036854775808\n\n%s",
        b"old 3\r\n\n%s",
        b"old 3\nAAAA\n\n%s",
        b"old 3\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\n%s",
        b"old 3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n%s",
        b"old 3\n\n",
        b"old 3\n\nno end",
        b"old 3\n\n%s" + b"x" * MAX_REQUEST,
    ],
)
def test_other_bodies_are_malformed(body: bytes) -> None:
    """Each says so, and nothing else is raised."""
    note = sign_checkpoint(head(7), LOG)
    with pytest.raises(Malformed):
        judge(AddCheckpoint.parse(body.replace(b"%s", note)), head(3))


def test_a_note_that_cannot_be_read_is_signed_by_nobody() -> None:
    """Without signatures, with a signature of spare bits in its base64, and by another key."""
    note = sign_checkpoint(head(7), LOG)
    loose = note.replace(b"=\n", b"!\n")
    for wrong in (head(7).format(), loose, sign_checkpoint(head(7), SignerKey(LOG.name, b"m" * 32))):
        with pytest.raises(ProofInvalid):
            judge(AddCheckpoint(3, request(3, 7).proof, wrong), head(3))


@given(st.binary(max_size=200) | st.builds(lambda a, b: request(a, max(a, b)).format(), *[st.integers(0, 12)] * 2))
def test_what_is_parsed_formats_to_the_same(body: bytes) -> None:
    """Of requests, answers and sizes."""
    with suppress(LedgerError):
        assert body == AddCheckpoint.parse(body).format()
    with suppress(LedgerError):
        assert body == "".join(line.format() for line in parse_answer(body)).encode()
    with suppress(LedgerError):
        assert body == format_size(parse_size(body))


@pytest.mark.parametrize("body", [b"", b"5", b"05\n", b" 5\n", b"5\n\n", b"5\r\n", b"-5\n", "٥\n".encode()])
def test_other_sizes_are_malformed(body: bytes) -> None:
    """A size is ASCII, without leading zeros, and ends in one newline."""
    with pytest.raises(Malformed):
        parse_size(body)
