"""Keys of notes: their text forms, their names, and keys that bind nobody."""

import json
from pathlib import Path
from typing import TypedDict

import pytest

from ledger.errors import Malformed, ProofInvalid
from ledger.note import Signature, SignerKey, VerifierKey, check_name, decode_base64
from tests.ledger.static_log import bits_flipped

ANN = SignerKey("ann.example/log", b"a" * 32)
BEN = SignerKey("ben.example/log", b"b" * 32)
TEXT = b"One line.\n"


class EdgeVector(TypedDict):
    """A signature at the edges of Ed25519, all bytes in hex."""

    key: str
    sig: str
    msg: str
    flags: list[str] | None


def test_keys_come_back() -> None:
    """A new key from its texts; and its secret is in no representation of it."""
    key = SignerKey.generate("square.example/isegoria-0a1b2c3d")
    assert key == SignerKey.parse(key.format())
    assert key.verifier == VerifierKey.parse(key.verifier.format())
    assert key.seed.hex() not in repr(key)
    assert repr(key.seed) not in repr(key)
    assert key != SignerKey.generate(key.name)


def test_other_spellings_of_a_key_are_refused() -> None:
    """A flipped bit anywhere in either text, another case of the id, another base64."""
    for text in bits_flipped(ANN.verifier.format().encode()):
        with pytest.raises((Malformed, UnicodeDecodeError)):
            VerifierKey.parse(text.decode())
    for text in bits_flipped(ANN.format().encode()):
        with pytest.raises((Malformed, UnicodeDecodeError)):
            SignerKey.parse(text.decode())
    good = ANN.verifier.format()
    name, key_id, coded = good.split("+", 2)
    for wrong in ("", name, f"{name}+{key_id}", good + "\n", f"{name}+{key_id.upper()}x+{coded}", f"+{key_id}+{coded}"):
        with pytest.raises(Malformed):
            VerifierKey.parse(wrong)
    with pytest.raises(Malformed):
        VerifierKey("a", bytes(31))
    with pytest.raises(Malformed):
        SignerKey("a", bytes(31))


def test_names_that_no_key_can_have_are_refused() -> None:
    """Empty, with a plus, with any of Unicode's spaces, with a control character, not sayable in UTF-8."""
    for name in ("", "a+b", "a b", "a\nb", "a\tb", "a\u00a0b", "a\u2028b", "a\u3000b", "a\0b", "a\ud800b"):
        with pytest.raises(Malformed):
            check_name(name)
        with pytest.raises(Malformed):
            SignerKey.generate(name)
    check_name("example.com/Ön-1")


def test_base64_has_one_spelling() -> None:
    """No missing padding, no spare bits, no foreign letters, no line ends."""
    assert b"\0" == decode_base64("AA==")
    for text in ("AA", "AA=", "AB==", "AA==\n", "AA-=", "A A=", "AA===", "ü"):
        with pytest.raises(Malformed):
            decode_base64(text)


def test_signature_at_the_edges_of_ed25519_binds_somebody(shared_data: Path) -> None:
    """A key under which one signature holds for many texts is no key; odd encodings of R never hold."""
    vectors: list[EdgeVector] = json.loads((shared_data / "ledger" / "ed25519" / "ed25519vectors.json").read_bytes())
    refused_keys, accepted = set(), 0
    for vector in vectors:
        flags = vector["flags"] or []
        try:
            key = VerifierKey("edge.example", bytes.fromhex(vector["key"]))
        except Malformed:
            refused_keys.add(vector["key"])
            assert "low_order_A" in flags
            continue
        assert "low_order_A" not in flags
        signature = Signature(key.name, key.key_id, bytes.fromhex(vector["sig"]))
        try:
            key.check_signature(vector["msg"].encode(), signature)
        except ProofInvalid:
            continue
        assert "non_canonical_R" not in flags
        assert "low_order_residue" not in flags
        accepted += 1
    assert 14 == len(refused_keys)
    assert 86 == accepted
    with pytest.raises(Malformed):
        VerifierKey("edge.example", (2**255 - 10).to_bytes(32, "little"))


def test_signature_is_only_checked_by_its_own_key() -> None:
    """A key does not look at lines of another name or id."""
    signature = ANN.sign(TEXT)
    ANN.verifier.check_signature(TEXT, signature)
    for other in (BEN.verifier, VerifierKey("other.example", ANN.verifier.public)):
        with pytest.raises(ProofInvalid, match="is not the key"):
            other.check_signature(TEXT, signature)
    with pytest.raises(ProofInvalid):
        ANN.verifier.check_signature(TEXT, Signature(ANN.name, ANN.verifier.key_id, b"short"))
