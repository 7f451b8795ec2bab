"""The door: the one way to append to the ledger and to change governed state.

Deeds wait in a queue. One writer takes up to 512 of them and, in one transaction, locks the head, loads what
the law will read, checks and applies each in turn, appends, saves, and commits; only then are callers answered.
"""

import secrets
from collections.abc import MutableMapping, Sequence
from hashlib import sha256

from msgspec import Struct

from app.batch import Batch
from app.clock import Clock
from app.store.engines import Database, OutcomeUnknown, Tx
from app.store.governed import load, save
from app.store.ledger import (
    EMPTY_HEAD,
    RequestRow,
    append,
    bind_accounts,
    forget_batch,
    has_batch,
    read_head,
    read_requests,
    save_openings,
    save_requests,
)
from governance.commitment import Opening
from governance.entry import AnyAct, Entry, encode
from governance.errors import Refused
from governance.law import apply, check
from governance.reads import reads
from governance.state import Changes, Key, LoadedState, Unread, Value
from ledger.merkle import hash_leaf

KEPT_VALUES = 20_000
"""Values kept from the last batch for the next; above it they are all let go, so that memory stays small."""


class Frozen(Exception):
    """The ledger is frozen: what must not be was found, and a person has to act. The text says what was found."""


class KeyReused(Exception):
    """The same request key came with another request."""


class Deed(Struct, frozen=True):
    """An act on its way through the door.

    `openings` open its commitments; `request` and `fingerprint` make a repeated request one act; `account` is
    the private account that an `Admit` or `AdmitGuest` gives its number to.
    """

    act: AnyAct
    by: str
    openings: tuple[Opening, ...] = ()
    request: str = ""
    fingerprint: bytes = b""
    account: int = 0


class Recorded(Struct, frozen=True):
    """What the door answers after the commit. `repeated`: the request had been answered before."""

    index: int
    leaf_hash: bytes
    at: int
    repeated: bool = False


def request_id(by: str, key: str) -> str:
    """The name of a request: a key is its sender's own."""
    return sha256(f"{by}\0{key}".encode()).hexdigest()


