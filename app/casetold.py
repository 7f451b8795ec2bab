"""A case as people and programs are told it: the values that its page shows."""

from typing import Literal

from msgspec import Struct

from app.beside import CorrectionTold
from app.bulk import Named
from app.casesteps import Step
from app.media.pictures import Picture
from app.offers import Offer
from app.outcomes import Stands
from app.store.benches import Status
from governance.acts.cases import Notice
from governance.acts.words import Ground, RuleKind, Sanction, SanctionOrNone
from governance.charter import Probe
from governance.texts import Erased


class RuleTold(Struct, frozen=True):
    """The version of the rule that a case is about, with its words; `allowed` are the sanctions still allowed."""

    rule: int
    version: int
    label: str
    title: str
    text: str
    elements: tuple[str, ...]
    allowed: tuple[Sanction, ...]
    ground: Ground
    kind: RuleKind
    tests: tuple[Probe, ...]
    condition: str
    since: int
    enacted: int


class Answer(Struct, frozen=True):
    """Why a milder sanction was not enough."""

    sanction: Sanction
    why: str | None


class DecisionTold(Struct, frozen=True):
    """The decision that stands, or stood last. `decided_until` is its own end, `until` what became of that.

    `others` are the posts that it names beside the reported one.
    """

    entry: int
    at: int
    decider: str
    outcome: Literal["none", "restrict"]
    sanction: SanctionOrNone
    until: int
    decided_until: int
    cosigner: str
    appeal_until: int
    elements: tuple[bool, ...]
    reasons: str | None
    milder: tuple[Answer, ...]
    distinguishes: int
    language: str
    notice: Notice
    others: tuple[Named, ...]


class ReportTold(Struct, frozen=True):
    """A report; its reason is for the parties and for those who decide."""

    entry: int
    at: int
    reason: str | None


class AppealTold(Struct, frozen=True):
    """An appeal with its answer, if there is one; the statement is for the parties and for those who decide.

    `instance` is 2 for a second appeal; `jury` is the entry of the draw and `verdict` that by which the jury ended, 0
    for none. `nonce` is what the ledger holds of the appellant's words; `words` are for the appellant alone.
    """

    appeal: int
    side: Literal["author", "reporters"]
    opened_at: int
    due_at: int
    status: Literal["open", "maintained", "reversed", "jury", "upheld", "unheard"]
    instance: int
    jury: int
    verdict: int
    reporters: int
    statement: str | None
    answer: int
    answered_by: str
    reasons: str | None
    nonce: str
    words: str | None


class JuryTold(Struct, frozen=True):
    """A jury that was drawn in the case: `date` is the one that counts while it sits, 0 after."""

    jury: int
    appeal: int
    asks: Literal["uphold", "return"]
    instance: int
    status: Status
    date: int
    vote: int
    closed: int


class Amended(Struct, frozen=True):
    """What the post says since its author edited it, at a time (Unix ms): for who looks at it again, and its author."""

    version: int
    edited_at: int
    text: str
    pictures: tuple[Picture, ...]


class CaseFile(Struct, frozen=True):
    """A case as a reader sees it; times are Unix ms. A text that the reader may not see, or that is gone, is None.

    `pictures` stand beside the `content` for who judges it and for its author. `erased` are the texts of the case's
    entries that are gone for everyone, each with its erasure and the ground.

    `date` is the one that counts while the case `stands` so; `terms` are durations in ms.
    """

    case: int
    post: str
    version: int
    posted: int
    is_deleted: bool
    is_for_few: bool
    author: str
    rule: RuleTold
    stands: Stands
    date: int
    opened_at: int
    due_at: int
    reporters: int
    decision: DecisionTold | None
    lifted: str | None
    content: str | None
    pictures: tuple[Picture, ...]
    amended: Amended | None
    reports: tuple[ReportTold, ...]
    appeals: tuple[AppealTold, ...]
    juries: tuple[JuryTold, ...]
    erased: tuple[Erased, ...]
    corrections: tuple[CorrectionTold, ...]
    steps: tuple[Step, ...]
    is_mine: bool
    has_reported: bool
    offers: tuple[Offer, ...]
    terms: dict[str, int]
