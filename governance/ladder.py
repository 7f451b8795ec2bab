"""The ladder of sanctions, least restrictive first, and the notice that every decision owes."""

from governance.acts.cases import Decide
from governance.acts.words import LADDER, Sanction
from governance.errors import Refused
from governance.rules import RuleVersion
from governance.state import State
from governance.terms import duration

OF_ACCOUNTS: tuple[Sanction, ...] = ("slow", "mute", "suspend")
"""Sanctions that restrict an account and not one post."""

HIDING: tuple[Sanction, ...] = ("fold", "withhold")
"""Sanctions that take a post out of timelines and search."""

VISIBILITY: dict[Sanction, str] = {
    "label": "DECISION_VISIBILITY_CONTENT_LABELLED",
    "interstitial": "DECISION_VISIBILITY_OTHER",
    "slow": "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
    "unrecommend": "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "fold": "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "withhold": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "mute": "DECISION_VISIBILITY_CONTENT_DEMOTED",
}
"""What the EU's transparency database calls each sanction on visibility."""

DECISION_GROUNDS = {
    "incompatible": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "unlawful": "DECISION_GROUND_ILLEGAL_CONTENT",
    "private": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
}
CONTENT_TYPES = ("CONTENT_TYPE_TEXT", "CONTENT_TYPE_IMAGE", "CONTENT_TYPE_VIDEO", "CONTENT_TYPE_AUDIO")
SOURCES = ("SOURCE_ARTICLE_16", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY")
NOT_AUTOMATED = "AUTOMATED_DECISION_NOT_AUTOMATED"
SUSPENDED = "DECISION_ACCOUNT_SUSPENDED"
DAY = 86_400_000


_RUNGS: dict[Sanction, int] = {sanction: place for place, sanction in enumerate(LADDER)}
_KINDS = frozenset(CONTENT_TYPES)
_ROUTES = frozenset(("appeal", "authority", "court"))


def rung(sanction: Sanction) -> int:
    """How far up the ladder a sanction stands, 0 the mildest."""
    return _RUNGS[sanction]


def check_milder(act: Decide, allowed: tuple[Sanction, ...]) -> None:
    """Each milder sanction that the rule allows is answered, once, and no other."""
    assert act.sanction
    own = rung(act.sanction)
    owed = {sanction for sanction in allowed if rung(sanction) < own}
    given = {milder.sanction for milder in act.milder}
    if len(given) != len(act.milder) or given - owed:
        raise Refused("ladder-5", "`milder` answers the milder sanctions that the rule allows, once each")
    if given != owed:
        missing = min(owed - given, key=rung)
        raise Refused(
            "ladder-5", "the decision does not say why the milder sanction %(sanction)s is not enough", sanction=missing
        )


def check_notice(state: State, act: Decide, rule: RuleVersion, at: int) -> None:
    """The notice says what was done, on which ground, by whom, and how and until when to appeal."""
    notice = act.notice
    visibility = (VISIBILITY[act.sanction],) if act.sanction in VISIBILITY else ()
    account = SUSPENDED if act.sanction == "suspend" else ""
    if notice.decision_visibility != visibility or notice.decision_account != account:
        raise Refused("notice-1", "the notice does not say what the sanction does")
    if notice.decision_ground != DECISION_GROUNDS[rule.ground] or notice.category != rule.category:
        raise Refused("notice-2", "the notice does not name the ground and the category of the rule")
    if not notice.content_type or not _KINDS.issuperset(notice.content_type):
        raise Refused("notice-3", "the notice does not name the kind of content")
    if notice.source_type not in SOURCES:
        raise Refused("notice-3", "the notice does not say how the post came to be looked at")
    if notice.automated_detection != "No" or notice.automated_decision != NOT_AUTOMATED:
        raise Refused("notice-4", "a decision is a person's: nothing automated found or decided it")
    if set(notice.routes) != _ROUTES:
        raise Refused("notice-5", "the notice names every route: appeal, the authority, the court")
    term = duration(state, "appeal")
    if not at + term <= notice.appeal_until <= at + term + DAY:
        raise Refused(
            "notice-6", "the notice names the last day of appeal, the term `appeal` from now and at most a day more"
        )
