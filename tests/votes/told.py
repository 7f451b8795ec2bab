"""What the pages of proposals and votes tell a program, as far as tests read it."""

from collections.abc import Mapping

from msgspec import Struct

from app.proposals import Phase
from app.voting import Counts


class Recorded(Struct, frozen=True):
    """What a program is told of an act."""

    entry: int
    url: str


class Problem(Struct, frozen=True):
    """What a program is told of a refusal."""

    type: str
    status: int
    detail: str
    clause: str = ""
    errors: Mapping[str, str] = {}


class Seal(Struct, frozen=True):
    """A box as it was sealed."""

    size: int
    root: str
    at: int
    entry: int


class VoteTold(Struct, frozen=True):
    """A vote as far as the tests ask."""

    vote: int
    status: str
    closes: int
    roll_size: int
    roll_root: str
    needed: int
    ballots: int
    sealed: Seal
    counts: Counts | None
    recounted: Counts | None
    late: int
    openings_root: str
    marks_root: str
    hides_voters: bool
    bundles: tuple[str, ...]


class FranchiseTold(Struct, frozen=True):
    """Whether somebody may vote."""

    reason: str
    voted: bool


class StepTold(Struct, frozen=True):
    """A step of a proposal."""

    what: str
    state: str
    at: int
    entry: int
    n: int
    result: str


class CandidateTold(Struct, frozen=True):
    """Who stands."""

    member: str
    holds: bool
    approvals: int | None
    elected: bool
    grant: int


class ElectionTold(Struct, frozen=True):
    """An election."""

    role: str
    seats: int
    candidates: tuple[CandidateTold, ...]
    ballots: int | None
    blank: int | None
    waits_for: int


class Rights(Struct, frozen=True):
    """What the reader may do with a proposal."""

    sponsor: bool
    amend: bool
    withdraw: bool
    stand: bool
    stand_down: bool


class Told(Struct, frozen=True, rename={"class_": "class"}):
    """A proposal as far as the tests ask."""

    proposal: int
    class_: str
    version: int
    phase: Phase
    due_at: int
    heading: str
    post_id: str
    sponsors: tuple[str, ...]
    votes: tuple[VoteTold, ...]
    election: ElectionTold | None
    franchise: FranchiseTold
    steps: tuple[StepTold, ...]
    may_vote: bool
    refused: str
    may: Rights


class Receipt(Struct, frozen=True):
    """What a voter keeps."""

    vote: int
    place: int
    token: str
    choice: int
    url: str
    approved: tuple[str, ...] | None = None


class Found(Struct, frozen=True):
    """What a receipt finds."""

    lies: str
    commitment: str
    leaf: str
    seal: Seal
    proof: tuple[str, ...]
    approved: tuple[str, ...] | None = None


class SignedIn(Struct, frozen=True):
    """A session as a program has it: its cookie, and the token that its requests bring."""

    cookie: str
    csrf: str
