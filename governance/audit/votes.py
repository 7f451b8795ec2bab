"""V1, V2, V3, R2 and P4: each vote's roll rebuilt, its sealed boxes recomputed, and the whole recounted."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress

from msgspec import Struct

from governance.acts.members import CloseAccount, Grant
from governance.acts.proposals import Enact
from governance.acts.votes import CloseVote, OpenPoll, OpenVote, SealBox
from governance.audit.checks import A1, L1, P4, R2, V1, V2, V3, Check
from governance.audit.findings import Findings
from governance.audit.roll import Rolls
from governance.audit.sources import Boxes, BoxName, decode_ballot, decode_mark
from governance.commitment import commit
from governance.entry import Entry
from governance.members import Member, register_of
from governance.proposals import Proposal
from governance.state import State
from governance.votes import Vote, count_places, has_choice, places_counted, result_of, winners_of
from ledger.errors import LogInvalid, Malformed, RootInvalid, Unavailable

Counts = tuple[int, ...]


class _Seal(Struct, frozen=True):
    entry: int
    size: int
    root: str


class Recounted(Struct, frozen=True):
    """Where a recount came to something else than was stated, by proposal.

    Why nothing was adopted, and whom an election chose.
    """

    not_adopted: dict[int, str]
    elected: dict[int, tuple[int, ...]]


class _Unread(Exception):
    """A box could not be read, which has been taken down."""


class Votes:
    """Follows the replay of votes; keeps the seals of those that are open, and who left while they were."""

    def __init__(self, boxes: Boxes, findings: Findings) -> None:
        self._boxes = boxes
        self._findings = findings
        self._rolls = Rolls()
        self._seals: dict[int, list[_Seal]] = {}
        self._left: dict[int, set[int]] = {}
        self._recounted = Recounted({}, {})

    def before(self, state: State, index: int, entry: Entry) -> None:
        """What an act of a vote states, held against the State before it."""
        match entry.act:
            case OpenVote():
                proposal = state[Proposal, entry.act.proposal] if entry.act.proposal else None
                self._open(state, index, entry.act, None if proposal is None else proposal.edge)
            case OpenPoll():
                self._open(state, index, entry.act, register_of(state).length)
            case CloseAccount():
                for left in self._left.values():
                    left.add(entry.act.member)
            case Enact(proposal=proposal) if proposal in self._recounted.not_adopted:
                self._findings.add(R2, "violation", index, self._recounted.not_adopted[proposal])
            case Grant(member=member, basis=basis) if entry.by == "clock" and basis in self._recounted.elected:
                if member not in self._recounted.elected[basis]:
                    why = f"the election of proposal {basis} did not choose m:{member} when its ballots are counted"
                    self._findings.add(A1, "violation", index, why)
            case _:
                pass

    def after(self, state: State, index: int, entry: Entry) -> None:
        """What an act of a vote states, held against the State after it and the vote's boxes."""
        match entry.act:
            case SealBox(vote=number, size=size, root=root):
                self._seals.setdefault(number, []).append(_Seal(index, size, root))
            case CloseVote(vote=number):
                vote = state[Vote, number]
                if vote is not None and number in self._left:
                    _Count(self._boxes, self._findings, state, number, vote, index, entry.act).run(
                        self._seals.pop(number, []), self._left.pop(number), self._recounted
                    )
            case _:
                pass

    def finish(self, state: State) -> None:
        """Read the boxes of the votes that are open still, as far as they are sealed."""
        for number in sorted(self._seals):
            vote = state[Vote, number]
            if vote is not None:
                reader = _Reader(self._boxes, self._findings, number, check_of(vote))
                with suppress(_Unread):
                    deque(reader.sealed(self._seals[number]), maxlen=0)

    def _open(self, state: State, index: int, act: OpenVote | OpenPoll, edge: int | None) -> None:
        """The roll are the places up to an edge; that of a jury, which has none, the law itself has seen."""
        self._left[index] = set()
        if edge is None:
            return
        size, root = self._rolls.rebuild(state, edge, register_of(state).closures)
        if (size, root) != (act.roll_size, act.roll_root):
            stated = f"{act.roll_size} names under the root {act.roll_root[:16]}…"
            why = f"the roll has {size} names under the root {root[:16]}…, and not {stated}"
            self._findings.add(V1, "violation", index, why)


