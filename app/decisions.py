"""Decisions: from a moderator's answers to the act with its whole notice; second signatures and ends."""

import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from app.bulk import named_posts
from app.deeds import Request
from app.moderation import bind, number_of
from app.record import Deed, Recorded
from app.square import Square
from app.store.accounts import Account
from app.store.cases import durations
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.juries import keep_secret
from app.store.offices import office_of
from app.store.reporters import reported_by
from governance.acts.cases import CoSign, Decide, Lift, Milder, Notice
from governance.acts.words import Sanction, SanctionOrNone
from governance.cases import Case
from governance.commitment import Opening
from governance.errors import Refused
from governance.ladder import DECISION_GROUNDS, NOT_AUTOMATED, SUSPENDED, VISIBILITY
from governance.rules import RuleVersion

MINUTE = 60_000


class Decision(Struct, frozen=True):
    """What a moderator answers. `milder` says of each milder sanction that the rule allows why it is not enough.

    `duration_ms` is how long the restriction lasts at most; `distinguishes` is an earlier case under the rule that
    looks alike and was answered otherwise, 0 for none; `language` is that of the reasons. `posts` are other
    posts of the author that a decision about spam names.
    """

    outcome: Literal["none", "restrict"]
    elements: tuple[bool, ...]
    reasons: str
    sanction: SanctionOrNone = ""
    duration_ms: int = 0
    milder: Mapping[Sanction, str] = {}
    distinguishes: int = 0
    language: str = "en"
    posts: tuple[str, ...] = ()


async def decide(square: Square, moderator: Account, case: int, decision: Decision, request: Request) -> Recorded:
    """Decide a case, with the notice that the rule and the terms ask for. Raises what the door raises."""
    by, now = number_of(moderator), square.clock.now()
    coin = Coin()

    async def build(tx: Tx) -> tuple[Decide, tuple[Opening, ...]]:
        await check_not_reporter(tx, moderator, case, now)
        found = await existing_case(tx, case)
        appeal = (await durations(tx, ["appeal"]))["appeal"]
        rule, named = await version_of(tx, found), await named_posts(tx, found, decision.posts)
        act, openings = decision_on(case, found, rule, decision, now, appeal, coin.hash)
        return replace(act, posts=named.posts), (*openings, *named.openings)

    act, openings = await square.database.read(build)
    key, fingerprint = request.of(by)
    deed = Deed(act, by, openings, key, fingerprint, beside=coin.keep)
    return (await square.door.record_all([deed]))[0]


class Coin:
    """What the square commits to for the draw of a jury: the secret is 32 bytes, `hash` its SHA-256 in hex."""

    def __init__(self) -> None:
        self.secret = secrets.token_bytes(32)
        self.hash = sha256(self.secret).hexdigest()

    async def keep(self, tx: Tx, entry: int) -> None:
        """Keep the secret until the draw, in the transaction that commits to it."""
        await keep_secret(tx, self.hash, self.secret)


async def co_sign(square: Square, moderator: Account, case: int, request: Request) -> Recorded:
    """Sign a long suspension as well."""
    by, now = number_of(moderator), square.clock.now()
    await square.database.read(lambda tx: check_not_reporter(tx, moderator, case, now))
    key, fingerprint = request.of(by)
    return await square.door.record(CoSign(case), by, request=key, fingerprint=fingerprint)


async def lift(square: Square, moderator: Account, case: int, reasons: str, request: Request) -> Recorded:
    """End a restriction before its date."""
    by, opening = number_of(moderator), bind("reasons", reasons)
    key, fingerprint = request.of(by)
    act = Lift(case, (opening.commit(),))
    return await square.door.record(act, by, openings=(opening,), request=key, fingerprint=fingerprint)


def decision_on(
    number: int, case: Case, rule: RuleVersion, decision: Decision, now: int, appeal: int, coin: str
) -> tuple[Decide, tuple[Opening, ...]]:
    """The act on a case, and what opens its commitments; `appeal` is that term in ms, `coin` a hash (hex)."""
    reasons = bind("reasons", decision.reasons)
    answers = {sanction: bind(f"milder/{sanction}", text) for sanction, text in decision.milder.items()}
    act = Decide(
        case=number,
        rule=(case.rule, case.rule_version),
        outcome=decision.outcome,
        sanction=decision.sanction,
        until=now + decision.duration_ms if decision.outcome == "restrict" else 0,
        elements=decision.elements,
        milder=tuple(Milder(sanction, opening.commit().hash) for sanction, opening in answers.items()),
        commits=(reasons.commit(),),
        distinguishes=decision.distinguishes,
        language=decision.language,
        coin=coin,
        notice=notice_of(rule, decision.sanction, _last_day(now + appeal)),
        posts=(),
    )
    return act, (reasons, *answers.values())


def notice_of(rule: RuleVersion, sanction: SanctionOrNone, appeal_until: int) -> Notice:
    """What the author is told, in the names and values of the EU's transparency database."""
    return Notice(
        decision_visibility=(VISIBILITY[sanction],) if sanction and sanction in VISIBILITY else (),
        decision_account=SUSPENDED if sanction == "suspend" else "",
        decision_ground=DECISION_GROUNDS[rule.ground],
        category=rule.category,
        content_type=("CONTENT_TYPE_TEXT",),
        # A notice of unlawful content is the Digital Services Act's own (article 16).
        source_type="SOURCE_ARTICLE_16" if rule.ground == "unlawful" else "SOURCE_TYPE_OTHER_NOTIFICATION",
        automated_detection="No",
        automated_decision=NOT_AUTOMATED,
        routes=("appeal", "authority", "court"),
        appeal_until=appeal_until,
    )


async def existing_case(tx: Tx, number: int) -> Case:
    """The case of a number. Raises Refused [case-1]."""
    case = await value_of(tx, Case, number)
    if case is None:
        raise Refused("case-1", "there is no case %(case)s", case=number)
    return case


async def version_of(tx: Tx, case: Case) -> RuleVersion:
    """The version of the rule that a case is about."""
    version = await value_of(tx, RuleVersion, f"{case.rule}/{case.rule_version}")
    assert version is not None, "a case is about a rule that exists"
    return version


async def check_not_reporter(tx: Tx, moderator: Account, case: int, now: int) -> None:
    """Nobody decides a case that they reported; who holds no office is told so by the law, and not this."""
    if await office_of(tx, "moderator", moderator.member, now) is None:
        return
    if await reported_by(tx, moderator.id, [case]):
        raise Refused(
            "recusal-3", "you have reported in case %(case)s, and it takes a moderator who has not", case=case
        )


def _last_day(end: int) -> int:
    """The next whole minute after an end and a minute more: the entry is dated a moment after its notice."""
    return -(-(end + MINUTE) // MINUTE) * MINUTE
