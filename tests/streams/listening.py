"""Clients that listen to streams: by server-sent events and by WebSocket, in threads of their own."""

import json
import queue
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import NamedTuple

import httpx
import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

PATIENCE = 15.0


class Heard(NamedTuple):
    """What a stream told."""

    event: str
    payload: str
    stream: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The words of a status without their markup, or the id of what was deleted."""
        if self.event == "delete":
            return self.payload
        told = json.loads(self.payload)
        content = str((told.get("reblog") or told).get("content", ""))
        return content.replace("<p>", "").replace("</p>", "").strip()


class Listener:
    """Someone who listens; what is heard comes in order."""

    def __init__(self) -> None:
        self._heard: queue.Queue[Heard | None] = queue.Queue()
        self.is_over = threading.Event()
        self.thumps = 0

    def next(self) -> Heard:
        """What is heard next."""
        heard = self._heard.get(timeout=PATIENCE)
        assert heard is not None, "the stream has ended"
        return heard

    def ends(self) -> bool:
        """Whether the stream ends before long; what is still heard is passed over."""
        return self.is_over.wait(PATIENCE)

    def hear(self, heard: Heard) -> None:
        """Take in what was told."""
        self._heard.put(heard)

    def end(self) -> None:
        """Note that the stream is over."""
        self.is_over.set()
        self._heard.put(None)


class Events(Listener):
    """Listens to server-sent events."""

    def __init__(self, url: str, token: str, path: str) -> None:
        super().__init__()
        self._http = httpx.Client(timeout=httpx.Timeout(10, read=60))
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = self._http.build_request("GET", f"{url}{path}", headers=headers)
        self.answer = self._http.send(request, stream=True)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        if self.answer.status_code == 200:
            assert self._ready.wait(PATIENCE)

    def close(self) -> None:
        """Listen no more."""
        connection: socket.socket = self.answer.extensions["network_stream"].get_extra_info("socket")
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE)
        self._http.close()

    def _read(self) -> None:
        event = ""
        with suppress(httpx.HTTPError, httpx.StreamError, OSError):
            for line in self.answer.iter_lines():
                self._ready.set()
                if line == ":thump":
                    self.thumps += 1
                elif line.startswith("event: "):
                    event = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    self.hear(Heard(event, line.removeprefix("data: ")))
        self.end()


class Wire(msgspec.Struct):
    """A message by WebSocket."""

    event: str
    stream: tuple[str, ...]
    payload: str = ""


class Socket(Listener):
    """Listens by WebSocket."""

    def __init__(self, url: str, query: str = "", **how: object) -> None:
        super().__init__()
        self._errors: queue.Queue[dict[str, object]] = queue.Queue()
        address = f"{url.replace('http', 'ws', 1)}/api/v1/streaming{query}"
        open_socket: Callable[..., ClientConnection] = connect
        self._stack = ExitStack()
        self.socket = self._stack.enter_context(open_socket(address, **how))
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def ask(self, type_: str, stream: str, **more: str) -> None:
        """Ask for a stream, or for it no more."""
        self.socket.send(json.dumps({"type": type_, "stream": stream, **more}))

    def fails(self) -> dict[str, object]:
        """What the next wish fails of that is not met."""
        return self._errors.get(timeout=PATIENCE)

    def close(self) -> None:
        """Listen no more."""
        self._stack.close()
        self._thread.join(PATIENCE)

    def _read(self) -> None:
        with suppress(ConnectionClosed):
            for text in self.socket:
                told = json.loads(text)
                if "error" in told:
                    self._errors.put(told)
                else:
                    wire = msgspec.convert(told, Wire)
                    self.hear(Heard(wire.event, wire.payload, wire.stream))
        self.end()
