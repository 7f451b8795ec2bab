"""Cosignatures: keys of their own kind, the time, and everything that must be refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.cosignature import (
    MAX_TIME,
    CosigningKey,
    WitnessKey,
    cosigned_message,
    join_lines,
    read_cosignatures,
)
from ledger.errors import LedgerError, Malformed, ProofInvalid
from ledger.note import Note, Signature, SignerKey, VerifierKey
from tests.ledger.static_log import bits_flipped

LOG = SignerKey("log.example/one", b"l" * 32)
ANN = CosigningKey("ann.example/witness", b"a" * 32)
BEN = CosigningKey("ben.example/witness", b"b" * 32)
HEAD = Checkpoint("log.example/one", 7, b"r" * 32)
NOTE = sign_checkpoint(HEAD, LOG)


def cosigned(note: bytes, *lines: Signature) -> Note:
    """The note with these lines under it."""
    return Note.parse(join_lines(note, [line.format() for line in lines]))


def test_keys_are_those_that_others_derive() -> None:
    """Two key pairs that Tessera's tests publish: private as a note's key, public as a witness's."""
    for name, private, public in (
        (
            "Wit1",
            "AVq3ou1kOLb/aTkJLoMwbMULJQNr8EQVGbpyZxMEZMyT",
            "4dd489c8+BDd/u4KCwMnyfkbOqopYZJIGSuMxMnjGav6Pjb9W8Y3c",
        ),
        (
            "Wit2",
            "AXLjVp1/sY1o5exVavpVt8zWIVFAD7ejqaMBU38CoYgg",
            "ef71459d+BJ1w/MdWovBzZtRD4pNwmb9SHl1U+hZzCMsgx6MmMJ0L",
        ),
    ):
        seed = SignerKey.parse(_with_id(name, private)).seed
        assert f"{name}+{public}" == CosigningKey(name, seed).verifier.format()


def _with_id(name: str, coded: str) -> str:
    ids = {"Wit1": "362a3b47", "Wit2": "4bf908f8"}
    return f"PRIVATE+KEY+{name}+{ids[name]}+{coded}"


def test_keys_come_back_and_are_of_their_own_kind() -> None:
    """A witness's key is not a log's, in either form, whichever way round."""
    assert WitnessKey.parse(ANN.verifier.format()) == ANN.verifier
    assert CosigningKey.parse(ANN.format()) == ANN
    assert "a" * 32 not in repr(ANN)
    for parse, text in (
        (WitnessKey.parse, LOG.verifier.format()),
        (VerifierKey.parse, ANN.verifier.format()),
        (CosigningKey.parse, LOG.format()),
        (SignerKey.parse, ANN.format()),
    ):
        with pytest.raises(Malformed, match=r"not an Ed25519 key but|not a witness's Ed25519 key but"):
            parse(text)


def test_what_is_signed_is_the_whole_text_behind_the_time() -> None:
    """The two lines of the specification's example, before the checkpoint's three."""
    text = b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    expected = b"cosignature/v1\ntime 1679315147\n" + text
    assert expected == cosigned_message(text, 1679315147)


def test_the_line_of_the_specification_is_read() -> None:
    """Its key is not given there; the line is 4 bytes of id, 8 of time and 64 of signature."""
    line = (
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ"
        "qhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    signature = Signature.parse(line)
    assert line == signature.format()
    assert 72 == len(signature.signature)
    assert 1679315147 == int.from_bytes(signature.signature[:8], "big")


@given(st.binary(min_size=32, max_size=32), st.integers(0, MAX_TIME), st.binary(min_size=32, max_size=32))
def test_what_is_cosigned_is_read_with_its_time(seed: bytes, at: int, root: bytes) -> None:
    """Any witness, any time, any root."""
    key = CosigningKey("w", seed)
    note = sign_checkpoint(Checkpoint("log.example/one", 3, root), LOG)
    signed = cosigned(note, key.cosign(Note.parse(note).text, at))
    assert {key.verifier: at} == read_cosignatures(signed, [key.verifier, BEN.verifier])


def test_the_log_is_read_as_before() -> None:
    """Cosignatures are unknown lines to whoever knows only the log's key."""
    signed = cosigned(NOTE, ANN.cosign(HEAD.format(), 5), BEN.cosign(HEAD.format(), 6))
    assert HEAD == open_checkpoint(signed.format(), [LOG.verifier])


def test_each_flipped_bit_is_found() -> None:
    """In the time, in the signature, and in the text."""
    line = ANN.cosign(HEAD.format(), 1_790_000_000)
    for wrong in bits_flipped(line.signature):
        with pytest.raises(ProofInvalid):
            ANN.verifier.check_cosignature(HEAD.format(), Signature(line.name, line.key_id, wrong))
    for text in bits_flipped(HEAD.format()):
        with pytest.raises(ProofInvalid):
            ANN.verifier.check_cosignature(text, line)


def test_a_false_cosignature_by_a_known_witness_spoils_the_note() -> None:
    """Beside a good one by another; by an unknown witness it is passed over."""
    good, bad = ANN.cosign(HEAD.format(), 5), BEN.cosign(b"another text\n", 5)
    with pytest.raises(ProofInvalid, match=r"ben\.example/witness"):
        read_cosignatures(cosigned(NOTE, good, bad), [ANN.verifier, BEN.verifier])
    assert {ANN.verifier: 5} == read_cosignatures(cosigned(NOTE, good, bad), [ANN.verifier])


def test_a_signature_of_another_length_or_beyond_all_time_does_not_hold() -> None:
    """71 and 73 bytes, a plain signature of 64, and a time of 2^63."""
    line = ANN.cosign(HEAD.format(), MAX_TIME)
    late = (2**63).to_bytes(8, "big") + line.signature[8:]
    for wrong in (line.signature[:-1], line.signature + b"\0", line.signature[8:], late):
        with pytest.raises(ProofInvalid, match="not a time and a signature"):
            ANN.verifier.check_cosignature(HEAD.format(), Signature(line.name, line.key_id, wrong))


def test_of_two_cosignatures_by_one_witness_the_later_counts() -> None:
    """Both must hold."""
    signed = cosigned(NOTE, ANN.cosign(HEAD.format(), 9), ANN.cosign(HEAD.format(), 5))
    assert {ANN.verifier: 9} == read_cosignatures(signed, [ANN.verifier])


@given(st.text(max_size=80))
def test_no_text_is_taken_for_a_key_that_is_none(text: str) -> None:
    """What is parsed formats to the same."""
    for parse in (WitnessKey.parse, CosigningKey.parse):
        try:
            key = parse(text)
        except LedgerError:
            continue
        assert text == key.format()
