"""Signed notes: keys, signing, opening, and everything that must be refused."""

import json
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, Malformed, ProofInvalid
from ledger.note import (
    MAX_NOTE,
    MAX_SIGNATURES,
    Note,
    Signature,
    SignerKey,
    VerifierKey,
    open_note,
    sign,
)
from tests.ledger.static_log import bits_flipped

ANN = SignerKey("ann.example/log", b"a" * 32)
BEN = SignerKey("ben.example/log", b"b" * 32)
TEXT = "Two lines,\nund zwei Wörter.\n".encode()


class PeterAndEnoch(TypedDict):
    """The note of two signatures of the Go tests."""

    peter_vkey: str
    enoch_vkey: str
    text: str
    peter_sig: str
    enoch_sig: str


class NoteVectors(TypedDict):
    """Keys and notes in their text form."""

    vkey_peter: str
    skey_peter: str
    bad_vkeys: list[str]
    signed_note_example: str
    signed_note_example_vkey: str
    sumdb_vkey: str
    peter_enoch: PeterAndEnoch


@pytest.fixture(scope="module")
def vectors(shared_data: Path) -> NoteVectors:
    """The foreign keys and notes."""
    read: NoteVectors = json.loads((shared_data / "ledger" / "notes" / "note_vectors.json").read_bytes())
    return read


def test_foreign_keys_come_back(vectors: NoteVectors) -> None:
    """Public and private text of keys that others made, and the one from the other."""
    for text in (vectors["vkey_peter"], vectors["signed_note_example_vkey"], vectors["sumdb_vkey"]):
        assert text == VerifierKey.parse(text).format()
    signer = SignerKey.parse(vectors["skey_peter"])
    assert vectors["skey_peter"] == signer.format()
    assert vectors["vkey_peter"] == signer.verifier.format()


def test_foreign_bad_keys_are_refused(vectors: NoteVectors) -> None:
    """A wrong length and an unknown algorithm, each with an id that fits it."""
    assert vectors["bad_vkeys"]
    for text in vectors["bad_vkeys"]:
        with pytest.raises(Malformed):
            VerifierKey.parse(text)


def test_foreign_notes_are_opened(vectors: NoteVectors) -> None:
    """The specification's example, and the Go note with either key, both and in either order."""
    example = vectors["signed_note_example"].encode()
    key = VerifierKey.parse(vectors["signed_note_example_vkey"])
    assert b"This is an example message.\n" == open_note(example, [key]).text
    assert example == Note.parse(example).format()
    both = vectors["peter_enoch"]
    peter, enoch = VerifierKey.parse(both["peter_vkey"]), VerifierKey.parse(both["enoch_vkey"])
    for lines, order in (
        (both["peter_sig"] + both["enoch_sig"], (peter, enoch)),
        (both["enoch_sig"] + both["peter_sig"], (enoch, peter)),
    ):
        note = f"{both['text']}\n{lines}".encode()
        assert order == open_note(note, [peter, enoch]).signed_by
        assert (peter,) == open_note(note, [peter]).signed_by
        assert (enoch,) == open_note(note, [enoch]).signed_by
        assert note == Note.parse(note).format()
    assert f"{both['text']}\n{both['peter_sig']}".encode() == sign(
        both["text"].encode(), SignerKey.parse(vectors["skey_peter"])
    )


def test_signed_notes_open() -> None:
    """What is signed here opens here, by one key or by two as when keys are changed."""
    for text in (TEXT, b"\n", b"\n\n", b"a\n\nb\n", b"a\n\n\n"):
        note = sign(text, ANN, BEN)
        opened = open_note(note, [ANN.verifier, BEN.verifier])
        assert text == opened.text
        assert (ANN.verifier, BEN.verifier) == opened.signed_by
        assert note == Note.parse(note).format()


def test_signatures_begin_after_the_last_empty_line() -> None:
    """A text that holds a signed note is signed as a whole, and what is in it counts for nothing."""
    inner = sign(TEXT, BEN)
    outer = sign(inner, ANN)
    assert inner == open_note(outer, [ANN.verifier, BEN.verifier]).text
    with pytest.raises(ProofInvalid):
        open_note(outer, [BEN.verifier])


def test_bad_signature_by_a_known_key_refuses_the_note() -> None:
    """However many good ones stand beside it, before or after it, by others or by the same key."""
    good = Note.parse(sign(TEXT, ANN, BEN))
    ann, ben = good.signatures
    bad = Signature(ben.name, ben.key_id, ann.signature)
    for lines in ((ann, bad), (bad, ann), (ann, ben, bad), (bad, ben)):
        with pytest.raises(ProofInvalid, match="does not hold"):
            open_note(Note(TEXT, lines).format(), [ANN.verifier, BEN.verifier])
    assert (ANN.verifier,) == open_note(Note(TEXT, (ann, bad)).format(), [ANN.verifier]).signed_by


