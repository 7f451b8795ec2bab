"""Readers: what they refuse to take from a folder or from a real HTTP server that answers anything."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ledger import client
from ledger.client import FolderReader, HttpReader, LogReader, read_each
from ledger.errors import Malformed, NotFound, Unreachable
from ledger.tiles import MAX_BUNDLE, TILE_BYTES
from ledger.verify import verify_log
from tests.ledger.static_log import KEYS, StaticLog, numbered


class Server(ThreadingHTTPServer):
    """Serves a dictionary, or whatever a path's own answer writes."""

    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.answers: dict[str, Callable[[Handler], None]] = {}
        self.requests = 0
        self.connections = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/log"

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        self.connections += 1
        super().process_request(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Answers and keeps the connection."""

    protocol_version = "HTTP/1.1"
    server: Server
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.server.requests += 1
        path = self.path.removeprefix("/log/")
        if path in self.server.answers:
            self.server.answers[path](self)
        elif path in self.server.files:
            self.answer(200, gzip.compress(self.server.files[path], 1), ("Content-Encoding", "gzip"))
        else:
            self.answer(404, b"no")

    def answer(self, status: int, body: bytes, *headers: tuple[str, str], length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for header in headers:
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on a port of its own."""
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def test_log_is_verified_over_http(server: Server) -> None:
    """Bundles and tiles come gzipped, ahead of need, over a few connections that are kept."""
    log = StaticLog(numbered(20_000))
    server.files = log.files
    with HttpReader(server.url, connections=4) as reader:
        assert list(enumerate(numbered(20_000))) == list(verify_log(reader, KEYS))
        assert list(enumerate(numbered(20_000))) == list(verify_log(reader, KEYS))
    assert 2 * len(log.files) == server.requests
    assert server.connections <= 4


def test_log_is_verified_from_a_folder(tmp_path: Path) -> None:
    """As a mirror keeps it."""
    log = StaticLog(numbered(600))
    log.write_to(tmp_path)
    assert list(enumerate(numbered(600))) == list(verify_log(FolderReader(tmp_path), KEYS))


def test_reading_ahead_stops_when_it_is_left(server: Server) -> None:
    """Whoever stops listening does not keep threads or connections busy."""
    server.files = StaticLog(numbered(50_000)).files
    with HttpReader(server.url) as reader:
        entries = verify_log(reader, KEYS)
        assert (0, b"entry 0") == next(entries)
        entries.close()
        assert server.requests < 60
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("log-reader")]


def test_files_come_in_their_order(server: Server) -> None:
    """However long each takes, and an error comes in its place."""
    server.files = {f"file/{number:03}": b"%d" % number for number in range(100)}
    with HttpReader(server.url) as reader:
        assert [b"%d" % number for number in range(100)] == list(read_each(reader, sorted(server.files)))
        stream = read_each(reader, ["file/001", "file/none", "file/002"])
        assert b"1" == next(stream)
        with pytest.raises(NotFound, match="file/none"):
            next(stream)


def test_what_is_not_there_is_not_found(server: Server, tmp_path: Path) -> None:
    """A file that is missing, a folder in its place, a file where a folder should be."""
    (tmp_path / "tile" / "0").mkdir(parents=True)
    (tmp_path / "file").write_bytes(b"")
    server.answers["gone"] = lambda handler: handler.answer(410, b"")
    with HttpReader(server.url) as reader:
        for path in ("checkpoint", "gone"):
            with pytest.raises(NotFound, match=path):
                reader.read(path)
    for path in ("checkpoint", "tile/0", "file/checkpoint"):
        with pytest.raises(NotFound, match=path):
            FolderReader(tmp_path).read(path)


