"""Reports and decisions that may not stand."""

from msgspec.structs import replace

from governance.acts.cases import Milder
from tests.governance.world import World


def a_report_is_made_under_a_pseudonym(world: World) -> None:
    """A member does not report under their number."""
    world.is_refused("report-1", "bo", world.report(world.post("ann")))


def a_report_is_about_what_was_made(world: World) -> None:
    """Nobody reports a post of tomorrow, or of somebody who is not there."""
    post = world.post("ann")
    world.is_refused("report-2", "reporter", replace(world.report(post), posted=world.now + 1))
    world.is_refused("member-1", "reporter", replace(world.report(post), author="m:999"))


def off_topic_needs_a_topic(world: World) -> None:
    """Where the opener set none the rule does not apply."""
    world.is_refused("report-3", "reporter", world.report(world.post("ann"), "5.1"))
    world.reports("bo", world.post("ann", topical=True), "5.1")


def a_report_commits_to_text_and_reason(world: World) -> None:
    """Both, each once, and nothing else."""
    report = world.report(world.post("ann"))
    world.is_refused("report-4", "reporter", replace(report, commits=report.commits[:1]))
    world.is_refused("report-4", "reporter", replace(report, commits=(*report.commits, report.commits[0])))


def a_post_carries_256_cases(world: World) -> None:
    """The hot value of a post stays small, whoever reports whatever."""
    post = world.post("ann")
    for version in range(1, 257):
        world.does("reporter", replace(world.report(post), version=version))
    world.is_refused("report-5", "reporter", replace(world.report(post), version=257))
    world.does("reporter", replace(world.report(post, by="cy"), version=256))


def a_person_reports_once(world: World) -> None:
    """The same version under the same rule is reported once by each."""
    post = world.post("ann")
    world.reports("bo", post)
    world.is_refused("report-6", "reporter", world.report(post, by="bo"))
    world.reports("cy", post)
    world.reports("bo", post, "1.2")


def reports_of_a_case_agree(world: World) -> None:
    """A post has one author and one date."""
    post = world.post("ann")
    world.passes("1m")
    world.reports("bo", post)
    world.is_refused("report-7", "reporter", replace(world.report(post, by="cy"), author=world.by("dee")))
    world.is_refused("report-7", "reporter", replace(world.report(post, by="cy"), posted=world.now))


def a_case_must_exist(world: World) -> None:
    """Nobody decides, lifts or appeals what was never opened."""
    case = world.folded()
    world.is_refused("case-1", "mia", replace(world.decide(case), case=1))
    world.is_refused("case-1", "mia", replace(world.lift(case), case=1))
    world.is_refused("case-1", "ann", replace(world.appeal(case), case=1))


def a_case_is_decided_once_and_in_time(world: World) -> None:
    """A second decision is refused, and one on the day on which silence became the answer."""
    case, late = world.folded(), world.reports("bo", world.post("ann"))
    world.is_refused("decide-1", "moe", world.decide(case))
    world.now = world.after("decision")
    world.is_refused("decide-2", "moe", world.decide(late))


def a_decision_is_about_its_case(world: World) -> None:
    """It cites the case's own rule and answers each of its elements."""
    case = world.reports("bo", world.post("ann"))
    act = world.decide(case)
    world.is_refused("decide-3", "mia", replace(act, rule=(world.rule("1.2"), 1)))
    world.is_refused("decide-3", "mia", replace(act, rule=(act.rule[0], 2)))
    world.is_refused("decide-4", "mia", replace(act, elements=act.elements[1:]))


def a_decision_distinguishes_a_decided_case_of_the_rule(world: World) -> None:
    """Not itself, not an open one, not one of another rule."""
    case, undecided = world.reports("bo", world.post("ann")), world.reports("bo", world.post("ann"))
    alike, other = world.folded("cy"), world.folded("cy", "1.2")
    for named in (case, undecided, other):
        world.is_refused("decide-5", "mia", replace(world.decide(case), distinguishes=named))
    world.is_refused("case-1", "mia", replace(world.decide(case), distinguishes=1))
    world.does("mia", replace(world.decide(case), distinguishes=alike))


def none_is_none(world: World) -> None:
    """What restricts nothing has no sanction and no end."""
    case = world.reports("bo", world.post("ann"))
    act, folds = world.decide(case, ""), world.decide(case)
    world.is_refused("decide-6", "mia", replace(act, until=world.now + 1))
    world.is_refused("decide-6", "mia", replace(act, milder=folds.milder))
    world.is_refused("decide-6", "mia", replace(folds, outcome="none"))


def a_restriction_needs_every_element(world: World) -> None:
    """One that is not found is enough to leave the post alone."""
    act = world.decide(world.reports("bo", world.post("ann")))
    world.is_refused("decide-7", "mia", replace(act, elements=(False, *act.elements[1:])))


