"""What a stranger sends is taken as a picture in a process of its own, or refused with a reason."""

import asyncio
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

import app
from app.batch import Overloaded
from app.media.taking import AT_ONCE, LARGEST, MOST_OF_ONE, MOST_WAITING, Darkroom, Taken, Unusable
from tests.media.hostile import (
    MOST_BYTES,
    PICTURES,
    REFUSED,
    SECRET,
    drawn,
    endless_jpeg,
    moving,
    photographed,
    png,
    saved,
    zeros,
)

DECODER = Path(app.__file__).parent / "media" / "decoder.py"
RED, GREEN, BLUE = (255, 0, 0), (0, 128, 0), (0, 0, 255)
MIB = 1024 * 1024
ANN, BEN = 1, 2


def opened(data: bytes) -> Image.Image:
    """A picture as a browser would open it."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def is_near(colour: object, wanted: tuple[int, int, int]) -> bool:
    """Whether it is the same colour to the eye."""
    assert isinstance(colour, tuple)
    return all(abs(part - wish) < 24 for part, wish in zip(colour[:3], wanted, strict=True))


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_comes_out_alone(name: str) -> None:
    """What people have comes out as JPEG or PNG of the same size, with a preview and nothing behind it."""
    data = PICTURES[name]()
    taken = await Darkroom().take(data, "picture", ANN)
    whole, small = opened(taken.whole), opened(taken.small)
    with Image.open(io.BytesIO(data)) as before:
        assert before.size == whole.size == (taken.width, taken.height)
    assert (taken.preview_width, taken.preview_height) == small.size
    assert max(small.size) <= 400
    assert {"JPEG": "image/jpeg", "PNG": "image/png"}[str(whole.format)] == taken.mime
    assert not {"exif", "icc_profile", "comment", "transparency"} & whole.info.keys()
    assert len(whole.getexif()) == 0
    assert b"script" not in taken.whole + taken.small
    assert 6 <= len(taken.blurhash) <= 30


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_photograph_is_upright_and_says_nothing(orientation: int) -> None:
    """However a camera was held the picture is turned upright; place, camera and name are gone."""
    taken = await Darkroom().take(photographed(orientation), "picture", ANN)
    whole = opened(taken.whole)
    assert ((640, 480) if orientation <= 4 else (480, 640)) == whole.size
    stored = drawn()
    turned = stored if orientation == 1 else stored.transpose(_TURNS[orientation])
    for place in ((5, 5), (whole.width - 5, 5), (5, whole.height - 5), (whole.width - 5, whole.height - 5)):
        wanted = turned.getpixel(place)
        assert isinstance(wanted, tuple)
        assert is_near(whole.getpixel(place), (wanted[0], wanted[1], wanted[2])), (orientation, place)
    assert len(whole.getexif()) == 0
    assert SECRET not in taken.whole + taken.small
    assert b"Exif" not in taken.whole + taken.small


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


async def test_colours_stay() -> None:
    """Four inks, sixteen bits and clear parts look as they did."""
    inks = opened((await Darkroom().take(PICTURES["a cmyk jpeg"](), "picture", ANN)).whole)
    assert is_near(inks.convert("RGB").getpixel((5, 475)), BLUE)
    deep = opened((await Darkroom().take(PICTURES["a png of 16 bits"](), "picture", ANN)).whole)
    assert deep.getpixel((5, 5)) == drawn("L").getpixel((5, 5))
    clear = drawn("RGBA")
    clear.putalpha(128)
    half = opened((await Darkroom().take(saved(clear, "PNG"), "picture", ANN)).whole)
    assert half.mode == "RGBA" and half.getpixel((5, 5)) == (*RED, 128)


async def test_the_first_frame_stays() -> None:
    """Of a GIF that moves the first frame is kept, still."""
    taken = await Darkroom().take(moving(30), "picture", ANN)
    still = opened(taken.whole)
    assert 1 == getattr(still, "n_frames", 1)
    assert is_near(still.convert("RGB").getpixel((3, 3)), RED)


@pytest.mark.parametrize(("shape", "size"), [("avatar", (400, 400)), ("header", (1500, 500))])
async def test_faces_are_cut_to_shape(shape: str, size: tuple[int, int]) -> None:
    """An avatar is a square and a header a strip, from the middle of what was sent."""
    taken = await Darkroom().take(saved(drawn(), "PNG"), "avatar" if shape == "avatar" else "header", ANN)
    assert size == opened(taken.whole).size


async def test_what_is_very_large_is_shown_smaller() -> None:
    """A picture of 16 Mpx is taken, and shown with 8."""
    taken = await Darkroom().take(saved(Image.new("RGB", (4096, 4096), "red"), "JPEG"), "picture", ANN)
    assert taken.width == taken.height and 8_300_000 < taken.width * taken.height <= 8_388_608


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_picture_is_refused(name: str) -> None:
    """What cannot be used is refused, and told why."""
    data, why = REFUSED[name]
    with pytest.raises(Unusable) as error:
        await Darkroom().take(data, "picture", ANN)
    assert why == error.value.why


async def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that does not come to an end is killed and reaped, and the next picture is taken."""
    monkeypatch.setattr("app.media.taking.MOST_SECONDS", 1.0)
    room, began = Darkroom(), time.monotonic()
    with pytest.raises(Unusable) as error:
        await room.take(endless_jpeg(40_000), "picture", ANN)
    assert "slow" == error.value.why
    assert time.monotonic() - began < 5
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # noqa: ASYNC222 (it does not wait)
    monkeypatch.undo()
    assert (await room.take(saved(drawn(), "PNG"), "picture", ANN)).mime == "image/png"