def test_answers_that_cannot_be_used_are_said_to_be(server: Server) -> None:
    """Each with its reason, and the reader goes on with the next file."""
    gzipped = gzip.compress(b"body")
    server.files = {"good": b"good"}
    cases: dict[str, tuple[Callable[[Handler], None], str]] = {
        "busy": (lambda handler: handler.answer(503, b"later"), "answered 503"),
        "moved": (lambda handler: handler.answer(301, b"", ("Location", "/elsewhere")), "moved to /elsewhere"),
        "partial": (lambda handler: handler.answer(206, b"bo"), "answered 206"),
        "brotli": (lambda handler: handler.answer(200, b"x", ("Content-Encoding", "br")), "sent as br"),
        "no-gzip": (lambda handler: handler.answer(200, b"plain", ("Content-Encoding", "gzip")), "is none"),
        "half": (lambda handler: handler.answer(200, gzipped[:-4], ("Content-Encoding", "gzip")), "does not end"),
        "more": (lambda handler: handler.answer(200, gzipped + b"x", ("Content-Encoding", "gzip")), "does not end"),
    }
    server.answers = {path: answer for path, (answer, _) in cases.items()}
    with HttpReader(server.url) as reader:
        for path, (_, why) in cases.items():
            with pytest.raises(Unreachable, match=f"^{path}: .*{why}"):
                reader.read(path)
            assert b"good" == reader.read("good")


def test_answers_are_bounded(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what such a file can be, whether it is sent plain or as a small gzip of something large."""
    monkeypatch.setattr(client, "MAX_FILE", 100_000)
    limits = {"tile/0/000": TILE_BYTES, "box/tile/entries/000": MAX_BUNDLE, "checkpoint": 100_000}
    for path, limit in limits.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        for length in (limit, limit + 1):
            body = bytes(length)
            (tmp_path / path).write_bytes(body)
            server.files = {path: body}
            server.answers = {"plain/" + path: lambda handler, body=body: handler.answer(200, body)}  # type: ignore[misc]
            with HttpReader(server.url) as reader:
                readers: list[tuple[LogReader, str]] = [
                    (reader, path),
                    (reader, "plain/" + path),
                    (FolderReader(tmp_path), path),
                ]
                for each, where in readers:
                    if length == limit:
                        assert body == each.read(where)
                    else:
                        with pytest.raises(Unreachable, match=f"longer than {limit} bytes"):
                            each.read(where)


def test_answer_that_breaks_off_is_not_taken(server: Server) -> None:
    """A body shorter than it was said to be is no file, however often it is asked for."""

    def break_off(handler: Handler) -> None:
        handler.answer(200, b"half", length=8)
        handler.close_connection = True

    server.answers["checkpoint"] = break_off
    with HttpReader(server.url) as reader, pytest.raises(Unreachable, match="broke off 4 bytes before its end"):
        reader.read("checkpoint")
    assert 3 == server.requests


def test_kept_connection_that_was_closed_is_opened_again(server: Server) -> None:
    """A server may close between two requests: that is no failure of the log."""

    def close(handler: Handler) -> None:
        handler.answer(200, b"once")
        handler.close_connection = True

    server.answers["once"] = close
    with HttpReader(server.url) as reader:
        for _ in range(3):
            assert b"once" == reader.read("once")
    assert 3 == server.connections


def test_server_that_is_not_there_or_is_silent_is_unreachable(server: Server) -> None:
    """Said with the address and the reason, never taken for an empty log."""
    silence = threading.Event()

    def wait(handler: Handler) -> None:
        silence.wait(5)
        handler.close_connection = True

    server.answers["checkpoint"] = wait
    with HttpReader(server.url, timeout=0.05) as reader, pytest.raises(Unreachable, match=r"127\.0\.0\.1.*timed out"):
        reader.read("checkpoint")
    assert 1 == server.requests
    silence.set()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        with HttpReader(url) as reader, pytest.raises(Unreachable, match="refused"):
            reader.read("checkpoint")


def test_addresses_that_are_none_are_refused() -> None:
    """Another scheme, no host, a query, a port that is none."""
    for url in ("", "ftp://a/", "http://", "http:///ledger", "https://a/?b", "http://a/#b", "http://a:port/", "a/b"):
        with pytest.raises(Malformed):
            HttpReader(url)


def test_paths_that_lead_out_of_the_log_are_our_own_bug(tmp_path: Path) -> None:
    """No reader follows one."""
    with HttpReader("https://log.example/") as reader:
        readers: list[LogReader] = [reader, FolderReader(tmp_path)]
        for each in readers:
            for path in ("", "/etc/passwd", "../a", "a/../b", "a//b", "a/", "a b", "a?b", "a\r\nb", "ü"):
                with pytest.raises(AssertionError):
                    each.read(path)