def check_of(vote: Vote) -> type[Check]:
    """The check that recounts a vote: a proposal's is the law's, a jury's its verdict, a poll's is for itself."""
    return V3 if vote.poll else P4 if vote.jury else R2


class _Reader:
    """Reads the boxes of one vote and takes down what is wrong with them."""

    def __init__(self, boxes: Boxes, findings: Findings, vote: int, check: type[Check]) -> None:
        """`check` is whose finding it is when what was published at the close is wrong or missing."""
        self._check = check
        self._boxes = boxes
        self._findings = findings
        self._vote = vote

    def sealed(self, seals: Sequence[_Seal]) -> Iterator[bytes]:
        """The ballots up to the largest seal; each seal's root is recomputed. Raises _Unread."""
        if not seals:
            return
        last = max(seals, key=lambda seal: (seal.size, seal.entry))
        sizes: dict[int, list[_Seal]] = {}
        for seal in seals:
            sizes.setdefault(seal.size, []).append(seal)

        def on_root(size: int, root: bytes) -> None:
            for seal in sizes[size]:
                if seal.root != root.hex():
                    why = f"the {size} ballots that this seal covers are others now: the sealed box was not extended"
                    self._findings.add(V2, "violation", seal.entry, why)

        leaves = self._boxes.read(self._vote, "box", last.size, bytes.fromhex(last.root), sorted(sizes), on_root)
        try:
            yield from (body for _, body in leaves)
        except RootInvalid:
            # Told already, at the seal whose root it is.
            raise _Unread from None
        except (LogInvalid, Unavailable) as error:
            self._lose(error, last.entry, V2)

    def published(self, name: BoxName, size: int, root: str, entry: int) -> Iterator[bytes]:
        """The entries of a box that was published at the close. Raises _Unread."""
        leaves = self._boxes.read(self._vote, name, size, bytes.fromhex(root), (), lambda _size, _root: None)
        try:
            yield from (body for _, body in leaves)
        except RootInvalid:
            why = f"the {name} that are shown do not have the root that the close states"
            self._findings.add(self._check, "violation", entry, why)
            raise _Unread from None
        except (LogInvalid, Unavailable) as error:
            self._lose(error, entry, self._check)

    def _lose(self, error: LogInvalid | Unavailable, entry: int, check: type[Check]) -> None:
        if isinstance(error, LogInvalid):
            self._findings.add(L1, "violation", entry, str(error))
        self._findings.add(check, "unverified", entry, f"the box of vote {self._vote} cannot be read: {error}")
        raise _Unread from error


class _Lenient:
    """Entries that are read beside others, which are read on when these fail; the failure is told at the end."""

    def __init__(self, entries: Iterator[bytes]) -> None:
        self._entries = entries
        self._failed = False

    def next(self) -> bytes | None:
        """The next entry, None after the last or a failure."""
        if self._failed:
            return None
        try:
            return next(self._entries, None)
        except _Unread:
            self._failed = True
            return None

    def drain(self) -> int:
        """How many entries are left; raises _Unread if they were not read to their end."""
        if self._failed:
            raise _Unread
        return sum(1 for _ in self._entries)