def test_unknown_keys_are_passed_over() -> None:
    """Also those that share a name or an id, but not both, with a known one; alone they open nothing."""
    signature = Note.parse(sign(TEXT, ANN)).signatures[0]
    namesake = Signature(ANN.name, BEN.verifier.key_id, b"?")
    twin = Signature(BEN.name, ANN.verifier.key_id, b"?")
    note = Note(TEXT, (namesake, signature, twin)).format()
    assert (ANN.verifier,) == open_note(note, [ANN.verifier]).signed_by
    for lines in ((namesake,), (twin,), (namesake, twin)):
        with pytest.raises(ProofInvalid, match="no known key"):
            open_note(Note(TEXT, lines).format(), [ANN.verifier])
    with pytest.raises(ProofInvalid, match="no known key"):
        open_note(note, [])


def test_two_known_keys_of_one_name_and_id_open_nothing() -> None:
    """Whoever managed that has the list of keys in hand."""
    other = _Twin(ANN.name, BEN.verifier.public)
    assert ANN.verifier.key_id == other.key_id
    with pytest.raises(ProofInvalid, match="two known keys"):
        open_note(sign(TEXT, ANN), [ANN.verifier, other])


class _Twin(VerifierKey):
    """A key whose id collides, which takes some 2^32 tries to find."""

    @property
    def key_id(self) -> bytes:
        return ANN.verifier.key_id


def test_note_breaks_at_every_bit() -> None:
    """No bit of a note can be flipped: text, empty line, name, id or signature."""
    note = sign(TEXT, ANN)
    for broken in bits_flipped(note):
        with pytest.raises(LedgerError):
            open_note(broken, [ANN.verifier])


def test_malformed_notes_are_refused() -> None:
    """All that the format excludes."""
    note = sign(TEXT, ANN)
    line = note.partition(b"\n\n")[2]
    mark, name, coded = line.rstrip(b"\n").split(b" ")
    for broken in (
        b"",
        b"\n",
        b"\n\n",
        TEXT,
        TEXT + b"\n",
        line,
        note[:-1],
        note + b"\n",
        note + b"\n\n",
        note + b"x\n",
        note.replace(b"\n\n", b"\n"),
        note.replace(b"\n", b"\r\n"),
        note.replace(b"Two", b"T\0o"),
        note.replace(b"Two", b"T\two"),
        note.replace(b"Two", b"T\xffo"),
        TEXT[:-1] + b"\n\n" + line.replace(mark, b"-"),
        TEXT + b"\n" + b" ".join((mark, name + b"+", coded)) + b"\n",
        TEXT + b"\n" + b" ".join((mark, "a\N{NO-BREAK SPACE}b".encode(), coded)) + b"\n",
        TEXT + b"\n" + b" ".join((mark, b"", coded)) + b"\n",
        TEXT + b"\n" + b" ".join((mark, name)) + b"\n",
        TEXT + b"\n" + b" ".join((mark, name, coded, b"")) + b"\n",
        TEXT + b"\n" + b" ".join((mark, name, coded[:-1])) + b"\n",
        TEXT + b"\n" + b" ".join((mark, name, b"AAAAAA==")) + b"\n",
        TEXT + b"\n" + b" ".join((mark, name, coded + b"\xc3\xbc")) + b"\n",
        TEXT + b"\n" + line * (MAX_SIGNATURES + 1),
        b"a" * MAX_NOTE + note,
    ):
        with pytest.raises(Malformed):
            Note.parse(broken)
        with pytest.raises(Malformed):
            open_note(broken, [ANN.verifier])
    assert MAX_SIGNATURES == len(Note.parse(TEXT + b"\n" + line * MAX_SIGNATURES).signatures)


def test_texts_that_no_note_can_have_are_not_signed() -> None:
    """No newline at the end, a control character, bytes that are not UTF-8; nor is anything signed by nobody."""
    for text in (b"", b"a", b"a\r\n", b"\x1f\n", b"\xff\n"):
        with pytest.raises(Malformed):
            sign(text, ANN)
    with pytest.raises(AssertionError):
        sign(TEXT)


@given(st.binary(max_size=120) | st.from_regex(r"(a|\n){0,4}(\n\n)(— a [AQ]{4,8}={0,2}\n){0,2}").map(str.encode))
def test_notes_that_do_not_format_back_are_refused(data: bytes) -> None:
    """Whatever bytes are taken for a note are exactly its bytes."""
    try:
        note = Note.parse(data)
    except Malformed:
        return
    assert data == note.format()


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40).map(lambda text: text.encode() + b"\n"))
def test_any_text_can_be_signed_and_opened(text: bytes) -> None:
    """Whatever the letters."""
    assert text == open_note(sign(text, BEN), [BEN.verifier]).text
