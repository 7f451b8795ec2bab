"""Has a stranger's bytes made into a picture, in a process of their own that may hurt nobody."""

import asyncio
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from app.batch import Overloaded

Shape = Literal["picture", "avatar", "header"]
"""As it is, to be shown with a post; cut to a square; cut to a broad strip."""

Why = Literal["empty", "large", "no-picture", "pixels", "broken", "heavy", "slow", "many"]
"""What stands against a picture; `many`: its owner has too many that stand nowhere yet."""

LARGEST: Final = 16 * 1024 * 1024
MOST_PIXELS: Final = 16_777_216
MOST_SECONDS: Final = 10.0
AT_ONCE: Final = 2
MOST_WAITING: Final = 8
MOST_OF_ONE: Final = 3
_LARGEST_ANSWER: Final = 64 * 1024 * 1024
_DECODER: Final = Path(__file__).with_name("decoder.py")


class Unusable(Exception):
    """What was sent cannot be taken as a picture."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Final[Why] = why


class Taken(Struct, frozen=True):
    """A picture and its preview as files; sizes in pixels."""

    mime: str
    width: int
    height: int
    preview_width: int
    preview_height: int
    blurhash: str
    whole: bytes
    small: bytes


class _Told(Struct, frozen=True):
    """The line that the decoder writes before the files, or `why` there are none."""

    why: Why | None = None
    mime: Literal["image/jpeg", "image/png", ""] = ""
    width: int = 0
    height: int = 0
    preview_width: int = 0
    preview_height: int = 0
    blurhash: str = ""
    sizes: tuple[int, int] = (0, 0)


class Darkroom:
    """Takes pictures, two at once; a few may wait, three of one account, and who comes then comes again."""

    def __init__(self) -> None:
        self._room: Final = asyncio.Semaphore(AT_ONCE)
        self._inside: Final[Counter[int]] = Counter()

    async def take(self, data: bytes, shape: Shape, account: int) -> Taken:
        """The picture that somebody's bytes hold, whatever they are called. Raises Unusable, Overloaded."""
        if not data:
            raise Unusable("empty")
        if len(data) > LARGEST:
            raise Unusable("large")
        if self._inside.total() >= AT_ONCE + MOST_WAITING or self._inside[account] >= MOST_OF_ONE:
            raise Overloaded("many pictures are being looked at", 5)
        self._inside[account] += 1
        try:
            async with self._room:
                return await _take(data, shape)
        finally:
            self._inside[account] -= 1
            if not self._inside[account]:
                del self._inside[account]


async def _take(data: bytes, shape: Shape) -> Taken:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        _DECODER,
        shape,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            answer = await _ask(process, data)
            code = await process.wait()
    except TimeoutError as error:
        raise Unusable("slow") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code != 0:
        # It ends itself by a signal when its processor time is over, and with an error for whatever it cannot follow.
        raise Unusable("slow" if code == -_OUT_OF_TIME else "broken")
    return _read(answer)


_OUT_OF_TIME: Final = 24
"""SIGXCPU."""


async def _ask(process: asyncio.subprocess.Process, data: bytes) -> bytes:
    """Hand the bytes over and read the answer: the decoder writes nothing before it has read all."""
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError, ConnectionResetError):  # it has ended, and its exit code says why
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()
    pieces, size = [], 0
    while piece := await process.stdout.read(1024 * 1024):
        pieces.append(piece)
        size += len(piece)
        if size > _LARGEST_ANSWER:
            raise Unusable("heavy")
    return b"".join(pieces)


def _read(answer: bytes) -> Taken:
    line, _, files = answer.partition(b"\n")
    told = msgspec.json.decode(line, type=_Told)
    if told.why is not None:
        raise Unusable(told.why)
    whole, small = files[: told.sizes[0]], files[told.sizes[0] :]
    assert (len(whole), len(small)) == told.sizes
    return Taken(
        told.mime,
        told.width,
        told.height,
        told.preview_width,
        told.preview_height,
        told.blurhash,
        whole,
        small,
    )
