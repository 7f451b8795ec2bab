"""The witnesses of this ledger, each of which is asked to cosign its checkpoints (C2SP tlog-witness)."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from app.clock import Clock
from app.store.ledger import CheckpointRow
from app.store.witnesses import CosignatureRow
from ledger.cosignature import WitnessKey
from ledger.errors import Malformed, ProofInvalid
from ledger.note import Note
from ledger.policy import PolicyWitness
from ledger.witness import MAX_REQUEST, SIZE_TYPE, AddCheckpoint, parse_answer, parse_size

WAIT: Final = 5.0
"""Seconds for each wait of a request."""

DEADLINE: Final = 10.0
"""Seconds for a request and its whole answer, however slowly it drips."""

SKEW: Final = 300
"""Seconds by which a witness's clock may differ from ours."""

REPAIRS: Final = 3
"""How often a witness is asked for one checkpoint while it names sizes to go on from."""

Prove = Callable[[int, int], Awaitable[list[bytes]]]
"""The hashes that prove that the tree of the second size begins with that of the first."""


class NoCosignature(Exception):
    """The witness did not cosign, or not so that it counts; the text says why."""


class WitnessAhead(Exception):
    """The witness has cosigned more of this ledger (`size`) than it is asked for."""

    def __init__(self, size: int) -> None:
        super().__init__(f"it has cosigned {size} entries")
        self.size = size


class OtherTree(Exception):
    """The witness says that what it cosigned at `size` is not how this ledger begins."""

    def __init__(self, size: int) -> None:
        super().__init__(f"it has cosigned another tree of {size} entries")
        self.size = size


class Reply(Struct, frozen=True):
    """What a witness has answered."""

    status: int
    kind: str
    body: bytes


class Witness:
    """One witness: where it is asked, and which size it remembers as far as we know. One request at a time."""

    def __init__(self, listed: PolicyWitness) -> None:
        """Raises Malformed where the policy gives no address that can be asked."""
        self.key: Final[WitnessKey] = listed.key
        self.size = 0
        self._line = _Line(listed.url)

    async def cosign(self, row: CheckpointRow, prove: Prove, clock: Clock) -> CosignatureRow:
        """Its cosignature under a checkpoint. Raises NoCosignature, WitnessAhead, OtherTree."""
        for _ in range(REPAIRS):
            old = min(self.size, row.size)
            proof = tuple(await prove(old, row.size)) if 0 < old < row.size else ()
            reply = await self._line.post(AddCheckpoint(old, proof, row.note.encode()).format())
            if reply.status == 200:
                cosignature = self._read(reply, row, clock.now() // 1000)
                self.size = row.size
                return cosignature
            self.size = self._repaired(reply, old, row.size)
        raise NoCosignature("it names another size each time that it is asked")

    def close(self) -> None:
        """Break off what is under way."""
        self._line.close()

    def _read(self, reply: Reply, row: CheckpointRow, now: int) -> CosignatureRow:
        text = Note.parse(row.note.encode()).text
        try:
            lines = [line for line in parse_answer(reply.body) if self.key.is_of(line)]
            if not lines:
                raise NoCosignature("it answered, and has not signed with the key that the policy names")
            at = self.key.check_cosignature(text, lines[0])
        except (Malformed, ProofInvalid) as error:
            raise NoCosignature(f"what it answered is no cosignature: {error}") from error
        if abs(at - now) > SKEW:
            raise NoCosignature(f"its cosignature is {abs(at - now)} s {'late' if at < now else 'in the future'}")
        return CosignatureRow(row.size, self.key.format(), at, lines[0].format())

    def _repaired(self, reply: Reply, old: int, size: int) -> int:
        """The size to go on from, where the witness has named one."""
        if reply.status == 422:
            raise OtherTree(old)
        if reply.status != 409:
            raise NoCosignature(_refusal(reply))
        named = _named(reply)
        if named is None or named == old:
            if old == size:
                raise OtherTree(size)
            raise NoCosignature("it refuses to go on from the size that it names")
        if named > size:
            raise WitnessAhead(named)
        return named


class _Line:
    """A connection to a witness, which is kept, and the one thread that waits for it."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Malformed(f"{url} is not the address of a witness: {error}") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise Malformed(f"{url or 'nothing'} is not the address of a witness: http or https, a host, a path")
        self._path = f"{parts.path.rstrip('/')}/add-checkpoint"
        self._connection = (
            HTTPConnection(parts.hostname, port, timeout=WAIT)
            if parts.scheme == "http"
            else HTTPSConnection(parts.hostname, port, timeout=WAIT, context=ssl.create_default_context())
        )
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="witness")

    async def post(self, body: bytes) -> Reply:
        """Raises NoCosignature where no answer came."""
        loop = asyncio.get_running_loop()
        try:
            return await asyncio.wait_for(loop.run_in_executor(self._thread, self._post, body), DEADLINE)
        except TimeoutError:
            self._break()
            raise NoCosignature(f"no whole answer in {DEADLINE:.0f} s") from None
        except asyncio.CancelledError:
            self._break()
            raise

    def close(self) -> None:
        """Break off what is under way."""
        self._break()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _break(self) -> None:
        """What waits on the socket in the thread ends with an error there."""
        waiting: socket.socket | None = self._connection.sock
        if waiting is not None:
            with suppress(OSError):
                waiting.shutdown(socket.SHUT_RDWR)

    def _post(self, body: bytes) -> Reply:
        kept = self._connection.sock is not None
        try:
            return self._ask(body)
        except (OSError, HTTPException) as error:
            self._connection.close()
            # A kept connection may have been closed at the other end meanwhile: that says nothing yet.
            if not kept or isinstance(error, TimeoutError):
                raise NoCosignature(f"no answer: {error or type(error).__name__}") from error
        try:
            return self._ask(body)
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise NoCosignature(f"no answer: {error or type(error).__name__}") from error

    def _ask(self, body: bytes) -> Reply:
        self._connection.request("POST", self._path, body, {"Content-Type": "text/plain; charset=utf-8"})
        response = self._connection.getresponse()
        answer = response.read(MAX_REQUEST + 1)
        if len(answer) > MAX_REQUEST:
            self._connection.close()
            raise NoCosignature(f"an answer of more than {MAX_REQUEST} bytes")
        return Reply(response.status, response.headers.get_content_type(), answer)


def _named(reply: Reply) -> int | None:
    """The size in an answer that names one."""
    if reply.kind != SIZE_TYPE:
        return None
    try:
        return parse_size(reply.body)
    except Malformed as error:
        raise NoCosignature(f"the size that it names cannot be read: {error}") from error


def _refusal(reply: Reply) -> str:
    if reply.status == 404:
        return "it does not know this ledger: its operator has to add the verifier key (404)"
    said = reply.body[:200].decode("utf-8", "replace").partition("\n")[0]
    return f"it answered {reply.status}{f': {said}' if said else ''}"