class _Count:
    """The recount of one closed vote."""

    def __init__(
        self, boxes: Boxes, findings: Findings, state: State, number: int, vote: Vote, entry: int, act: CloseVote
    ) -> None:
        self._check = check_of(vote)
        self._reader = _Reader(boxes, findings, number, self._check)
        self._findings = findings
        self._state = state
        self._number = number
        self._vote = vote
        self._entry = entry
        self._act = act

    def run(self, seals: Sequence[_Seal], left: set[int], recounted: Recounted) -> None:
        """Recount; what the count did not adopt, and whom it chose, is kept in `recounted` for what comes of it."""
        try:
            counts = self._recount(seals)
            if counts is not None:
                self._compare(counts, recounted)
        except _Unread:
            self._findings.add(self._check, "unverified", self._entry, f"vote {self._number} cannot be recounted")
        with suppress(_Unread):
            self._check_marks(left)

    def _recount(self, seals: Sequence[_Seal]) -> Counts | None:
        """The choices by number, None where an opening does not open its ballot."""
        counts = [0] * count_places(self._vote)
        wrong = 0
        openings = _Lenient(self._reader.published("openings", self._act.size, self._act.openings_root, self._entry))
        # The box is read to its end whatever becomes of the openings: each of its seals is to be held against it.
        for place, sealed in enumerate(self._reader.sealed(seals)):
            opening = openings.next() if place < self._act.size else None
            choice = None if opening is None else self._choice(place, sealed, opening)
            if choice is not None:
                for counted in places_counted(self._vote, choice):
                    counts[counted] += 1
            elif opening is not None:
                wrong += 1
        if openings.drain():
            wrong += 1
            self._say(f"vote {self._number} has more openings than ballots that were sealed")
        return None if wrong else tuple(counts)

    def _choice(self, place: int, sealed: bytes, opening: bytes) -> int | None:
        """What a ballot says, None where its opening does not open it."""
        try:
            ballot = decode_ballot(opening)
        except Malformed as error:
            self._say(f"the opening at place {place} of vote {self._number}: {error}")
            return None
        opened = commit(f"ballot/{self._number}", bytes.fromhex(ballot.token), str(ballot.choice).encode())
        if ballot.place != place or sealed != opened:
            self._say(f"the opening at place {place} of vote {self._number} does not open the ballot in the box")
            return None
        if not has_choice(self._vote, ballot.choice):
            self._say(
                f"the ballot at place {place} of vote {self._number} says {ballot.choice}, which is no choice of it"
            )
            return None
        return ballot.choice

    def _compare(self, counts: Counts, recounted: Recounted) -> None:
        if counts == self._act.counts:
            return
        stated, counted = (result_of(self._vote, each) for each in (self._act.counts, counts))
        self._say(f"the ballots count {_told(counts)} ({counted}), and not {_told(self._act.counts)} ({stated})")
        if stated == "adopted" != counted and self._vote.proposal:
            why = f"vote {self._number} is {counted} when its ballots are counted: nothing was adopted to be enacted"
            recounted.not_adopted[self._vote.proposal] = why
        if self._vote.approval:
            recounted.elected[self._vote.proposal] = winners_of(self._state, self._vote, counts)

    def _check_marks(self, left: set[int]) -> None:
        act = self._act
        last = -1
        for body in self._reader.published("marks", act.size + act.late, act.marks_root, self._entry):
            try:
                member = decode_mark(body).member
            except Malformed as error:
                self._say(f"a mark of vote {self._number}: {error}")
                continue
            if member <= last:
                self._say(f"the marks of vote {self._number} are not sorted, or m:{member} has two")
            elif not self._is_on_roll(member, left):
                self._say(f"m:{member} is marked as having voted, and is not on the roll")
            last = member

    def _is_on_roll(self, number: int, left: set[int]) -> bool:
        member = self._state[Member, number]
        if self._vote.jury:
            return number in self._vote.jurors
        return member is not None and 0 <= member.place < self._vote.edge and (not member.closed or number in left)

    def _say(self, why: str) -> None:
        self._findings.add(self._check, "violation", self._entry, why)


def _told(counts: Counts) -> str:
    return ", ".join(map(str, counts))
