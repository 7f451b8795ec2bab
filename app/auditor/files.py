"""Files that outlive a crash: written beside, flushed, and put in their place whole."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"


class Busy(Exception):
    """Another process is at work in a folder; the text says in which."""


def put(path: Path, data: bytes) -> None:
    """Put a file in its place, all of it or nothing, so that it is there after a loss of power. Raises OSError."""
    stage(path, data)
    flush_folders([path.parent])


def stage(path: Path, data: bytes) -> None:
    """As `put`, but that the file is there after a loss of power is known only when its folder has been flushed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def append(path: Path, lines: Iterable[bytes]) -> None:
    """Append lines, cutting off first what a crash has left of one. Raises OSError."""
    with path.open("ab+") as file:
        file.truncate(_end_of_lines(file.fileno()))
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())


def _end_of_lines(descriptor: int) -> int:
    """Where the last whole line of a file ends."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - 4096)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def flush_folders(folders: Iterable[Path]) -> None:
    """What was put into these folders is there after a loss of power. Raises OSError."""
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Holds a folder for this process. Raises Busy, OSError."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"another process is at work in {folder}") from None
        yield
    finally:
        os.close(descriptor)
