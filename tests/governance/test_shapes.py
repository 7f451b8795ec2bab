"""The shape of an entry's bytes says no more and no less than encoding anew and asking each word its form."""

import re

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import inspect

from governance.entry import Entry, decode, encode
from governance.shapes import shapes_of
from ledger.errors import Malformed
from tests.governance.canonical import canonical
from tests.governance.examples import ENTRIES
from tests.governance.strategies import entries

LENIENT = msgspec.json.Decoder(Entry)
PUT = [b"", b" ", b"0", b"A", b"a", b"f", b"g", b":", b"/", b'\\"', b"\\\\", b"\\/", b"\\n", b"\\u000a", b"\\u001f"]
PUT += [
    b"\\u001F",
    b"\\u0061",
    b"\n",
    b"\x7f",
    "ä".encode(),
    "\u2028".encode(),
    b"\xff",
    b"-",
    b"1",
    b".0",
    b"e1",
    b",",
]


def is_an_entry(body: bytes) -> bool:
    """What `decode` has to accept, asked the long way: field by field, and by an encoder of the tests' own."""
    try:
        entry = LENIENT.decode(body)
    except (msgspec.DecodeError, UnicodeError):
        return False
    return canonical(entry) == body and has_forms(inspect.type_info(Entry), msgspec.to_builtins(entry))


def has_forms(info: inspect.Type, plain: object) -> bool:
    """Each word of a plain value matches the whole of its form."""
    match info, plain:
        case inspect.Metadata(extra={"form": str(form)}), str(word):
            return re.fullmatch(form, word) is not None
        case inspect.Metadata(type=inner), _:
            return has_forms(inner, plain)
        case inspect.StructType(fields=fields), dict():
            return all(has_forms(field.type, plain[field.encode_name]) for field in fields)
        case inspect.UnionType(types=types), dict():
            kinds = [one for one in types if isinstance(one, inspect.StructType)]
            return any(plain[str(one.tag_field)] == one.tag and has_forms(one, plain) for one in kinds)
        case inspect.VarTupleType(item_type=item), list() | tuple():
            return all(has_forms(item, one) for one in plain)
        case _:
            return True


def agrees(body: bytes) -> bool:
    """`decode` and the long way say the same of these bytes; whether they are an entry."""
    try:
        entry = decode(body)
    except Malformed:
        assert not is_an_entry(body)
        return False
    assert is_an_entry(body)
    assert LENIENT.decode(body) == entry
    return True


@given(entries())
@settings(max_examples=100, deadline=None)
def test_what_is_encoded_has_its_shape(entry: Entry) -> None:
    """No entry that the types allow is without a shape."""
    assert agrees(encode(entry))


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_changed_bytes_are_judged_as_the_long_way_judges_them(data: st.DataObject) -> None:
    """A few bytes changed anywhere, in any entry."""
    body = encode(data.draw(st.one_of(st.sampled_from(ENTRIES), entries())))
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(place, min(len(body), place + 2)))
        body = body[:place] + data.draw(st.sampled_from(PUT)) + body[end:]
    agrees(body)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: type(entry.act).__name__)
def test_a_letter_more_or_another_is_judged_as_the_long_way_judges_it(entry: Entry) -> None:
    """At every place of every example."""
    body = encode(entry)
    for place in range(len(body)):
        agrees(body[:place] + b"A" + body[place + 1 :])
        agrees(body[:place] + b"0" + body[place:])


class Free(msgspec.Struct, frozen=True, tag="free"):
    """A text of any kind."""

    text: str


class Other(msgspec.Struct, frozen=True, tag="other"):
    """Nothing."""


class Said(msgspec.Struct, frozen=True):
    """One or the other."""

    what: Free | Other


FREE = shapes_of(Said, "what")[Free]


def test_every_character_has_one_way_to_be_written() -> None:
    """As the encoder writes it, and in none of JSON's other ways."""
    for code in [*range(0xD800), *range(0xE000, 0x11000), 0x10FFFF]:
        assert FREE.fullmatch(written(chr(code)))
    for code in range(0x3000):
        for way in (f"\\u{code:04x}", f"\\u{code:04X}", f"\\{chr(code)}", chr(code)):
            body = f'{{"what":{{"text":"{way}","type":"free"}}}}'.encode()
            assert is_as_written(body) == (FREE.fullmatch(body) is not None)


def written(text: str) -> bytes:
    """The encoding, with the keys sorted."""
    return msgspec.json.encode(Said(Free(text)), order="sorted")


def is_as_written(body: bytes) -> bool:
    """Whether these bytes are what the encoder makes of what is read out of them."""
    try:
        said = msgspec.json.decode(body, type=Said)
    except (msgspec.DecodeError, UnicodeError):
        return False
    return written(said.what.text) == body if isinstance(said.what, Free) else False


@given(st.text())
@example('"\\')
def test_any_text_has_its_shape(text: str) -> None:
    """Whatever a field without a form may hold."""
    assert FREE.fullmatch(written(text))


def test_hostile_bytes_are_refused_at_once() -> None:
    """An entry as long as can be that fits its shape up to the last byte."""
    body = encode(ENTRIES[0])
    long = body.replace(b'"name":"', b'"name":"' + b"\\\\" * 32_000)
    for end in (b'"', b"\\", b"]", b""):
        assert not FREE.fullmatch(b'{"what":{"text":"' + b"\\n" * 30_000 + end)
        assert not agrees(long[:-1] + end)
