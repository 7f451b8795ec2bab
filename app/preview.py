"""What is looked at before a vote, published with the freeze and bound into the ledger (POLICY [propose-9])."""

import asyncio
from typing import Final, Literal

import msgspec
from msgspec import Struct

from app.dryrun import DryRun, dry_run
from app.store.engines import Database, Tx
from app.store.ledger import openings_of
from app.store.recent import recent_posts
from app.store.rules import Words, words_of
from governance import form
from governance.acts.proposals import AmendRule, AnyChange, EnactRule, RuleSpec
from governance.conditions.facts import DAY, LOOKED_BACK
from governance.conditions.language import BadCondition, Condition, parse
from governance.form import Finding, Probed
from governance.proposals import Proposal

SPAN: Final = 30 * DAY
"""How far back a bright line is tried, in ms."""

MOST: Final = 10_000
"""Posts that it is tried on, the newest."""


class Preview(Struct, frozen=True):
    """What the square looked at: hints on the form of the rule, its test cases, and a bright line tried on posts.

    A change that brings no rule has none of them. Its canonical JSON is what the freeze commits to.
    """

    dry_run: DryRun | None = None
    findings: tuple[Finding, ...] = ()
    tests: tuple[Probed, ...] = ()
    v: Literal[1] = 1

    def text(self) -> str:
        """The text that the commitment binds."""
        return _encoder.encode(self).decode()


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Preview)


def look_at(spec: RuleSpec, words: Words) -> Preview:
    """What the words of a rule show by themselves."""
    condition = condition_of(words.condition)
    told = form.Words(words.title, words.text, words.aim, words.elements, words.tests)
    return Preview(findings=form.findings(spec, told, condition), tests=form.probed(words.tests, condition))


async def look_before_vote(database: Database, proposal: Proposal, now: int) -> Preview:
    """All that is looked at when the text of a proposal is frozen."""
    change = proposal.change
    if not isinstance(change, EnactRule | AmendRule):
        return Preview()
    words = await database.read(lambda tx: words_of(tx, [proposal.written]))
    mine = words.get(proposal.written, Words())
    seen, condition = look_at(change.rule, mine), condition_of(mine.condition)
    if condition is None:
        return seen
    since = now - SPAN
    recent = await database.read(lambda tx: recent_posts(tx, since - LOOKED_BACK, now, MOST))
    # Many posts are read word by word: not on the thread that answers everybody.
    tried = await asyncio.to_thread(dry_run, condition, recent, since, now)
    return msgspec.structs.replace(seen, dry_run=tried)


async def preview_of(tx: Tx, proposal: Proposal) -> Preview | None:
    """What was published with the freeze; before it what its words show by themselves, None for no rule."""
    change: AnyChange = proposal.change
    if not isinstance(change, EnactRule | AmendRule):
        return None
    if not proposal.frozen:
        words = await words_of(tx, [proposal.written])
        return look_at(change.rule, words.get(proposal.written, Words()))
    rows = await openings_of(tx, [proposal.frozen])
    return next((_decoder.decode(row.value) for row in rows if row.field == "preview"), None)


def condition_of(text: str) -> Condition | None:
    """The condition with this encoding; None for none, and for one that is not in the language."""
    try:
        return parse(text) if text else None
    except BadCondition:
        return None
