"""One audit from its first byte to its report."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from app.auditor.cosigned import hold_cosignatures
from app.auditor.live import TIMELINE, look_again, look_at
from app.auditor.reading import LEDGER, LogBoxes, Source
from app.auditor.report import Limit, Progress, Report, Seen, View, exit_of, verdict_of
from app.auditor.succession import check_succession, heir_of, signed_by_latest
from app.auditor.times import Times
from app.auditor.views import Held, Signed, Stopped, grown, open_signed, read_checkpoint, shown_key
from app.auditor.web import Web
from app.clock import Clock
from governance.audit import LIMITS, Audit, Findings
from governance.audit.checks import C1, L1, T1
from governance.figures import Figures
from ledger.cosignature import WitnessKey
from ledger.errors import LogInvalid, Malformed, NotFound, Unavailable
from ledger.note import VerifierKey
from ledger.policy import Policy
from ledger.verify import verify_sublog

LOOKS = 3
"""How often what is wrong on the live square is looked at before it is believed: its ledger may grow meanwhile."""

NEAR = 60_000
"""How far, in ms, `at` may lie from now for the live square to be looked at."""

NO_KEY = (
    "THE KEY WAS NOT GIVEN. This audit believes the key that the square itself shows, so a square that is replaced "
    "whole would pass. Compare it with the key published elsewhere, and audit with --key."
)


A_COPY = (
    "this address says that it serves a copy, made from {where}, and it shows no public timeline: what the square "
    "itself shows was not looked at. If this is the square's own address, it hides that"
)


class Question(Struct, frozen=True):
    """What is to be audited, and how.

    `key` is the verifier key to believe, None for the one that the square shows; `since` the first entry to be judged;
    `at` the time of open dates (Unix ms), None for now; `seen` checkpoints that somebody has from before; `memory` a
    monitor's folder; `witnesses` and `policy` who must have cosigned the checkpoint. `copy` says that the address
    serves a copy of the ledger and no square. `posts` are looked at besides, by number. `pause` is in seconds, between
    two looks.
    """

    where: str
    key: VerifierKey | None = None
    since: int = 0
    at: int | None = None
    seen: tuple[Seen, ...] = ()
    memory: Path | None = None
    witnesses: tuple[WitnessKey, ...] = ()
    policy: Policy | None = None
    copy: bool = False
    pause: float = 1.0
    posts: tuple[str, ...] = ()


def run_audit(question: Question, clock: Clock, tell: Progress) -> Report:
    """Audit what is asked for; whatever goes wrong is in the report."""
    run = _Run(question, clock, tell)
    try:
        with Source(question.where) as source, _without_collector():
            run.audit(source)
    except (Stopped, Malformed) as error:
        run.stopped = str(error)
    return run.report()


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing of a State is a cycle, and looking for some through all of it takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Run:
    def __init__(self, question: Question, clock: Clock, tell: Progress) -> None:
        self.stopped = ""
        self._question = question
        self._clock = clock
        self._tell = tell
        self._began = time.monotonic()
        self._where = question.where
        self._key: VerifierKey | None = question.key
        self._head: Signed | None = None
        self._audit: Audit | None = None
        self._findings = Findings(question.since)
        self._warnings: list[str] = []
        self._two_views: list[tuple[View, View]] = []
        self._figures: Figures | None = None
        self._at = clock.now() if question.at is None else question.at

    def audit(self, source: Source) -> None:
        self._where = source.where
        given = self._question.key or self._shown_key(source)
        key, head = self._begin(source, given)
        self._key, self._head = key, head
        size = head.checkpoint.size
        if size and self._question.since >= size:
            raise Stopped(f"there is no entry {self._question.since} to judge from: {size} are signed")
        seen = [open_signed(one.name, one.note, [given, key]) for one in self._question.seen]
        origin = head.checkpoint.origin
        times = None if self._question.memory is None else Times(self._question.memory, head.checkpoint)
        if times is not None:
            seen.append(times.latest)
        audit = Audit(origin, source.openings(), LogBoxes(source.reader), since=self._question.since)
        self._audit, self._findings = audit, audit.findings
        asked = self._question
        hold_cosignatures(head.note, key, asked.witnesses, asked.policy, self._clock.now(), audit.findings)
        held = Held(source, head, audit.findings)
        self._two_views = held.two_views
        if self._replay(source, audit, head, seen, held, times):
            self._follow_key(source, audit, given, key, head)
            self._choose_time(audit)
            audit.finish(self._at)
            if audit.findings.complete:
                self._figures = audit.figures(self._at)
            self._look(source, audit, head, key)
            self._look_back(source, held, key)
            if times is None:
                audit.findings.skip(T1, "not checked: needs the memory of a monitor, given with --memory")
        elif key != given:
            self._findings = Findings(self._question.since)
            raise Stopped(f"the ledger of {source.where} is not what is signed, so no key follows another")

    def _begin(self, source: Source, given: VerifierKey) -> tuple[VerifierKey, Signed]:
        """The checkpoint, under the key that was given or under the one that says it follows it."""
        try:
            return given, read_checkpoint(source, given)
        except Stopped as error:
            heir = heir_of(source, given)
            if heir is None:
                raise
            try:
                return heir, read_checkpoint(source, heir)
            except Stopped:
                raise error from None

    def _follow_key(self, source: Source, audit: Audit, given: VerifierKey, key: VerifierKey, head: Signed) -> None:
        """Nothing of what was found counts unless the key that was given leads to the one that signed."""
        try:
            if key != given:
                self._warnings.append(check_succession(source, audit.state, given, key, head.checkpoint))
        except Stopped:
            self._findings = Findings(self._question.since)
            raise
        if why := signed_by_latest(audit.state, head):
            audit.findings.keep(L1, "violation", -1, why)

    def _shown_key(self, source: Source) -> VerifierKey:
        key = shown_key(source)
        self._warnings.append(NO_KEY)
        return key

    def _replay(
        self, source: Source, audit: Audit, head: Signed, seen: list[Signed], held: Held, times: Times | None
    ) -> bool:
        """Verify and judge every entry; True when all were read."""
        roots: dict[int, bytes] = {}
        size = head.checkpoint.size
        leaves = verify_sublog(
            source.reader,
            LEDGER,
            size,
            head.checkpoint.root,
            roots_at=[one.checkpoint.size for one in seen if one.checkpoint.size <= size],
            on_root=roots.__setitem__,
            progress=lambda done, total: self._tell("entries", done, total),
        )
        try:
            audit.replay(leaves if times is None else times.hold(leaves, audit.findings))
        except LogInvalid as error:
            audit.findings.keep(L1, "violation", -1 if error.index is None else error.index, str(error))
            return False
        except Unavailable as error:
            audit.findings.keep(L1, "unverified", audit.size, f"the ledger cannot be read to its end: {error}")
            return False
        for one in seen:
            held.seen(one, roots.get(one.checkpoint.size))
        return True

    def _choose_time(self, audit: Audit) -> None:
        if self._at >= audit.last_at:
            return
        if self._question.at is not None:
            raise Stopped("the time given with --at is earlier than the last entry; give a later one")
        ahead = (audit.last_at - self._at) // 1000
        self._warnings.append(f"the last entry is dated {ahead} s in the future of this machine's clock")
        self._at = audit.last_at

    def _look(self, source: Source, audit: Audit, head: Signed, key: VerifierKey) -> None:
        given = self._question.at
        if source.web is None or self._question.copy or self._is_copy(source, source.web):
            audit.findings.skip(C1, "not checked: needs the live square, and a copy of its ledger was audited")
        elif given is not None and abs(given - self._clock.now()) > NEAR:
            audit.findings.skip(C1, "not checked: the live square shows what is now, and --at gave another time")
        else:
            try:
                self._look_at(source, source.web, audit, head, key)
            except (Malformed, Unavailable, LogInvalid, Stopped) as error:
                audit.findings.keep(C1, "unverified", -1, f"the live square cannot be looked at: {error}")

    def _is_copy(self, source: Source, web: Web) -> bool:
        """Whether an address says that it serves a copy, and shows no public timeline, as a square would have to."""
        try:
            where = source.copied_from()
            if where:
                web.read_json(TIMELINE)
        except NotFound:
            self._warnings.append(A_COPY.format(where=where))
            return True
        except Unavailable:
            return False
        return False

    def _look_at(self, source: Source, web: Web, audit: Audit, head: Signed, key: VerifierKey) -> None:
        def tell(done: int, total: int) -> None:
            self._tell("posts", done, total)

        look = look_at(web, audit.expected(self._clock.now()), tell, self._question.posts)
        audit.findings.judged(C1, look.seen)
        audit.findings.note(C1, look.told())
        wrong = look.wrong
        for _ in range(1, LOOKS):
            if not wrong:
                break
            # The square may have acted since its checkpoint was read: what is wrong then is looked at again.
            time.sleep(self._question.pause)
            later = read_checkpoint(source, key)
            if later.checkpoint.size > head.checkpoint.size:
                audit.follow(grown(source, head, later))
                head = later
            wrong = look_again(web, audit.expected(self._clock.now()), tell, wrong.keys())
        for mismatch in wrong.values():
            audit.findings.keep(C1, "violation", mismatch.entry, mismatch.why)

    def _look_back(self, source: Source, held: Held, key: VerifierKey) -> None:
        """The checkpoint that is served now must begin with the one that was audited."""
        try:
            later = read_checkpoint(source, key)
        except Stopped as error:
            self._warnings.append(f"the checkpoint could not be read once more: {error}")
        else:
            held.later(later)

    def report(self) -> Report:
        acts = {} if self._audit is None else self._audit.count()
        rows = self._findings.rows()
        code = exit_of(rows, bool(self._two_views))
        head = None if self._head is None else self._head.checkpoint
        return Report(
            where=self._where,
            exit=int(code),
            verdict=verdict_of(code),
            origin="" if head is None else head.origin,
            size=0 if head is None else head.size,
            root="" if head is None else head.root.hex(),
            key="" if self._key is None else self._key.format(),
            key_given=self._question.key is not None,
            at=self._at,
            since=self._question.since,
            judged=sum(acts.values()),
            last_at=0 if self._audit is None else self._audit.last_at,
            complete=self._findings.complete,
            stopped=self.stopped,
            warnings=tuple(self._warnings),
            two_views=tuple(self._two_views),
            acts=acts,
            checks=rows,
            figures=self._figures,
            cannot_find=tuple(Limit(what, found_by) for what, found_by in LIMITS),
            seconds=round(time.monotonic() - self._began, 3),
        )
