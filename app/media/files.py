"""The files of pictures: each under the SHA-256 of its bytes, in a folder of the square's home."""

import asyncio
import errno
import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from app.durable import write_durably
from app.store.engines import NoSpace

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class MediaFiles:
    """Files by digest; a file is written whole before a row names it, and goes after the last row that did."""

    def __init__(self, home: Path) -> None:
        self._folder: Final = home / "media"

    async def keep(self, data: bytes) -> bytes:
        """Write a file, unless it is there, and return its digest; it is on the disk then. Raises NoSpace."""
        return await asyncio.to_thread(self._keep, data)

    async def read(self, digest: bytes) -> bytes | None:
        """The bytes of a digest, None where the file is gone."""
        return await asyncio.to_thread(self._read, digest)

    def are_there(self, digests: Iterable[bytes]) -> bool:
        """Whether all of these files are on the disk."""
        return all(self._place(digest).exists() for digest in digests)

    def drop(self, digest: bytes) -> None:
        """Take a file away."""
        self._place(digest).unlink(missing_ok=True)

    def older_than(self, before: float) -> Iterator[bytes]:
        """The digests of files that were written before a moment (Unix seconds).

        A temporary file that old is left of a process that was killed: it is taken away.
        """
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            for file in sorted(folder.iterdir()):
                if file.stat().st_mtime >= before:
                    continue
                if file.name.startswith("."):
                    file.unlink(missing_ok=True)
                else:
                    yield bytes.fromhex(folder.name + file.name)

    def _place(self, digest: bytes) -> Path:
        name = digest.hex()
        return self._folder / name[:2] / name[2:]

    def _keep(self, data: bytes) -> bytes:
        digest = sha256(data).digest()
        place = self._place(digest)
        if place.exists():
            return digest
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(place, data, mode=0o600)
        except OSError as error:
            if error.errno in _FULL:
                raise NoSpace("the disk of the pictures is full") from error
            raise
        _sync(self._folder)
        return digest

    def _read(self, digest: bytes) -> bytes | None:
        try:
            return self._place(digest).read_bytes()
        except FileNotFoundError:
            return None


def _sync(folder: Path) -> None:
    """A folder in it that is new is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
