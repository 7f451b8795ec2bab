"""A web client for what is not a file of a log: pages as JSON, and downloads of any length."""

import time
import zlib
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import local
from typing import BinaryIO
from urllib.parse import urlsplit

from ledger.errors import Malformed, NotFound, Unreachable

LONGEST_PAGE = 16 * 1024 * 1024
"""The longest page that is read, in bytes."""

_CHUNK = 65_536
_ATTEMPTS = 3
_GONE = (404, 410)
_BUSY = (429, 503)
_LONGEST_WAIT = 30


class Web:
    """One web address; safe to share between threads, each of which keeps a connection of its own.

    Redirects are not followed: the address given is the one that is audited.
    """

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        """`url` is http or https, with or without a slash at its end; `timeout` is for each wait, in seconds."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None or parts.query or parts.fragment:
            raise Malformed(f"{url} is not the address of a square: http or https, a host, perhaps a path")
        self.host = f"{parts.scheme}://{parts.netloc}"
        self.base = f"{self.host}{parts.path.rstrip('/')}"
        self._host, self._port, self._path = parts.hostname, parts.port, parts.path.rstrip("/")
        self._secure = parts.scheme == "https"
        self._timeout = timeout
        self._kept = local()

    def read_json(self, path: str) -> bytes:
        """The JSON at a path below the address, or at an absolute path of the host; raises NotFound or Unreachable."""
        response = self._ask(path, "application/json")
        try:
            body = response.read(LONGEST_PAGE + 1)
        except (OSError, HTTPException) as error:
            self._drop()
            raise Unreachable(path, f"broke off: {error or type(error).__name__}") from error
        if len(body) > LONGEST_PAGE:
            self._drop()
            raise Unreachable(path, f"longer than {LONGEST_PAGE} bytes")
        kind = response.headers.get_content_type()
        if kind != "application/json":
            raise Unreachable(path, f"asked for JSON, and got {kind}")
        return body

    def download(self, path: str, into: BinaryIO) -> None:
        """Write what stands at a path to a file; raises NotFound or Unreachable."""
        response = self._ask(path, "*/*", encoding="gzip")
        gunzip = zlib.decompressobj(wbits=31) if response.headers.get("Content-Encoding", "") == "gzip" else None
        try:
            while chunk := response.read(_CHUNK):
                into.write(chunk if gunzip is None else gunzip.decompress(chunk))
        except (OSError, HTTPException, zlib.error) as error:
            self._drop()
            raise Unreachable(path, f"broke off: {error}") from error
        if response.length or (gunzip is not None and not gunzip.eof):
            self._drop()
            raise Unreachable(path, "broke off before its end")

    def _ask(self, path: str, accept: str, *, encoding: str = "identity") -> HTTPResponse:
        target = path if path.startswith("/") else f"{self._path}/{path}"
        for attempt in range(1, _ATTEMPTS + 1):
            connection = self._connection()
            try:
                connection.request("GET", target, headers={"Accept": accept, "Accept-Encoding": encoding})
                response = connection.getresponse()
            except (OSError, HTTPException) as error:
                self._drop()
                if attempt == _ATTEMPTS:
                    raise Unreachable(path, f"no answer: {error or type(error).__name__}") from error
                continue
            if response.status == 200:
                return response
            self._drop()
            if response.status not in _BUSY or attempt == _ATTEMPTS:
                break
            time.sleep(_wait_of(response))
        if response.status in _GONE:
            raise NotFound(path, f"there is nothing ({response.status})")
        raise Unreachable(path, f"the square answered {response.status} {response.reason}")

    def _connection(self) -> HTTPConnection:
        kept: HTTPConnection | None = getattr(self._kept, "connection", None)
        if kept is None:
            kind = HTTPSConnection if self._secure else HTTPConnection
            kept = self._kept.connection = kind(self._host, self._port, timeout=self._timeout)
        return kept

    def _drop(self) -> None:
        self._connection().close()
        self._kept.connection = None


def _wait_of(response: HTTPResponse) -> int:
    """How many seconds a busy square asks for, at most 30."""
    asked = response.headers.get("Retry-After", "1")
    return min(int(asked), _LONGEST_WAIT) if asked.isascii() and asked.isdigit() else 1
