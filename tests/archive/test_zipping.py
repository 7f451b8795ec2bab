"""A zip file as it grows."""

import random
from collections.abc import AsyncIterator
from io import BytesIO
from zipfile import ZipFile

from app.exports.zipping import ENOUGH, Parts, zipped

NOW = 1_790_000_000_000
PART = 50_000


async def test_no_file_is_ever_held_whole() -> None:
    """Twenty megabytes come in pieces of at most some tens of kilobytes, and are a zip file that others read."""
    chance = random.Random(1)

    async def noise(parts: int) -> Parts:
        for _ in range(parts):
            yield chance.randbytes(PART)

    async def files() -> AsyncIterator[tuple[str, Parts]]:
        for number in range(4):
            yield f"noise/{number}.bin", noise(100 * number)

    pieces = [piece async for piece in zipped(files(), NOW)]
    assert 2 * ENOUGH + PART > max(map(len, pieces))
    archive = ZipFile(BytesIO(b"".join(pieces)))
    assert archive.testzip() is None
    chance.seed(1)
    assert [0, 100 * PART, 200 * PART, 300 * PART] == [info.file_size for info in archive.infolist()]
    assert b"".join(chance.randbytes(PART) for _ in range(100)) == archive.read("noise/1.bin")
    assert (2026, 9, 21) == archive.infolist()[0].date_time[:3]
