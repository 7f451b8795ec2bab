"""Replays the entries, and holds the openings of their commitments and the requests that made them against them."""

from collections.abc import Iterator

from msgspec import Struct

from app.fsck.findings import Findings, Tell
from app.store.engines import Tx
from app.store.ledger import openings_of
from app.store.polls import options_among
from app.store.posts import find_post
from app.store.transaction import Row
from app.store.whole import PAGE, Span, pages, rows_in, rows_outside
from governance.acts.cases import Decide
from governance.acts.votes import CloseVote, OpenPoll, SealBox
from governance.acts.words import Commits
from governance.commitment import SALT_SIZE, commit
from governance.entry import Entry, decode
from governance.errors import Refused
from governance.law import apply, check
from governance.state import State
from governance.texts import Erased, what_of
from ledger.errors import Malformed

_OF_A_POLL = ("question", "option/")
_OPENING = ("entry", "field", "salt", "value")


class Seal(Struct, frozen=True):
    """What an entry says of a box: its size and root (hex)."""

    entry: int
    size: int
    root: str


class Replay:
    """The State that the first `until` entries make, and the seals of each vote's box."""

    def __init__(self, tx: Tx, until: int, found: Findings, tell: Tell) -> None:
        self._tx = tx
        self._until = until
        self._found = found
        self._tell = tell
        self._last_at = 0
        self.state = State()
        self.seals: dict[int, list[Seal]] = {}
        self.done = 0
        self._absent: list[tuple[int, str]] = []
        self._polls: dict[int, str] = {}

    async def run(self, size: int) -> None:
        """Replay, as far as the law allows; `size` is how many entries there are."""
        while self.done < self._until:
            first, last = self.done, min(self._until, self.done + PAGE)
            bodies = await rows_in(self._tx, Span("ledger_entry", ("id", "body"), "id", first, last))
            openings = _by_entry(await rows_in(self._tx, Span("opening", _OPENING, "entry", first, last)))
            for row in bodies:
                if not self._entry(row, openings.get(self.done, [])):
                    self._until = self.done
                    break
                self.done += 1
            self._tell("law", self.done, self._until)
        if self.done < size:
            self._found.leave_unchecked(f"the law from entry {self.done} on, which cannot be replayed")
        if self.done == size:
            await self._check_erased()
            await self._check_polls()
        await self._check_openings_of_nothing(size)
        await self._check_requests(size)

    def _entry(self, row: Row, openings: list[Row]) -> bool:
        body = row["body"]
        try:
            assert isinstance(body, bytes)
            entry = decode(body)
            if entry.at < self._last_at:
                raise Refused("ledger-1", "the time of an entry is never earlier than that of the one before")
            check(self.state, entry)
            self.state.update(apply(self.state, entry, self.done))
        except (Malformed, Refused, AssertionError) as error:
            self._found.fault("ledger_entry", self.done, ("body",), f"the law does not allow this entry: {error}")
            return False
        self._last_at = entry.at
        self._keep_seal(entry)
        if isinstance(entry.act, OpenPoll):
            self._polls[self.done] = entry.act.post
        self._check_openings(commitments_of(entry), openings)
        return True

    def _keep_seal(self, entry: Entry) -> None:
        if isinstance(entry.act, SealBox | CloseVote):
            self.seals.setdefault(entry.act.vote, []).append(Seal(self.done, entry.act.size, entry.act.root))

    def _check_openings(self, committed: dict[str, str], openings: list[Row]) -> None:
        self._found.count("opening", len(openings))
        for row in openings:
            field, salt, value = row["field"], row["salt"], row["value"]
            name = (self.done, field)
            expected = committed.pop(str(field), None)
            if expected is None:
                self._found.fault("opening", name, ("field",), "the entry makes no such commitment")
            elif not isinstance(salt, bytes) or len(salt) != SALT_SIZE:
                self._found.fault("opening", name, ("salt",), "a salt is 32 bytes")
            elif commit(str(field), salt, str(value).encode()).hex() != expected:
                self._found.fault("opening", name, ("salt", "value"), "it does not open the entry's commitment")
        self._absent += [(self.done, field_) for field_ in committed]

    async def _check_erased(self) -> None:
        """What is not there was erased by an entry, and what was erased is not there."""
        marks = {(mark.entry, mark.what): mark for mark in self.state.values() if isinstance(mark, Erased)}
        for entry, field in self._absent:
            mark = marks.get((entry, what_of(field)))
            if entry in self._polls and field.startswith(_OF_A_POLL):
                await self._check_poll_is_gone(entry, field)
            elif mark is None:
                self._found.fault("opening", (entry, field), (), "the opening is missing, and no entry erased it")
            else:
                self._found.is_missing(entry, field, mark.erasure)
        for row in await openings_of(self._tx, sorted({mark.entry for mark in marks.values()})):
            mark = marks.get((row.entry, what_of(row.field)))
            if mark is not None:
                why = f"entry {mark.erasure} erased it, and it is here"
                self._found.fault("opening", (row.entry, row.field), (), why)

    async def _check_poll_is_gone(self, entry: int, field: str) -> None:
        """The words of a poll are its author's, and go with the post (POLICY [poll-6])."""
        post = await find_post(self._tx, int(self._polls[entry]))
        if post is not None and post.deleted_at is None:
            self._found.fault("opening", (entry, field), (), "the opening is missing, and the post of the poll is here")

    async def _check_polls(self) -> None:
        """The answers that a post offers are those that its poll is bound to."""
        for row in await openings_of(self._tx, sorted(self._polls)):
            if row.entry in self._polls and row.field.startswith("option/"):
                poll, place = int(self._polls[row.entry]), int(row.field.removeprefix("option/")) - 1
                offered = {one.place: one.title for one in (await options_among(self._tx, [poll])).get(poll, [])}
                if offered and offered.get(place) != row.value:
                    what = f"it is not the answer that entry {row.entry} is bound to"
                    self._found.fault("poll_option", (poll, place), ("title",), what)

    async def _check_openings_of_nothing(self, size: int) -> None:
        for row in await rows_outside(self._tx, Span("opening", ("entry", "field"), "entry", 0, size)):
            self._found.fault("opening", (row["entry"], row["field"]), ("entry",), "there is no such entry")

    async def _check_requests(self, size: int) -> None:
        async for rows in pages(self._tx, "request_key", ("id",), ("id", "entry")):
            self._found.count("request_key", len(rows))
            for row in rows:
                if not isinstance(row["entry"], int) or not 0 <= row["entry"] < size:
                    self._found.fault("request_key", row["id"], ("entry",), "there is no such entry")


def commitments_of(entry: Entry) -> dict[str, str]:
    """The commitments of an entry: their hashes (hex) by field."""
    return dict(_commitments(entry))


def _commitments(entry: Entry) -> Iterator[tuple[str, str]]:
    act = entry.act
    commits: Commits = getattr(act, "commits", ()) or getattr(getattr(act, "change", None), "commits", ())
    for one in commits:
        yield one.field, one.hash
    if isinstance(act, Decide):
        for answer in act.milder:
            yield f"milder/{answer.sanction}", answer.hash
        for place, named in enumerate(act.posts, 1):
            yield f"content/{place}", named.hash


def _by_entry(rows: list[Row]) -> dict[object, list[Row]]:
    found: dict[object, list[Row]] = {}
    for row in rows:
        found.setdefault(row["entry"], []).append(row)
    return found
