"""The door: the one way to append to the ledger and to change governed state.

Deeds wait in a queue. One writer takes up to 512 groups of them and, in one transaction, locks the head, loads what
the law will read, checks and applies each in turn, appends, saves, and commits; only then are callers answered.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from app.batch import Batch
from app.clock import Clock
from app.deeds import Beside, Deed, Frozen, KeyReused, Recorded, as_decoded, request_id
from app.store.engines import Conflict, Database, OutcomeUnknown, StoreError, Tx, Unavailable
from app.store.governed import load, save
from app.store.ledger import (
    EMPTY_HEAD,
    RequestRow,
    append,
    bind_accounts,
    forget_batch,
    has_batch,
    read_entries,
    read_head,
    read_requests,
    save_openings,
    save_requests,
    unbound_accounts,
)
from governance.commitment import Opening
from governance.entry import AnyAct, Entry, decode, reencode, type_of
from governance.errors import Refused
from governance.law import apply, check
from governance.reads import reads, reads_then
from governance.state import Changes, Key, LoadedState, Unread, Value
from ledger.merkle import hash_leaf

KEPT_VALUES = 20_000
"""Values kept from the last batch for the next; above it they are all let go, so that memory stays small."""

DOUBT_SECONDS = 30.0
"""How long the door asks a database that is gone whether a commit was done, before its callers are left in doubt."""

BETWEEN_LOOKS = 0.1
LOOKS_AHEAD = 4
"""How often in a batch the door asks all acts at once what they miss; after that, each for itself."""

__all__ = ["Deed", "Door", "Frozen", "KeyReused", "Recorded", "request_id"]


class Door:
    """The door of one square in this process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.queue: Final[Batch[tuple[Deed, ...], list[Recorded]]] = Batch(self._commit)
        self._kept = LoadedState()
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
        share: str = "",
    ) -> Recorded:
        """Append one act.

        Raises Malformed, Refused, KeyReused, Overloaded, Frozen, Unavailable; then nothing is written. Only after
        OutcomeUnknown it may have been written: the same request key tells. `share` is as in `record_all`.
        """
        deed = as_decoded(Deed(act, by, openings, request, fingerprint, account))
        recorded = await self.queue.submit((deed,), share or (by if by[:2] in ("m:", "g:") else ""))
        return recorded[0]

    async def record_all(self, deeds: Sequence[Deed], *, share: str = "") -> list[Recorded]:
        """Append several acts one after another in one transaction, all of them or none; raises what `record` does.

        `share` says whose share of the queue they take where `by` does not tell, as with reports. Either every deed
        has a request key, each its own, or none has.
        """
        requests = [deed.request for deed in deeds if deed.request]
        assert len(set(requests)) in (0, len(deeds)), "a request key for each deed of a group, or for none"
        people = {deed.by for deed in deeds if deed.by[:2] in ("m:", "g:")}
        group = tuple(as_decoded(deed) for deed in deeds)
        return await self.queue.submit(group, share or (people.pop() if len(people) == 1 else ""))

    async def close(self) -> None:
        """Take nothing more and answer all who wait."""
        await self.queue.close()

    async def _commit(self, groups: Sequence[tuple[Deed, ...]]) -> Sequence[list[Recorded] | Exception]:
        batch = secrets.token_hex(16)
        kept, edge = self._kept, self._kept_edge
        # Whatever happens, values of an uncertain commit are not used again.
        self._kept, self._kept_edge = LoadedState(), b""
        begun: list[_Step] = []

        async def work(in_doubt: bool, tx: Tx) -> "_Step":
            await tx.lock_head()
            # Under the lock, because a COMMIT whose answer was lost may still have been on its way before.
            if in_doubt and await has_batch(tx, batch):
                return begun[-1]
            step = _Step(batch, self._clock, LoadedState() if begun else kept, edge)
            begun.append(step)
            await step.run(tx, groups)
            if step.has_written:
                await forget_batch(tx, self._last_batch)
            return step

        try:
            step = await self._write(work)
        except Conflict as conflict:
            # A row that one act brings beside it was there already: that is no reason to refuse its neighbours.
            return [conflict] if len(groups) == 1 else [await self._alone(group) for group in groups]
        if step.has_written:
            self._last_batch = batch
        if len(step.state) <= KEPT_VALUES:
            self._kept, self._kept_edge = step.state, step.head.edge
        return step.answers

    async def _alone(self, group: tuple[Deed, ...]) -> list[Recorded] | Exception:
        try:
            return (await self._commit([group]))[0]
        except (StoreError, Frozen) as error:
            return error

    async def _write(self, work: Callable[[bool, Tx], Awaitable["_Step"]]) -> "_Step":
        """Commit once, however often COMMIT is not answered; `work` is told when it may have been committed already."""
        lost: OutcomeUnknown | None = None
        until = time.monotonic() + DOUBT_SECONDS
        while True:
            try:
                return await self._database.write(partial(work, lost is not None))  # its end is the commit point
            except OutcomeUnknown as error:
                lost = error
            except Unavailable:
                if lost is None:
                    raise
            if time.monotonic() > until:
                raise lost
            await asyncio.sleep(BETWEEN_LOOKS)


