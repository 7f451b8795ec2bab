"""Notices that do not tell the author what they are owed."""

import msgspec
from msgspec.structs import replace

from governance.acts.cases import Decide, Notice
from tests.governance.world import World


def _decision(world: World) -> Decide:
    return world.decide(world.reports("bo", world.post("ann")))


def _is_refused(world: World, clause: str, act: Decide, notice: Notice) -> None:
    world.is_refused(clause, "mia", msgspec.structs.replace(act, notice=notice))


def a_notice_says_what_the_sanction_does(world: World) -> None:
    """In the names of the transparency database, for the post and for the account."""
    act = _decision(world)
    _is_refused(world, "notice-1", act, replace(act.notice, decision_visibility=()))
    _is_refused(world, "notice-1", act, replace(act.notice, decision_account="DECISION_ACCOUNT_SUSPENDED"))
    disabled = ("DECISION_VISIBILITY_CONTENT_DISABLED",)
    _is_refused(world, "notice-1", act, replace(act.notice, decision_visibility=disabled))


def a_notice_names_ground_and_category(world: World) -> None:
    """The rule's own, and no other."""
    act = _decision(world)
    _is_refused(world, "notice-2", act, replace(act.notice, decision_ground="DECISION_GROUND_ILLEGAL_CONTENT"))
    _is_refused(world, "notice-2", act, replace(act.notice, category="STATEMENT_CATEGORY_VIOLENCE"))


def a_notice_names_kind_and_source(world: World) -> None:
    """What sort of content it was, and how it came to be looked at."""
    act = _decision(world)
    _is_refused(world, "notice-3", act, replace(act.notice, content_type=()))
    _is_refused(world, "notice-3", act, replace(act.notice, content_type=("CONTENT_TYPE_SMELL",)))
    _is_refused(world, "notice-3", act, replace(act.notice, source_type=""))


def a_person_decides(world: World) -> None:
    """A decision that calls itself automated is refused."""
    act = _decision(world)
    _is_refused(world, "notice-4", act, replace(act.notice, automated_detection="Yes"))
    _is_refused(world, "notice-4", act, replace(act.notice, automated_decision="AUTOMATED_DECISION_FULLY"))


def a_notice_names_every_route(world: World) -> None:
    """The appeal, the authority and the court."""
    act = _decision(world)
    _is_refused(world, "notice-5", act, replace(act.notice, routes=("appeal", "court")))
    _is_refused(world, "notice-5", act, replace(act.notice, routes=("appeal", "court", "court")))


def a_notice_names_the_last_day_of_appeal(world: World) -> None:
    """Not a moment sooner than the term, and at most a day later."""
    act = _decision(world)
    last = act.notice.appeal_until
    _is_refused(world, "notice-6", act, replace(act.notice, appeal_until=last - 1))
    _is_refused(world, "notice-6", act, replace(act.notice, appeal_until=last + 86_400_001))
    world.does("mia", replace(act, notice=replace(act.notice, appeal_until=last + 86_400_000)))


def none_has_its_notice_as_well(world: World) -> None:
    """The reporters are told how to go on."""
    act = world.decide(world.reports("bo", world.post("ann")), "")
    _is_refused(world, "notice-1", act, replace(act.notice, decision_visibility=("DECISION_VISIBILITY_OTHER",)))
    _is_refused(world, "notice-5", act, replace(act.notice, routes=()))
