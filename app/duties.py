"""What the clock does through the door: admissions, and the steps of proposals and votes whose date has come.

A deadline is a date and needs no job. Here only what brings something new is recorded; a `Refused` means that
it was done already, or cannot be done now, and the next look tries again.
"""

import secrets
from collections.abc import Sequence
from hashlib import sha256

import structlog

from app.ballots import tally
from app.certified import open_waiting
from app.clock import Clock
from app.decisions import Coin
from app.deeds import Beside
from app.moderation import Foresight, bind
from app.preview import look_before_vote
from app.record import Deed, Door
from app.resources import policy_text
from app.store import boxes, duties, juries
from app.store.engines import Database, Tx
from app.store.governed import value_of, values_of
from app.store.ledger import openings_of
from app.store.votes import sort_marks
from governance.acts.juries import DrawJury
from governance.acts.members import Admit, Grant
from governance.acts.proposals import AmendCharter, AnyChange, Elect, Enact, Freeze, Worded
from governance.acts.votes import CloseVote, OpenVote, SealBox
from governance.commitment import SALT_SIZE, Opening
from governance.elections import Elected
from governance.entry import AnyAct
from governance.errors import Refused
from governance.juries import drawn_seats
from governance.matters import matter_of
from governance.members import REGISTER, SQUARE, Member, Register, Square
from governance.proposals import Proposal
from governance.terms import Term, size_of
from governance.votes import LAST_SEAL, Vote
from ledger.merkle import Edge, hash_leaf, root_of

log = structlog.get_logger()

LET_COMMIT = 1_000
"""Milliseconds after the close before the last seal: ballots that came in time are committed by then."""

ROOM = 1_000
"""Milliseconds that a vote is opened longer than its term, so that the door's own wait does not shorten it."""


