"""Every parser of what others have written: no crash, no hang, nothing taken that does not format back."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.parsers import judge, parsers

NAMES = sorted(parsers())
PIECES = (
    b"\n", b"\n\n", b"\r\n", b"\0", b"\x7f", b" ", b"+", b"-", b"=", b"0", b"00", b"+1", b"9223372036854775808", b"_",
    b"\xff", "\u00a0".encode(), "\u2014 ".encode(), "\u0660".encode(), b"\xed\xa0\x80", b"AA==", b"AB==", b"index 0\n",
    b".p/0", b".p/256", b"x000/", b"{", b"}", b'"', b"\\u0000", b"1e3", b"null", b"# ",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_taken(name: str) -> None:
    """What is right is not refused, and formats back."""
    for sample in parsers()[name].samples:
        assert judge(name, sample), sample


@st.composite
def broken(draw: st.DrawFn, samples: tuple[bytes, ...]) -> bytes:
    """Something that was right, cut and mended a few times with what trips parsers."""
    data = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(1, 3))):
        low = draw(st.integers(0, len(data)))
        high = min(len(data), low + draw(st.sampled_from((0, 0, 1, 2, 7, 64))))
        middle = draw(st.sampled_from(PIECES) | st.binary(max_size=3) | st.just(data[low:high] * 2))
        data = data[:low] + middle + data[high:]
    return data


@pytest.mark.parametrize("name", [name for name in NAMES if name != "charter"])
def test_broken_samples_do_no_harm(name: str) -> None:
    """Each is refused by the one error that is declared, or is exactly what it formats back to."""

    @settings(max_examples=120, deadline=2_000)
    @given(broken(parsers()[name].samples))
    def hold(data: bytes) -> None:
        judge(name, data)

    hold()


@settings(max_examples=15, deadline=5_000)
@given(broken(parsers()["charter"].samples))
def test_a_broken_charter_does_no_harm(data: bytes) -> None:
    """A charter is long and read seldom: fewer of them."""
    judge("charter", data)


@pytest.mark.parametrize("name", NAMES)
def test_random_bytes_do_no_harm(name: str) -> None:
    """Whatever comes."""

    @settings(max_examples=60, deadline=2_000)
    @given(st.binary(max_size=200) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
    def hold(data: bytes) -> None:
        judge(name, data)

    hold()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_long_is_refused_soon(name: str) -> None:
    """A megabyte of what a format repeats takes no parser longer than ten seconds on a busy machine."""
    sample = parsers()[name].samples[0]
    for data in (
        sample * (1_000_000 // max(1, len(sample))),
        sample + b"\n" * 1_000_000,
        b"9" * 1_000_000,
        b"[" * 1_000_000,
    ):
        begun = time.monotonic()
        judge(name, data)
        assert time.monotonic() - begun < 10
