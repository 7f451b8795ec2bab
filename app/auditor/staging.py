"""Files of a log on their way into a copy: fetched once, kept aside until they are verified, then put in place."""

import shutil
from collections.abc import Generator, Iterable
from pathlib import Path
from threading import Lock

from app.auditor.files import flush_folders, stage
from ledger.client import FolderReader, LogReader, fetch_ahead
from ledger.errors import NotFound

INCOMING = ".incoming"


class Staging:
    """Reads a log from its copy, from what was fetched for it before, or from the log itself, and keeps that aside.

    Safe to share between threads. A crash loses nothing that was fetched, and what lies in its place was verified.
    """

    def __init__(self, source: LogReader, folder: Path) -> None:
        self.fetched = 0
        self.bytes = 0
        self._source = source
        self._folder = folder
        self._aside = folder / INCOMING
        self._places = (FolderReader(folder), FolderReader(self._aside))
        self._fresh: set[str] = set()
        self._reads_old = True
        self._has_read_old = False
        self._lock = Lock()

    def read(self, path: str) -> bytes:
        """The file at `path`; raises NotFound, Unreachable, OSError."""
        if path in self._fresh:
            return self._places[1].read(path)
        for place in self._places if self._reads_old else ():
            try:
                data = place.read(path)
            except NotFound:
                continue
            self._has_read_old = True
            return data
        data = self._source.read(path)
        stage(self._aside / path, data)
        with self._lock:
            self._fresh.add(path)
            self.fetched += 1
            self.bytes += len(data)
        return data

    def read_ahead(self, paths: Iterable[str]) -> Generator[bytes, None, None]:
        """The files at `paths`, in their order, some of them fetched before they are asked for."""
        return fetch_ahead(self.read, paths)

    def distrust(self) -> bool:
        """Read nothing more of what was there before, as something of it is wrong; False if nothing of it was read."""
        told = self._reads_old and self._has_read_old
        self._reads_old = False
        return told

    def settle(self) -> None:
        """Put everything that was fetched in its place: it was verified. Raises OSError."""
        folders: set[Path] = set()
        for file in sorted(self._aside.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                place = self._folder / file.relative_to(self._aside)
                place.parent.mkdir(parents=True, exist_ok=True)
                file.replace(place)
                folders.update((place.parent, *place.relative_to(self._folder).parents))
        flush_folders({self._folder / folder for folder in folders})
        self.forget()

    def forget(self) -> None:
        """Throw away what was fetched and not verified."""
        shutil.rmtree(self._aside, ignore_errors=True)
        self._fresh.clear()