class Door:
    """The door of one square in this process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._batch: Batch[tuple[Deed, ...], list[Recorded]] = Batch(self._commit)
        self._kept: MutableMapping[Key, Value] = {}
        self._kept_edge = b""
        self._last_batch = ""

    async def record(
        self,
        act: AnyAct,
        by: str,
        *,
        openings: tuple[Opening, ...] = (),
        request: str = "",
        fingerprint: bytes = b"",
        account: int = 0,
    ) -> Recorded:
        """Append one act. Raises Refused, KeyReused, Overloaded, Frozen, Unavailable; then nothing is written."""
        recorded = await self.record_all([Deed(act, by, openings, request, fingerprint, account)])
        return recorded[0]

    async def record_all(self, deeds: Sequence[Deed]) -> list[Recorded]:
        """Append several acts one after another in one transaction, all of them or none."""
        people = {deed.by for deed in deeds}
        by = people.pop() if len(people) == 1 else ""
        return await self._batch.submit(tuple(deeds), by if by[:2] in ("m:", "g:") else "")

    async def close(self) -> None:
        """Take nothing more and answer all who wait."""
        await self._batch.close()

    async def _commit(self, groups: Sequence[tuple[Deed, ...]]) -> Sequence[list[Recorded] | Exception]:
        batch = secrets.token_hex(16)
        kept, edge = self._kept, self._kept_edge
        # Whatever happens, values of an uncertain commit are not used again.
        self._kept, self._kept_edge = {}, b""

        begun: list[_Step] = []

        async def work(tx: Tx) -> "_Step":
            step = _Step(batch, self._clock, kept, edge)
            begun.append(step)
            await step.run(tx, groups)
            await forget_batch(tx, self._last_batch)
            return step

        try:
            step = await self._database.write(work)  # the commit point is the end of this call
        except OutcomeUnknown:
            # The connection was lost in COMMIT: look whether our batch is there instead of guessing.
            if not await self._database.read(lambda tx: has_batch(tx, batch)):
                return await self._commit(groups)
            return begun[-1].answers
        self._last_batch = batch
        if len(step.state.values) <= KEPT_VALUES:
            self._kept, self._kept_edge = step.state.values, step.head.edge
        return step.answers


class _Step:
    """One transaction of the door."""

    def __init__(self, batch: str, clock: Clock, kept: MutableMapping[Key, Value], kept_edge: bytes) -> None:
        self.batch = batch
        self._clock = clock
        self._kept, self._kept_edge = kept, kept_edge
        self.state = LoadedState()
        self.head = EMPTY_HEAD
        self.answers: list[list[Recorded] | Exception] = []
        self._bodies: list[bytes] = []
        self._openings: list[tuple[int, Opening]] = []
        self._requests: dict[str, RequestRow] = {}
        self._new_requests: list[RequestRow] = []
        self._accounts: list[tuple[str, int]] = []
        self._changed: Changes = {}

    async def run(self, tx: Tx, groups: Sequence[tuple[Deed, ...]]) -> None:
        await tx.lock_head()
        self.head = await read_head(tx)
        if self.head.frozen:
            raise Frozen(self.head.frozen)
        if self.head.edge == self._kept_edge:
            self.state.values.update(self._kept)
        at = max(self._clock.now(), self.head.at)
        deeds = [deed for group in groups for deed in group]
        self._requests = await read_requests(tx, [deed.request for deed in deeds if deed.request])
        await self._load(tx, {key for deed in deeds for key in reads(deed.act, deed.by)})
        for group in groups:
            self.answers.append(await self._group(tx, group, at))
        if self._bodies:
            self.head = await append(tx, self.head, self._bodies, at)
            await save(tx, self._changed)
            await save_openings(tx, self._openings)
            await save_requests(tx, [*self._new_requests, RequestRow(self.batch, b"", self.head.size)])
            await bind_accounts(tx, self._accounts)

    async def _load(self, tx: Tx, keys: "set[Key] | frozenset[Key]") -> None:
        missing = [key for key in keys if key not in self.state.values and key not in self.state.absent]
        if missing:
            found = await load(tx, missing)
            self.state.values.update(found)
            self.state.absent.update(key for key in missing if key not in found)

    async def _group(self, tx: Tx, group: tuple[Deed, ...], at: int) -> list[Recorded] | Exception:
        """Check and apply a group; a refusal undoes what its earlier acts did and is its caller's alone."""
        before = (len(self._bodies), len(self._openings), len(self._new_requests), len(self._accounts))
        undo: dict[Key, Value | None] = {}
        recorded: list[Recorded] = []
        try:
            for deed in group:
                recorded.append(await self._deed(tx, deed, at, undo))
        except (Refused, KeyReused) as refusal:
            for request in self._new_requests[before[2] :]:
                del self._requests[request.id]
            del self._bodies[before[0] :], self._openings[before[1] :]
            del self._new_requests[before[2] :], self._accounts[before[3] :]
            self._undo(undo)
            return refusal
        return recorded

    def _undo(self, undo: dict[Key, Value | None]) -> None:
        for key, old in undo.items():
            if old is None:
                del self.state.values[key]
                self.state.absent.add(key)
                del self._changed[key]
            else:
                self.state.values[key] = old
                self._changed[key] = old

    async def _deed(self, tx: Tx, deed: Deed, at: int, undo: dict[Key, Value | None]) -> Recorded:
        if deed.request and (earlier := self._requests.get(deed.request)) is not None:
            if earlier.fingerprint != deed.fingerprint:
                raise KeyReused("this request key was used for another request")
            return Recorded(earlier.entry, b"", at, repeated=True)
        index = self.head.size + len(self._bodies)
        entry = Entry(deed.act, at, deed.by)
        _assert_openings(deed)
        body = encode(entry)
        changes = await self._check_and_apply(tx, entry, index)
        for key in changes:
            undo.setdefault(key, self.state.values.get(key))
        self.state.update(changes)
        self._changed.update(changes)
        self._bodies.append(body)
        self._openings += [(index, opening) for opening in deed.openings]
        if deed.request:
            row = RequestRow(deed.request, deed.fingerprint, index)
            self._requests[deed.request] = row
            self._new_requests.append(row)
        if deed.account:
            letter = "m" if deed.act.__struct_config__.tag == "admit" else "g"
            self._accounts.append((f"{letter}:{index}", deed.account))
        return Recorded(index, hash_leaf(body), at)

    async def _check_and_apply(self, tx: Tx, entry: Entry, index: int) -> Changes:
        while True:
            try:
                check(self.state, entry)
                return apply(self.state, entry, index)
            except Unread as unread:
                await self._load(tx, unread.keys)


def _assert_openings(deed: Deed) -> None:
    """What a page forgot to keep could never be opened again."""
    committed = _commits_of(deed.act)
    opened = {opening.commit().hash for opening in deed.openings}
    assert committed == opened, f"the openings of {type(deed.act).__name__} are not those of its commitments"


def _commits_of(act: AnyAct) -> set[str]:
    change = getattr(act, "change", None)
    commits = getattr(act, "commits", ()) or getattr(change, "commits", ())
    milder = getattr(act, "milder", ())
    return {part.hash for part in (*commits, *milder)}
