"""What an audit reads, from a square's address or from a folder: one face for both."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from app.auditor.copied import COPIED, decode_copied
from app.auditor.web import Web
from governance.audit import BoxName, Shown, decode_shown
from ledger.client import FolderReader, HttpReader, LogReader
from ledger.errors import Malformed, NotFound, Unreachable
from ledger.verify import verify_sublog

LEDGER = "ledger/"
KEY = "ledger/key"
OPENINGS = "data/openings.jsonl"
LONGEST_LINE = 4 * 1024 * 1024
"""The longest line of openings that is read, in bytes."""


class Source:
    """Where the files of a square are read from; `web` is None for a folder."""

    def __init__(self, where: str) -> None:
        """`where` is an address that begins with http:// or https://, or a folder. Raises Malformed."""
        self._stack = ExitStack()
        self.reader: LogReader
        self.web: Web | None = None
        if "://" in where:
            self.web = Web(where)
            self.where = self.web.base
            self.reader = self._stack.enter_context(HttpReader(where))
        else:
            folder = Path(where).expanduser()
            if not folder.is_dir():
                raise Malformed(f"{where} is neither a folder nor an address that begins with http:// or https://")
            self.where = str(folder)
            self.reader = FolderReader(folder)
            self._folder = folder

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def link(self, entry: int) -> str:
        """Where a person can look at an entry, "" in a folder."""
        return "" if self.web is None else f"{self.web.base}/ledger/{entry}"

    def openings(self) -> Iterator[Shown]:
        """The public openings, in the order in which they are served. Raises Malformed, NotFound or Unreachable."""
        with self.open_openings() as file:
            yield from openings_in(file)

    def open_openings(self) -> BinaryIO:
        """Their file, a copy on disk of what was downloaded: a pass may take longer than a server waits.

        Raises NotFound or Unreachable.
        """
        if self.web is None:
            try:
                return (self._folder / OPENINGS).open("rb")
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                raise NotFound(OPENINGS, f"not in {self._folder}") from None
            except OSError as error:
                raise Unreachable(OPENINGS, f"cannot be read: {error.strerror}") from error
        file = TemporaryFile()  # noqa: SIM115 - closed with the source
        self._stack.callback(file.close)
        self.web.download(OPENINGS, file)
        file.seek(0)
        return file

    def copied_from(self) -> str:
        """Of which square this says to be a copy that `isegoria mirror` made, empty where it says nothing of the kind.

        Raises Unreachable.
        """
        try:
            return decode_copied(self.reader.read(COPIED)).where
        except (NotFound, Malformed):
            return ""


def openings_in(file: BinaryIO) -> Iterator[Shown]:
    """The openings in a file of theirs. Raises Malformed."""
    for number, line in enumerate(iter(partial(file.readline, LONGEST_LINE), b""), 1):
        if not line.endswith(b"\n"):
            raise Malformed(f"line {number} of {OPENINGS} does not end")
        try:
            yield decode_shown(line)
        except Malformed as error:
            raise Malformed(f"line {number} of {OPENINGS}: {error}") from error


class LogBoxes:
    """The boxes of votes, each a small log."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader

    def read(
        self,
        vote: int,
        name: BoxName,
        size: int,
        root: bytes,
        roots_at: Sequence[int],
        on_root: Callable[[int, bytes], None],
    ) -> Iterator[tuple[int, bytes]]:
        """Verify a box while it is read, as `governance.audit.Boxes` asks."""
        return verify_sublog(self._reader, f"votes/{vote}/{name}/", size, root, roots_at=roots_at, on_root=on_root)