async def test_a_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are looked at and a few wait; who comes then comes again later, and nobody is kept out for long."""
    monkeypatch.setattr("app.media.taking.MOST_SECONDS", 1.0)
    room, slow = Darkroom(), endless_jpeg(40_000)
    waiting = [asyncio.create_task(room.take(slow, "picture", 7 + n)) for n in range(AT_ONCE + MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await room.take(saved(drawn(), "PNG"), "picture", ANN)
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert ["slow"] * len(waiting) == [answer.why for answer in answers if isinstance(answer, Unusable)]
    monkeypatch.undo()
    assert isinstance(await room.take(saved(drawn(), "PNG"), "picture", ANN), Taken)


async def test_nobody_fills_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """One account has three pictures in it at most, and leaves room for the others."""
    monkeypatch.setattr("app.media.taking.MOST_SECONDS", 1.0)
    room, slow = Darkroom(), endless_jpeg(40_000)
    waiting = [asyncio.create_task(room.take(slow, "picture", ANN)) for _ in range(MOST_OF_ONE)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await room.take(slow, "picture", ANN)
    monkeypatch.undo()
    assert isinstance(await room.take(saved(drawn(), "PNG"), "picture", BEN), Taken)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(await room.take(saved(drawn(), "PNG"), "picture", ANN), Taken)


# Linux counts what a process had before `exec` as its own: so it is begun by a small one, not by the tests' own.
STARTED: Final = (
    "import os, subprocess, sys; "
    "begun = subprocess.Popen([sys.executable, '-I', *sys.argv[1:]], stderr=subprocess.DEVNULL); "
    "_, status, usage = os.wait4(begun.pid, 0); "
    "print(os.waitstatus_to_exitcode(status), usage.ru_maxrss, file=sys.stderr)"
)


def measured(data: bytes) -> tuple[int, int, bytes]:
    """How a decoder ends, how many bytes of memory it had at most, and what it says."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", STARTED, DECODER, "picture"], stdin=-1, stdout=-1, stderr=-1
    )
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    try:
        process.stdin.write(data)
        process.stdin.close()
    except BrokenPipeError:
        pass
    said = process.stdout.read()
    ended, kibibytes = process.stderr.read().split()[-2:]
    process.wait()
    process.stdout.close()
    process.stderr.close()
    return int(ended), int(kibibytes) * 1024, said


HEAVY: dict[str, Callable[[], bytes]] = {
    "16 Mpx of noise that is clear": lambda: saved(
        Image.merge("RGBA", [Image.effect_noise((4096, 4096), 50)] * 4), "PNG", compress_level=1
    )[:MOST_BYTES],
    "16 Mpx": lambda: saved(Image.effect_mandelbrot((4096, 4096), (-2, -1.5, 1, 1.5), 50).convert("RGBA"), "PNG"),
    "a bomb of a gigabyte": lambda: png(16, 16, zeros(1024 * MIB)),
    "a bomb of pixels": lambda: png(60_000, 60_000, zeros(64 * MIB)),
    "many frames": lambda: moving(10_000),
    "the largest file": lambda: bytes(LARGEST),
}


@pytest.mark.parametrize("name", HEAVY)
def test_memory_is_bounded(name: str) -> None:
    """Whatever is sent, the decoder has at most 512 MiB, of which it never needs all."""
    code, memory, _ = measured(HEAVY[name]())
    assert code in (0, 1)
    assert memory <= 512 * MIB, memory


def test_too_much_memory_is_an_answer() -> None:
    """A decoder that meets its limit says so or ends, and the limits are there before anything is loaded."""
    program = (
        f"import runpy, resource; space = runpy.run_path({str(DECODER)!r}); "
        "print([resource.getrlimit(one)[0] for one in "
        "(resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)])"
    )
    told = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert f"[{512 * MIB}, 10, 0, 16]" == told.stdout.strip()
