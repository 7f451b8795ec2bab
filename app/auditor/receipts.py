"""A voter's receipt, held against the box that was sealed or counted, out of a few tiles of box and ledger."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from app.auditor.reading import LEDGER, Source
from app.auditor.report import Exit, verdict_of
from app.auditor.views import Signed, Stopped, open_signed, read_checkpoint
from governance.acts.elections import Stand, StandDown
from governance.acts.proposals import Elect, Propose
from governance.acts.votes import CloseVote, OpenPoll, OpenVote, SealBox
from governance.acts.words import Hash, Index
from governance.boxes import ballot_commitment, check_box_proof, opening_line
from governance.entry import decode
from ledger.checkpoint import Checkpoint
from ledger.errors import LogInvalid, Malformed, ProofInvalid, Unavailable
from ledger.note import VerifierKey
from ledger.proof import BoxProof
from ledger.tiles import TILE_WIDTH, Bundle, decode_bundle, tile_width
from ledger.verify import check_entry

_CHOICES = ("yes", "no", "blank")
_VERDICTS = ("uphold", "reverse", "blank")
_ACTS = (b'"type":"seal_box"', b'"type":"close_vote"')
_STANDING = (b'"type":"stand"', b'"type":"stand_down"')


class Receipt(Struct, frozen=True):
    """What the voter kept: `choice` is 0 yes, 1 no, 2 blank; the token is 32 bytes in hex.

    In an election `choice` is a number whose bits are the candidates, and `approved` names those of the bits set.
    """

    vote: Index
    place: Index
    token: Hash
    choice: Annotated[int, Meta(ge=0, lt=2**32)]
    approved: tuple[str, ...] | None = None


class Found(Struct, frozen=True):
    """What became of a receipt. `seal` is the entry whose box holds the ballot, `counted` says that it closed the vote.

    `size` and `root` (hex) are the box's; `signed` is the size of the checkpoint, `why` the answer in words.
    `named` is what each of the `counts` counts: the choices, of an election its candidates and the blank ballots.
    """

    exit: int
    verdict: str
    why: str
    vote: int
    place: int
    choice: str
    commitment: str
    seal: int
    counted: bool
    size: int
    root: str
    counts: tuple[int, ...] | None
    origin: str
    signed: int
    key: str
    named: tuple[str, ...] = _CHOICES


_receipt = msgspec.json.Decoder(Receipt)


def decode_receipt(data: bytes) -> Receipt:
    """The receipt in a file that the square gave; more may stand in it. Raises Malformed."""
    try:
        return _receipt.decode(data)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Malformed(f"no receipt, which is JSON with vote, place, token and choice: {error}") from error


def find_ballot(receipt: Receipt, where: str, key: VerifierKey) -> Found:
    """Look for the ballot of a receipt in the box at an address or in a copy. Raises Stopped, Malformed."""
    with Source(where) as source:
        signed = read_checkpoint(source, key)
        try:
            return _Search(source, signed, receipt, key).find()
        except (ProofInvalid, LogInvalid) as error:
            raise Stopped(f"the ledger's tiles do not show the seal of vote {receipt.vote}: {error}") from error
        except Unavailable as error:
            raise Stopped(f"the ledger or the box of vote {receipt.vote} cannot be read: {error}") from error


def prove_ballot(data: bytes, receipt: Receipt, key: VerifierKey) -> Found:
    """Hold the ballot of a receipt against the proof of its place in the box, offline. Raises Stopped, Malformed."""
    proof = BoxProof.parse(data)
    signed = open_signed("in the proof", proof.sealed.checkpoint, [key])
    commitment = _commitment_of(receipt)
    try:
        seal = check_box_proof(commitment, proof, [key])
    except ProofInvalid as error:
        why = (
            f"the proof does not lead from this ballot to the ledger: {error}. Look whether place, token and choice "
            "are as on the receipt"
        )
        return _told(receipt, key, signed.checkpoint, Exit.VIOLATION, why, None, proof.sealed.index)
    if (seal.vote, proof.index) != (receipt.vote, receipt.place):
        why = f"the proof is about place {proof.index} of vote {seal.vote}, and the receipt about another"
        return _told(receipt, key, signed.checkpoint, Exit.VIOLATION, why, seal, proof.sealed.index)
    why = (
        f"your ballot, {_said(receipt, _CHOICES)}, lies at place {receipt.place} of {seal.size} in the box as it was "
        "sealed; whether it was counted, --box shows"
    )
    return _told(receipt, key, signed.checkpoint, Exit.HOLDS, why, seal, proof.sealed.index)


class _Search:
    def __init__(self, source: Source, signed: Signed, receipt: Receipt, key: VerifierKey) -> None:
        self._reader = source.reader
        self._ledger: Checkpoint = signed.checkpoint
        self._receipt = receipt
        self._key = key
        self._commitment = _commitment_of(receipt)
        self._named: tuple[str, ...] = _CHOICES
        self._takes_one = False

    def find(self) -> Found:
        receipt = self._receipt
        seal, entry, body = self._last_seal()
        if seal is None:
            return self._told(Exit.UNVERIFIED, "the box of this vote was not sealed yet: come back later", None, 0)
        self._prove(entry, body)
        counted = isinstance(seal, CloseVote)
        if receipt.place >= seal.size:
            return self._told(Exit.UNVERIFIED, _beyond(seal, receipt.place), seal, entry)
        try:
            self._check_box(seal.size, seal.root, "box", self._commitment)
        except ProofInvalid:
            why = (
                f"YOUR BALLOT DOES NOT LIE AT PLACE {receipt.place} of the sealed box. Look whether place, token and "
                "choice are as on the receipt; if they are, the box was tampered with: keep the receipt and show it"
            )
            return self._told(Exit.VIOLATION, why, seal, entry)
        if isinstance(seal, CloseVote):
            token = bytes.fromhex(receipt.token)
            line = opening_line(receipt.choice, receipt.place, token)
            try:
                self._check_box(seal.size, seal.openings_root, "openings", line)
            except ProofInvalid:
                why = f"your ballot lies at place {receipt.place}, and was NOT COUNTED AS CAST: its opening is another"
                return self._told(Exit.VIOLATION, why, seal, entry)
        done = "was counted" if counted else "is sealed; the vote is open still"
        said = self._said()
        why = f"your ballot, {said}, lies at place {receipt.place} of {seal.size} and {done}"
        return self._told(Exit.HOLDS, why, seal, entry)

    def _last_seal(self) -> tuple[SealBox | CloseVote | None, int, bytes]:
        """The entry that closed the vote, else the last that sealed its box; not proven yet."""
        found: tuple[SealBox | CloseVote | None, int, bytes] = (None, 0, b"")
        for index, body in self._entries(self._receipt.vote):
            if index == self._receipt.vote:
                self._check_is_vote(index, body)
            elif any(kind in body for kind in _ACTS):
                act = None
                with suppress(Malformed):
                    act = decode(body).act
                if isinstance(act, SealBox | CloseVote) and act.vote == self._receipt.vote:
                    found = (act, index, body)
                if isinstance(act, CloseVote) and act.vote == self._receipt.vote:
                    break
        return found

    def _check_is_vote(self, index: int, body: bytes) -> None:
        with suppress(Malformed):
            act = decode(body).act
            if isinstance(act, OpenPoll):
                self._prove(index, body)
                self._named = (*(f"answer {place}" for place in range(1, len(act.commits))), _CHOICES[-1])
                self._takes_one = not act.several
                return
            if isinstance(act, OpenVote):
                self._prove(index, body)
                self._named = _VERDICTS if act.jury else self._stood(act.proposal)
                return
        raise Stopped(f"entry {index} opens no vote: this receipt is of another square, or was changed")

    def _stood(self, proposal: int) -> tuple[str, ...]:
        """What a vote on a proposal counts; of an election its candidates, each by an entry that is proven."""
        standing: list[str] = []
        for index, body in self._entries(proposal):
            if index == self._receipt.vote:
                break
            if index != proposal and not any(kind in body for kind in _STANDING):
                continue
            entry = decode(body)
            if index == proposal:
                if not (isinstance(entry.act, Propose) and isinstance(entry.act.change, Elect)):
                    return _CHOICES
            elif isinstance(entry.act, Stand | StandDown) and entry.act.proposal == proposal:
                standing = [*(one for one in standing if one != entry.by), *([entry.by] * isinstance(entry.act, Stand))]
            self._prove(index, body)
        return (*standing, _CHOICES[-1])

    def _entries(self, first: int) -> Iterator[tuple[int, bytes]]:
        """The entries from one on, as they are shown: what is made of them is proven one by one."""
        size = self._ledger.size
        if first >= size:
            raise Stopped(f"this ledger has {size} entries, and no vote {first}")
        for n in range(first // TILE_WIDTH, -(-size // TILE_WIDTH)):
            bundle = Bundle(n, tile_width(0, n, size))
            entries = decode_bundle(self._reader.read(LEDGER + bundle.path), bundle.width)
            skipped = max(0, first - n * TILE_WIDTH)
            yield from enumerate(entries[skipped:], n * TILE_WIDTH + skipped)

    def _prove(self, index: int, body: bytes) -> None:
        check_entry(self._reader, body, index, self._ledger.size, self._ledger.root, prefix=LEDGER)

    def _check_box(self, size: int, root: str, part: str, entry: bytes) -> None:
        prefix = f"votes/{self._receipt.vote}/{part}/"
        check_entry(self._reader, entry, self._receipt.place, size, bytes.fromhex(root), prefix=prefix)

    def _said(self) -> str:
        if self._takes_one and self._receipt.choice < len(self._named):
            return self._named[self._receipt.choice]
        return _said(self._receipt, self._named)

    def _told(self, code: Exit, why: str, seal: SealBox | CloseVote | None, entry: int) -> Found:
        told = _told(self._receipt, self._key, self._ledger, code, why, seal, entry, self._named)
        return msgspec.structs.replace(told, choice=self._said())


def _told(
    receipt: Receipt,
    key: VerifierKey,
    ledger: Checkpoint,
    code: Exit,
    why: str,
    seal: SealBox | CloseVote | None,
    entry: int,
    named: tuple[str, ...] = _CHOICES,
) -> Found:
    return Found(
        exit=int(code),
        verdict=verdict_of(code),
        why=why,
        vote=receipt.vote,
        place=receipt.place,
        choice=_said(receipt, named),
        commitment=_commitment_of(receipt).hex(),
        seal=entry,
        counted=isinstance(seal, CloseVote),
        size=0 if seal is None else seal.size,
        root="" if seal is None else seal.root,
        counts=seal.counts if isinstance(seal, CloseVote) else None,
        origin=ledger.origin,
        signed=ledger.size,
        key=key.format(),
        named=named,
    )


def _said(receipt: Receipt, named: tuple[str, ...]) -> str:
    """What a ballot says in words; of an election as the ledger has its candidates, else as the receipt has them."""
    if named in (_CHOICES, _VERDICTS) and receipt.approved is None:
        return named[receipt.choice] if receipt.choice < len(named) else f"choice {receipt.choice}"
    candidates = () if named is _CHOICES else named[:-1]
    approved = [one for place, one in enumerate(candidates) if receipt.choice >> place & 1] or receipt.approved or ()
    return ", ".join(approved) if receipt.choice else "blank"


def _commitment_of(receipt: Receipt) -> bytes:
    return ballot_commitment(receipt.vote, bytes.fromhex(receipt.token), receipt.choice)


def _beyond(seal: SealBox | CloseVote, place: int) -> str:
    """Why no sealed ballot lies at a place."""
    if isinstance(seal, SealBox):
        return f"no seal covers place {place} yet, the last has {seal.size} ballots: come back later"
    if place < seal.size + seal.late:
        return f"your ballot, at place {place}, came after the seal that counts, as {seal.late} did: they are void"
    return f"no ballot lies at place {place}: the box that was counted has {seal.size}"
