"""A zip file as it grows: its bytes are given away while it is written, and no file of it is ever held whole."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Parts = AsyncIterator[bytes]
ENOUGH: Final = 65_536
"""Bytes that are worth a piece."""


class _Sink:
    """What a zip file is written into; it cannot go back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing lies in between."""

    def take(self) -> bytes:
        """What was written since it was taken last."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return taken


async def zipped(files: AsyncIterator[tuple[str, Parts]], now: int) -> AsyncIterator[bytes]:
    """The bytes of a zip file that holds these files, each dated `now` (Unix ms)."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        async for name, parts in files:
            with _entry(archive, name, now) as file:
                async for part in parts:
                    file.write(part)
                    if sink.size >= ENOUGH:
                        yield sink.take()
    yield sink.take()


@contextmanager
def _entry(archive: ZipFile, name: str, now: int) -> Iterator[IO[bytes]]:
    at = datetime.fromtimestamp(now / 1000, UTC)
    info = ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as file:
        yield file