class Duties:
    """The clock's acts on one square."""

    def __init__(self, database: Database, door: Door, clock: Clock) -> None:
        self._database = database
        self._door = door
        self._clock = clock

    async def do_all(self) -> None:
        """Do whatever is due now."""
        await self.admit()
        await self.advance_proposals()
        await self.seat_juries()
        await open_waiting(self._database, self._door, self._clock)
        await self.keep_boxes()

    async def admit(self) -> int:
        """Admit all who wait, together and shuffled, when the time has come; return how many."""
        now = self._clock.now()

        async def due(tx: Tx) -> Sequence[int]:
            square = await value_of(tx, Square, SQUARE)
            if square is None:
                return []
            every = await _duration(tx, "admission")
            next_at = square.founded + ((now - square.founded) // every + 1) * every
            return await duties.waiting_accounts(tx) if await duties.admission_is_due(tx, now, next_at) else []

        accounts = list(await self._database.write(due))
        # Shuffled, so that neither order of sign-up nor of names is to be read from the numbers.
        secrets.SystemRandom().shuffle(accounts)
        for account in accounts:
            await admit_account(self._door, account)
        return len(accounts)

    async def advance_proposals(self) -> None:
        """Freeze, open, or enact each proposal whose date has come."""
        now = self._clock.now()
        for number, proposal in (await self._database.read(lambda tx: duties.due_proposals(tx, now))).items():
            if proposal.status == "discussion":
                await self._freeze(number, proposal)
            elif proposal.status in ("frozen", "between"):
                await self._open_vote(number, proposal, now)
            else:
                await self._enact(number, proposal)

    async def _freeze(self, number: int, proposal: Proposal) -> None:
        preview = await look_before_vote(self._database, proposal, self._clock.now())
        opening = Opening("preview", secrets.token_bytes(SALT_SIZE), preview.text())
        await self._try(Freeze(number, proposal.version, (opening.commit(),)), (opening,))

    async def _open_vote(self, number: int, proposal: Proposal, now: int) -> None:
        async def draw(tx: Tx) -> OpenVote:
            register = await value_of(tx, Register, REGISTER)
            assert register is not None
            size, root = await duties.read_roll(tx, proposal.edge)
            closes = now + await _duration(tx, "voting") + ROOM
            return OpenVote(number, 0, register.closures, size, root, closes)

        await self._try(await self._database.read(draw))

    async def _enact(self, number: int, proposal: Proposal) -> None:
        openings = await self._database.read(lambda tx: openings_of_proposal(tx, proposal))
        if not opens(openings, proposal.change):
            # A rule whose words cannot be shown does not come into force, and holds nothing else up.
            log.error("the words of an adopted change are gone", proposal=number)
            return
        if isinstance(proposal.change, AmendCharter) and proposal.change.program and not is_carried(proposal.change):
            return  # it waits for the release that carries it, and holds nothing else up
        if isinstance(proposal.change, Elect):
            await self._give_offices(number, proposal.change)
        else:
            await self._try(Enact(number, proposal.change), openings)

    async def _give_offices(self, number: int, change: Elect) -> None:
        """The election comes into force, and those whom it chose take office, in one group: all of it or nothing."""

        async def grants(tx: Tx) -> list[AnyAct]:
            elected = await value_of(tx, Elected, number)
            assert elected is not None, "an election that is adopted chose somebody"
            members = await values_of(tx, Member, elected.waiting)
            until = self._clock.now() + await _duration(tx, "office")
            return [Grant(one, change.role, until, number) for one in elected.waiting if not members[one].closed]

        acts = [Enact(number, change), *await self._database.read(grants)]
        await self._try_all([Deed(act, "clock") for act in acts])

    async def seat_juries(self) -> None:
        """Draw a jury for what waits for one, and open the vote of each that has seen the evidence."""
        now = self._clock.now()

        async def waiting(tx: Tx) -> list[int]:
            return [*await juries.appeals_for_juries(tx, now), *await juries.emergencies_for_juries(tx, now)]

        for number in await self._database.read(waiting):
            await self._draw_jury(number, now)
        for number, jury in (await self._database.read(lambda tx: juries.due_juries(tx, now))).items():
            roll = [hash_leaf(f"m:{member}".encode()) for member in jury.roll]
            closes = now + await self._database.read(lambda tx: _duration(tx, "verdict")) + ROOM
            await self._try(OpenVote(0, number, 0, len(roll), root_of(roll).hex(), closes))

    async def _draw_jury(self, number: int, now: int) -> None:
        async def draw(tx: Tx) -> tuple[DrawJury, Coin] | None:
            law = Foresight(tx, now)
            matter = await law.ask(lambda state: matter_of(state, number))
            secret = await juries.secret_of(tx, matter.coin)
            if secret is None:
                log.error("the secret of a draw is gone: no jury can be drawn", matter=number)
                return None
            coin = Coin()
            seats = await law.ask(lambda state: drawn_seats(state, matter, secret.hex()))
            return DrawJury(number, secret.hex(), seats, coin.hash if matter.may_be_appealed else ""), coin

        drawn = await self._database.read(draw)
        if drawn is not None:
            await self._try(drawn[0], beside=drawn[1].keep)

    async def keep_boxes(self) -> None:
        """Seal boxes that have grown, and close votes whose date has come."""
        now = self._clock.now()
        for number, vote in (await self._database.read(duties.open_votes)).items():
            box = await self._box(number, vote)
            every = await self._database.read(lambda tx: _duration(tx, "seal"))
            over = now >= vote.closes + LET_COMMIT
            grown = box.size > vote.sealed_size
            if (
                grown
                and now <= vote.closes + LAST_SEAL
                and (over or (now < vote.closes and now >= vote.sealed_at + every))
            ):
                await self._try(SealBox(number, box.size, Edge.from_bytes(box.edge).root().hex()))
            elif over:
                await self._close(number, vote, box.size)

    async def _box(self, number: int, vote: Vote) -> boxes.BoxRow:
        """The box, read under its lock: so nothing that came in time is still on its way."""
        return await self._database.write(lambda tx: boxes.lock_box(tx, number, vote.closes))

    async def _close(self, number: int, vote: Vote, size: int) -> None:
        # In a transaction of its own, before the entry: nobody at the door waits for it, and doing it twice is no harm.
        await self._database.write(lambda tx: sort_marks(tx, number))
        counted = await self._database.read(lambda tx: tally(tx, number, vote))
        given = await self._database.read(lambda tx: juries.reasons_of_jurors(tx, number)) if vote.jury else []
        reasons = tuple(bind(f"reasons/{place}", text) for place, text in enumerate(given, 1))

        async def forget(tx: Tx, entry: int) -> None:
            await juries.forget_reasons(tx, number)

        act = CloseVote(
            vote=number,
            size=vote.sealed_size,
            root=vote.sealed_root,
            openings_root=counted.openings_root,
            marks_root=counted.marks_root,
            late=size - vote.sealed_size,
            counts=counted.counts,
            commits=tuple(opening.commit() for opening in reasons),
        )
        await self._try(act, reasons, beside=forget if vote.jury else None)

    async def _try(self, act: AnyAct, openings: tuple[Opening, ...] = (), beside: Beside | None = None) -> None:
        await self._try_all([Deed(act, "clock", openings, beside=beside)])

    async def _try_all(self, deeds: Sequence[Deed]) -> None:
        try:
            await self._door.record_all(deeds)
        except Refused as refusal:
            act = type(deeds[0].act).__name__
            log.info("the clock was refused", act=act, clause=refusal.clause, why=refusal.why)


async def admit_account(door: Door, account: int) -> int:
    """Admit the member behind an account, once; returns the member's number."""
    recorded = await door.record_all([Deed(Admit(), "clock", request=f"admit:{account}", account=account)])
    return recorded[0].index


def is_carried(change: AmendCharter) -> bool:
    """Whether the release that runs carries this text of the charter."""
    return sha256(policy_text().encode()).hexdigest() == change.charter


def opens(openings: Sequence[Opening], change: AnyChange) -> bool:
    """Whether these open every commitment of a change."""
    if not isinstance(change, Worded):
        return True
    return {commit.hash for commit in change.commits} == {opening.commit().hash for opening in openings}


async def openings_of_proposal(tx: Tx, proposal: Proposal) -> tuple[Opening, ...]:
    """What opens the commitments of the text that stands."""
    if not isinstance(proposal.change, Worded):
        return ()
    rows = await openings_of(tx, [proposal.written])
    return tuple(Opening(row.field, row.salt, row.value) for row in rows)


async def _duration(tx: Tx, name: str) -> int:
    term = await value_of(tx, Term, name)
    assert term is not None, f"a founded square has the term {name}"
    return int(size_of(term.value))
