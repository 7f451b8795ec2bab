"""An entry has one encoding, which is what is hashed for ever."""

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from governance.acts.appeals import Appeal
from governance.acts.members import Admit
from governance.acts.proposals import AnyChange, Enact, SetTerm
from governance.entry import ENTRY_LIMIT, AnyAct, Entry, decode, encode, type_of
from ledger.errors import Malformed
from tests.governance.canonical import canonical
from tests.governance.examples import AT, CHANGES, DECIDE, ENTRIES, FOUND, NOTICE
from tests.governance.strategies import entries

GOLDEN = (Path(__file__).parent / "golden_entries.jsonl").read_bytes().splitlines()
BY_TYPE = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: type_of(entry.act))


def test_there_is_an_example_of_each_act_and_of_each_change() -> None:
    """No type of entry is without its golden bytes."""
    assert list(get_args(AnyAct)) == [type(entry.act) for entry in ENTRIES]
    assert list(get_args(AnyChange)) == [type(change) for change in CHANGES]
    assert len(ENTRIES) == len(GOLDEN)


@pytest.mark.parametrize(
    ("entry", "golden"), list(zip(ENTRIES, GOLDEN, strict=True)), ids=[type_of(e.act) for e in ENTRIES]
)
def test_an_entry_encodes_to_its_golden_bytes(entry: Entry, golden: bytes) -> None:
    """From the first release on these bytes never change."""
    assert golden == encode(entry)
    assert entry == decode(golden)


@BY_TYPE
def test_the_encoding_is_canonical_json(entry: Entry) -> None:
    """Sorted keys, no spaces, nothing left out; another program's encoder makes the same bytes."""
    body = encode(entry)
    assert canonical(entry) == body
    assert json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == body


@given(entries())
@settings(max_examples=300, deadline=None)
def test_what_is_encoded_is_decoded_as_it_was(entry: Entry) -> None:
    """Every entry that the types allow has one encoding, and that encoding one entry."""
    body = encode(entry)
    assert canonical(entry) == body
    assert entry == decode(body)


@BY_TYPE
def test_a_flipped_bit_is_another_entry_or_none(entry: Entry) -> None:
    """Whatever is read encodes to exactly the bytes that were read."""
    body = encode(entry)
    for place in range(len(body)):
        for bit in range(8):
            flipped = bytearray(body)
            flipped[place] ^= 1 << bit
            _is_canonical_or_malformed(bytes(flipped))
            try:
                assert entry != decode(bytes(flipped))
            except Malformed:
                continue


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_bytes_are_canonical_or_malformed(data: st.DataObject) -> None:
    """Cut, doubled or strewn with JSON's own liberties: only the one encoding is accepted."""
    body = data.draw(st.sampled_from(GOLDEN))
    place = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(place, min(len(body), place + 8)))
    put = data.draw(
        st.sampled_from([b"", b" ", b"\n", b"0", b".0", b"-", b"e0", b'"', b",", b"\\u0061", b"null", b"\xff"])
    )
    _is_canonical_or_malformed(body[:place] + put + body[end:])


@given(st.binary(max_size=40))
@example(b"")
@example(b"{}")
@example(b"null")
@example(b"[]")
def test_other_bytes_are_malformed(body: bytes) -> None:
    """What is no entry is refused with the one error for bytes."""
    with pytest.raises(Malformed):
        decode(body)


def _is_canonical_or_malformed(body: bytes) -> None:
    try:
        entry = decode(body)
    except Malformed:
        return
    assert body == canonical(entry)


LIBERTIES = {
    "a space": (b'"at":', b'"at": '),
    "a newline at the end": (b'"v":1}', b'"v":1}\n'),
    "a float": (b'"v":1}', b'"v":1.0}'),
    "an exponent": (b'"case":41', b'"case":41e0'),
    "a leading zero": (b'"case":41', b'"case":041'),
    "a negative number": (b'"case":41', b'"case":-41'),
    "a number as text": (b'"case":41', b'"case":"41"'),
    "a number beyond 2^53": (b'"case":41', b'"case":9007199254740992'),
    "an escape": (b'"type":"decide"', b'"type":"\\u0064ecide"'),
    "another version": (b'"v":1}', b'"v":2}'),
    "no version": (b',"v":1}', b"}"),
    "another act": (b'"type":"decide"', b'"type":"forgive"'),
    "a field more": (b'"at":', b'"as":1,"at":'),
    "a field twice": (b'"case":41', b'"case":41,"case":41'),
    "a field less": (b'"case":41,', b""),
    "null": (b'"decision_account":""', b'"decision_account":null'),
    "a capital hash": (b"a" * 64, b"A" * 64),
    "a short hash": (b"a" * 64, b"a" * 63),
    "another name": (b'"by":"m:17"', b'"by":"ann"'),
    "a number with a zero before it": (b'"by":"m:17"', b'"by":"m:017"'),
    "a newline in a name": (b'"by":"m:17"', b'"by":"m:17\\n"'),
    "an unknown sanction": (b'"sanction":"fold"', b'"sanction":"ban"'),
}


@pytest.mark.parametrize("liberty", LIBERTIES)
def test_json_has_no_liberties_here(liberty: str) -> None:
    """The same thing said in another way is not the same entry, and is refused."""
    written, instead = LIBERTIES[liberty]
    body = encode(Entry(DECIDE, AT, "m:17"))
    assert body.count(written) >= 1
    with pytest.raises(Malformed):
        decode(body.replace(written, instead))


def test_keys_stand_in_order() -> None:
    """Another order of the same keys is refused."""
    body = encode(Entry(Admit(), AT, "clock"))
    shuffled = dict(reversed(json.loads(body).items()))
    with pytest.raises(Malformed):
        decode(json.dumps(shuffled, separators=(",", ":")).encode())


def test_an_entry_fits_a_bundle() -> None:
    """Its length is written in two bytes, so the longest has 65,535."""
    assert ENTRY_LIMIT == 2**16 - 1
    spare = ENTRY_LIMIT - len(encode(_with_source("")))
    assert ENTRY_LIMIT == len(encode(_with_source("x" * spare)))
    with pytest.raises(Malformed, match="65535"):
        encode(_with_source("x" * (spare + 1)))


def _with_source(source: str) -> Entry:
    return Entry(replace(DECIDE, notice=replace(NOTICE, source_type=source)), AT, "m:17")


@pytest.mark.parametrize(
    "entry",
    [
        Entry(Admit(), -1, "clock"),
        Entry(Admit(), 2**53, "clock"),
        Entry(Admit(), AT, "ann"),
        Entry(Appeal(2**53, "", "8" * 64, 0, ()), AT, "m:1"),
        Entry(Appeal(1, "bo", "8" * 64, 0, ()), AT, "reporter"),
        Entry(Enact(0, SetTerm("decision", "six days")), AT, "clock"),
        Entry(replace(FOUND, name="half a \ud800 letter"), AT, "founding"),
        Entry(replace(DECIDE, language="English, please"), AT, "m:17"),
    ],
)
def test_what_nobody_could_decode_is_not_encoded(entry: Entry) -> None:
    """An unreadable entry would stand in the ledger for ever."""
    with pytest.raises(Malformed):
        encode(entry)
