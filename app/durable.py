"""Writing a file so that a power cut leaves the old one or the new one, whole."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_durably(file: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace a file; when this returns, the new one is on the disk under its name. Raises OSError."""
    # Of two processes that write the same file each has a new one of its own; the later to be renamed stays.
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}.new")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as new:
            new.write(data)
            new.flush()
            os.fsync(new.fileno())
        beside.replace(file)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise
    _sync_names(file.parent)


def _sync_names(folder: Path) -> None:
    """The rename itself is on the disk only when the folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
