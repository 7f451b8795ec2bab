"""What a jury is shown: a case without the names and numbers of those who wrote, reported or decided."""

from typing import Literal

from msgspec import Struct

from app.casefile import case_file
from app.casetold import Answer, CaseFile, RuleTold
from app.judged import pictures_judged
from app.media.pictures import Picture
from app.precedents import Precedent, precedents_of
from app.store.accounts import Account
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.ledger import openings_of
from app.store.orders import unshown_among
from governance.acts.words import SanctionOrNone
from governance.cases import Case
from governance.emergencies import Emergency


class Statement(Struct, frozen=True):
    """What a side says in its first or second appeal, and the reasons of the second look, None where there is none."""

    side: Literal["author", "reporters"]
    instance: int
    statement: str | None
    reasons: str | None


class Evidence(Struct, frozen=True):
    """What was judged and why, what both sides say, and what was decided before; a text that is gone is None.

    An emergency is invoked under no rule, and no side says anything.
    """

    rule: RuleTold | None
    content: str | None
    pictures: tuple[Picture, ...]
    outcome: Literal["none", "restrict"]
    sanction: SanctionOrNone
    elements: tuple[bool, ...]
    reasons: str | None
    milder: tuple[Answer, ...]
    language: str
    reports: tuple[str | None, ...]
    statements: tuple[Statement, ...]
    precedents: tuple[Precedent, ...]


async def evidence_for(tx: Tx, juror: Account, number: int, now: int) -> Evidence | None:
    """The evidence in a case, as far as it is shown to this juror; None where nothing is decided any more."""
    file, case = await case_file(tx, number, juror, now), await value_of(tx, Case, number)
    if file is None or case is None or file.decision is None:
        return None
    return _blinded(file, await precedents_of(tx, number, case, now))


async def evidence_of_emergency(tx: Tx, juror: Account, number: int, now: int) -> Evidence:
    """What is withheld in an emergency, and why: for its jurors, while they sit, and for nobody else."""
    texts = {row.field: row.value for row in await openings_of(tx, [number])}
    emergency = await value_of(tx, Emergency, number)
    is_unshown = emergency is not None and emergency.post in await unshown_among(tx, [emergency.post])
    content, reasons = None if is_unshown else texts.get("content"), texts.get("reasons")
    pictures: tuple[Picture, ...] = ()
    if emergency is not None and content is not None:
        pictures = await pictures_judged(tx, int(emergency.post), emergency.version, juror, now)
    return Evidence(None, content, pictures, "restrict", "withhold", (), reasons, (), "", (), (), ())


def _blinded(file: CaseFile, precedents: tuple[Precedent, ...]) -> Evidence:
    decision = file.decision
    assert decision is not None
    return Evidence(
        rule=file.rule,
        content=file.content,
        pictures=file.pictures,
        outcome=decision.outcome,
        sanction=decision.sanction,
        elements=decision.elements,
        reasons=decision.reasons,
        milder=decision.milder,
        language=decision.language,
        reports=tuple(report.reason for report in file.reports),
        statements=tuple(
            Statement(appeal.side, appeal.instance, appeal.statement, appeal.reasons) for appeal in file.appeals
        ),
        precedents=precedents,
    )