def a_restriction_ends(world: World) -> None:
    """Later than now, and no later than the term."""
    act = world.decide(world.reports("bo", world.post("ann")))
    world.is_refused("decide-8", "mia", replace(act, until=world.now))
    world.is_refused("decide-8", "mia", replace(act, until=world.after("restriction") + 1))
    world.does("mia", replace(act, until=world.after("restriction")))


def a_decision_gives_reasons(world: World) -> None:
    """Whether it restricts or not."""
    case = world.reports("bo", world.post("ann"))
    world.is_refused("decide-9", "mia", replace(world.decide(case), commits=()))
    world.is_refused("decide-9", "mia", replace(world.decide(case, ""), commits=()))


def a_sanction_stands_on_the_rules_ladder(world: World) -> None:
    """The rule must allow it, and a restriction without any sanction is none."""
    case = world.reports("bo", world.post("ann"))
    refusal = world.is_refused("ladder-2", "mia", world.decide(case, "suspend"))
    assert "the sanction suspend; it allows unrecommend, fold, mute" in refusal.why
    nothing = replace(world.decide(case, ""), outcome="restrict", elements=(True, True, True))
    assert "the sanction none" in world.is_refused("ladder-2", "mia", nothing).why


def a_milder_sanction_is_answered(world: World) -> None:
    """Each that the rule allows, once, and no other."""
    act = world.decide(world.reports("bo", world.post("ann")))
    world.is_refused("ladder-5", "mia", replace(act, milder=()))
    world.is_refused("ladder-5", "mia", replace(act, milder=(*act.milder, *act.milder)))
    stricter = Milder("mute", act.milder[0].hash)
    world.is_refused("ladder-5", "mia", replace(act, milder=(*act.milder, stricter)))


def who_is_suspended_does_not_speak(world: World) -> None:
    """Neither a proposal nor an amended text of one."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    case = world.reports("bo", world.post("ann"), "2.1")
    world.decides("mia", case, "suspend")
    world.is_refused("ladder-4", "ann", world.propose(world.post("ann"), world.enact("9.2")))
    world.is_refused("ladder-4", "ann", world.amendment(proposal, world.enact("9.1", "label")))


def nobody_decides_about_their_own_post(world: World) -> None:
    """Nor co-signs, nor lifts, nor looks again at it."""
    case = world.reports("bo", world.post("moe"), "2.1")
    world.is_refused("recusal-1", "moe", world.decide(case))
    world.decides("mia", case, "suspend", "30d")
    world.is_refused("recusal-1", "moe", world.co_sign(case))
    world.is_refused("recusal-1", "moe", world.lift(case))
    appeal = world.appeals("moe", case)
    world.is_refused("recusal-1", "moe", world.reverse(appeal))


def another_pair_of_eyes_is_another_persons(world: World) -> None:
    """Who decided or co-signed neither co-signs nor looks again nor decides anew."""
    case = world.reports("bo", world.post("ann"), "2.1")
    world.decides("mia", case, "suspend", "30d")
    world.is_refused("recusal-2", "mia", world.co_sign(case))
    world.does("moe", world.co_sign(case))
    appeal = world.appeals("ann", case)
    world.is_refused("recusal-2", "mia", world.reverse(appeal))
    world.is_refused("recusal-2", "moe", world.reverse(appeal))


def a_signature_needs_a_long_suspension(world: World) -> None:
    """Not a fold, not a short one, not one signed already, not one under appeal, not one that is over."""
    folded, short = world.folded(), world.reports("bo", world.post("cy"), "2.1")
    world.is_refused("cosign-1", "moe", world.co_sign(folded))
    world.decides("mia", short, "suspend", "7d")
    world.is_refused("cosign-2", "moe", world.co_sign(short))
    long, contested = (world.reports("bo", world.post(name), "2.1") for name in ("dee", "eve"))
    world.decides("mia", long, "suspend", "30d")
    world.does("moe", world.co_sign(long))
    world.is_refused("cosign-2", "max", world.co_sign(long))
    world.decides("mia", contested, "suspend", "30d")
    world.appeals("eve", contested)
    world.is_refused("cosign-3", "moe", world.co_sign(contested))
    world.passes("7d")
    world.is_refused("cosign-1", "moe", world.co_sign(contested))


def a_lift_ends_what_stands_and_says_why(world: World) -> None:
    """Not what is over, and not in silence."""
    case = world.folded()
    world.is_refused("lift-2", "moe", replace(world.lift(case), commits=()))
    world.does("mia", world.lift(case))
    world.is_refused("lift-1", "moe", world.lift(case))
    ended = world.folded()
    world.passes("1d")
    world.is_refused("lift-1", "moe", world.lift(ended))