class _Step:
    """One transaction of the door, the head locked."""

    def __init__(self, batch: str, clock: Clock, kept: LoadedState, kept_edge: bytes) -> None:
        self.batch = batch
        self._clock = clock
        self._kept, self._kept_edge = kept, kept_edge
        self.state = LoadedState()
        self.head = EMPTY_HEAD
        self.answers: list[list[Recorded] | Exception] = []
        self._first = 0
        self._at = 0
        self._groups: Sequence[tuple[Deed, ...]] = ()
        self._looks = 0
        self._bodies: list[bytes] = []
        self._leaf_hashes: list[bytes] = []
        self._openings: list[tuple[int, Opening]] = []
        self._requests: dict[str, RequestRow] = {}
        self._new_requests: list[RequestRow] = []
        self._accounts: list[tuple[str, int]] = []
        self._unbound: set[int] = set()
        self._beside: list[tuple[int, Beside]] = []
        self._changed: Changes = {}

    @property
    def has_written(self) -> bool:
        """Whether any act stood."""
        return bool(self._bodies)

    async def run(self, tx: Tx, groups: Sequence[tuple[Deed, ...]]) -> None:
        self.head = await read_head(tx)
        if self.head.frozen:
            raise Frozen(self.head.frozen)
        if self.head.edge == self._kept_edge:
            self.state = self._kept
            self.state.absent.clear()  # only what is there is as it was: speech brings things without the head
        self._first = self.head.size
        self._at = max(self._clock.now(), self.head.at)
        deeds = [deed for group in groups for deed in group]
        self._requests = await read_requests(tx, [deed.request for deed in deeds if deed.request])
        self._unbound = await unbound_accounts(tx, [deed.account for deed in deeds if deed.account])
        await self._load(tx, {key for deed in deeds for key in reads(deed.act, deed.by)})
        await self._load(tx, {key for deed in deeds for key in reads_then(deed.act, self.state)})
        self._groups = groups
        for group in groups:
            self.answers.append(await self._group(tx, group))
        if self._bodies:
            self.head = await append(tx, self.head, self._bodies, self._at, self._leaf_hashes)
            await save(tx, self._changed)
            await save_openings(tx, self._openings)
            await save_requests(tx, [*self._new_requests, RequestRow(self.batch, b"", self._first)])
            await bind_accounts(tx, self._accounts)
            for index, write in self._beside:
                await write(tx, index)

    async def _load(self, tx: Tx, keys: Iterable[Key]) -> None:
        missing = [key for key in keys if key not in self.state and key not in self.state.absent]
        if missing:
            found = await load(tx, missing)
            self.state.update(found)
            self.state.absent.update(key for key in missing if key not in found)

    async def _group(self, tx: Tx, group: tuple[Deed, ...]) -> list[Recorded] | Exception:
        """Check and apply a group; a refusal undoes what its earlier acts did and is its caller's alone."""
        entries, openings = len(self._bodies), len(self._openings)
        requests, accounts = len(self._new_requests), len(self._accounts)
        changed: Changes = {}
        undo: dict[Key, Value | None] = {}
        try:
            recorded = [await self._deed(tx, deed, changed, undo) for deed in group]
        except (Refused, KeyReused, AssertionError) as refusal:
            # An assertion of the law is our own bug, and no reason to refuse those who happened to come beside it.
            for request in self._new_requests[requests:]:
                del self._requests[request.id]
            self._beside = [(index, write) for index, write in self._beside if index < self._first + entries]
            self._unbound.update(account for _, account in self._accounts[accounts:])
            del self._bodies[entries:], self._leaf_hashes[entries:], self._openings[openings:]
            del self._new_requests[requests:], self._accounts[accounts:]
            self._undo(undo)
            return refusal
        self._changed.update(changed)
        return recorded

    def _undo(self, undo: dict[Key, Value | None]) -> None:
        for key, old in undo.items():
            if old is None:
                del self.state[key]
                self.state.absent.add(key)
            else:
                self.state[key] = old

    async def _deed(self, tx: Tx, deed: Deed, changed: Changes, undo: dict[Key, Value | None]) -> Recorded:
        if deed.request and (earlier := self._requests.get(deed.request)) is not None:
            if earlier.fingerprint != deed.fingerprint:
                raise KeyReused("this request key was used for another request")
            return await self._again(tx, earlier.entry)
        if deed.account and deed.account not in self._unbound:
            raise Refused("member-2", "there is no account of this number that waits to be admitted")
        index = self._first + len(self._bodies)
        entry = Entry(deed.act, self._at, deed.by)
        try:
            check(self.state, entry)
            changes = apply(self.state, entry, index)
        except Unread as unread:
            changes = await self._load_and_apply(tx, entry, index, unread)
        for key in changes:
            undo.setdefault(key, self.state.get(key))
        self.state.update(changes)
        changed.update(changes)
        return self._keep(deed, entry, index)

    def _keep(self, deed: Deed, entry: Entry, index: int) -> Recorded:
        body = reencode(entry)
        leaf_hash = hash_leaf(body)
        self._bodies.append(body)
        self._leaf_hashes.append(leaf_hash)
        for opening in deed.openings:
            self._openings.append((index, opening))
        if deed.beside is not None:
            self._beside.append((index, deed.beside))
        if deed.request:
            row = RequestRow(deed.request, deed.fingerprint, index)
            self._requests[deed.request] = row
            self._new_requests.append(row)
        if deed.account:
            letter = "m" if type_of(deed.act) == "admit" else "g"
            self._accounts.append((f"{letter}:{index}", deed.account))
            self._unbound.remove(deed.account)
        return Recorded(index, leaf_hash, self._at)

    async def _again(self, tx: Tx, index: int) -> Recorded:
        """What was answered when this entry was recorded."""
        if self._first <= index < self._first + len(self._bodies):
            return Recorded(index, self._leaf_hashes[index - self._first], self._at, repeated=True)
        rows = await read_entries(tx, index, index + 1)
        assert rows, f"a request is said to have made entry {index}, which does not exist"
        return Recorded(index, rows[0].leaf_hash, decode(rows[0].body).at, repeated=True)

    async def _load_and_apply(self, tx: Tx, entry: Entry, index: int, unread: Unread) -> Changes:
        """Check and apply as often as the law asks for what is not loaded."""
        while True:
            await self._load(tx, {*unread.keys, *self._missed()})
            try:
                check(self.state, entry)
                return apply(self.state, entry, index)
            except Unread as more:
                unread = more

    def _missed(self) -> Iterator[Key]:
        """What the acts to come miss as well, so that a batch takes a look or two and not one for each act."""
        self._looks += 1
        if self._looks > LOOKS_AHEAD:
            return
        for group in self._groups[len(self.answers) :]:
            for deed in group:
                entry = Entry(deed.act, self._at, deed.by)
                try:
                    check(self.state, entry)
                    apply(self.state, entry, self._first)
                except Unread as unread:
                    yield from unread.keys
                except (Refused, AssertionError):
                    continue  # its turn comes, and things may have changed by then
