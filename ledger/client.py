"""Reading a log over HTTP or from a folder, and believing nothing of it.

A path is relative to where the reader begins: `checkpoint`, `tile/0/x001/067`, or with the prefix of a log that is one
of several, `ledger/checkpoint`. What comes back is bytes of a bounded length and nothing more is known of them.
"""

import re
import ssl
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, runtime_checkable
from urllib.parse import urlsplit

from ledger.errors import Malformed, NotFound, Unreachable
from ledger.tiles import MAX_BUNDLE, TILE_BYTES

MAX_FILE = 64 * 1024 * 1024
"""The longest file that is read where the path does not say how long it can be, in bytes."""

_PATH = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
_CHUNK = 65_536
_ATTEMPTS = 3


class LogReader(Protocol):
    """Anything from which the files of a log can be read."""

    def read(self, path: str) -> bytes:
        """The whole file at `path`; raises NotFound or Unreachable."""
        ...


@runtime_checkable
class AheadReader(Protocol):
    """A reader that gains from knowing early what will be wanted."""

    def read_ahead(self, paths: Iterable[str]) -> Generator[bytes, None, None]:
        """The files at `paths`, in their order, some of them fetched before they are asked for."""
        ...


def read_each(reader: LogReader, paths: Iterable[str]) -> Generator[bytes, None, None]:
    """The files at `paths`, in their order, ahead of need if the reader can; to be closed if it is left early."""
    if isinstance(reader, AheadReader):
        return reader.read_ahead(paths)
    return (reader.read(path) for path in paths)


def fetch_ahead(read: Callable[[str], bytes], paths: Iterable[str], at_once: int = 8) -> Generator[bytes, None, None]:
    """The files at `paths`, in their order, by that many threads, up to two for each before they are asked for."""
    waiting: deque[Future[bytes]] = deque()
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="log-reader")
    try:
        for path in paths:
            waiting.append(pool.submit(read, path))
            if len(waiting) >= 2 * at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class FolderReader:
    """Reads a log from a folder, such as a mirror."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes:
        """The whole file at `path` under the folder; raises NotFound or Unreachable."""
        limit = _limit(path)
        try:
            with (self._folder / path).open("rb") as file:
                data = file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotFound(path, f"not in {self._folder}") from None
        except OSError as error:
            raise Unreachable(path, f"cannot be read: {error.strerror}") from error
        return _bounded(path, data, limit)


class HttpReader:
    """Reads a log from a web address over connections that are kept, several at once when reading ahead.

    Redirects are not followed: the address given is the one that is believed to be the log's. Safe to share between
    threads; close it, or use it in a `with`.
    """

    def __init__(self, url: str, *, timeout: float = 30.0, connections: int = 8) -> None:
        """`url` is http or https, with or without a slash at its end; `timeout` is for each wait, in seconds."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Malformed(f"{url} is no web address: {error}") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise Malformed(f"{url} is not the address of a log: http or https, a host, a path")
        self._host, self._port, self._base = parts.hostname, port, parts.path.rstrip("/")
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._timeout = timeout
        self._connections = connections
        self._idle: deque[HTTPConnection] = deque()
        self._where = f"{parts.scheme}://{parts.netloc}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections that are kept."""
        while self._idle:
            self._idle.pop().close()

    def read(self, path: str) -> bytes:
        """The whole file at `path` under the address; raises NotFound or Unreachable."""
        limit = _limit(path)
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            body = self._get(connection, path, limit)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return body

    def read_ahead(self, paths: Iterable[str]) -> Generator[bytes, None, None]:
        """The files at `paths`, in their order, up to two for each connection fetched before they are asked for."""
        return fetch_ahead(self.read, paths, self._connections)

    def _connect(self) -> HTTPConnection:
        if self._tls is None:
            return HTTPConnection(self._host, self._port, timeout=self._timeout)
        return HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._tls)

    def _get(self, connection: HTTPConnection, path: str, limit: int) -> bytes:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._ask(connection, path, limit)
            except (OSError, HTTPException) as error:
                # A kept connection may have been closed at the other end meanwhile: that says nothing yet.
                connection.close()
                if attempt == _ATTEMPTS or isinstance(error, TimeoutError):
                    raise Unreachable(path, f"no answer from {self._where}: {_words(error)}") from error
        raise AssertionError("the last attempt answers or raises")

    def _ask(self, connection: HTTPConnection, path: str, limit: int) -> bytes:
        """One request and its answer; on return the connection is ready for the next."""
        connection.request("GET", f"{self._base}/{path}", headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        if response.status != 200:
            raise _refusal(path, response)
        encoding = response.headers.get("Content-Encoding", "identity").lower()
        # What cannot be pressed together is a little longer as gzip than it was.
        longest = limit if encoding == "identity" else limit + limit // 256 + 1024
        raw = _bounded(path, _drain(response, longest), longest)
        if response.length:
            raise HTTPException(f"the answer broke off {response.length} bytes before its end")
        if encoding == "identity":
            return raw
        if encoding == "gzip":
            return _bounded(path, _gunzip(path, raw, limit), limit)
        raise Unreachable(path, f"sent as {encoding}, which was not asked for")


def _limit(path: str) -> int:
    """How long the file at a path can be. Raises AssertionError for a path that leads out of the log."""
    if not _PATH.fullmatch(path) or ".." in path.split("/"):
        raise AssertionError(f"{path!r} is not a path in a log")
    if re.search(r"(?:^|/)tile/entries/", path):
        return MAX_BUNDLE
    if re.search(r"(?:^|/)tile/[0-9]+/", path):
        return TILE_BYTES
    return MAX_FILE


def _bounded(path: str, data: bytes, limit: int) -> bytes:
    if len(data) > limit:
        raise Unreachable(path, f"longer than {limit} bytes, which such a file cannot be")
    return data


def _drain(response: HTTPResponse, limit: int) -> bytes:
    """The answer's body, or its first `limit` + 1 bytes."""
    chunks: list[bytes] = []
    left = limit + 1
    while left and (chunk := response.read(min(_CHUNK, left))):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


def _gunzip(path: str, raw: bytes, limit: int) -> bytes:
    gunzip = zlib.decompressobj(wbits=31)
    try:
        data = gunzip.decompress(raw, limit + 1)
    except zlib.error:
        raise Unreachable(path, "sent as gzip, and is none") from None
    if len(data) <= limit and (not gunzip.eof or gunzip.unused_data):
        raise Unreachable(path, "the gzip it was sent as does not end where it should")
    return data


def _refusal(path: str, response: HTTPResponse) -> NotFound | Unreachable:
    if response.status in (404, 410):
        return NotFound(path, f"the log has no such file ({response.status})")
    if response.status in (301, 302, 303, 307, 308):
        return Unreachable(path, f"the log has moved to {response.headers.get('Location', 'nowhere')}")
    return Unreachable(path, f"the log answered {response.status} {response.reason}")


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
