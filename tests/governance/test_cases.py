"""The life of a case, from its first report to the day on which nothing of it stands any more."""

from dataclasses import replace as edit

import pytest
from msgspec.structs import replace

from governance.acts.proposals import EnactRule
from governance.acts.words import LADDER, Sanction
from governance.cases import Case, case_of, subject_of
from tests.governance.world import World


@pytest.fixture
def world() -> World:
    """A peopled square."""
    return World.peopled()


def _standing(world: World, key: str) -> list[Sanction]:
    return [restriction.sanction for restriction in subject_of(world.state, key).standing(world.now)]


def test_the_first_report_opens_a_case(world: World) -> None:
    """It is named by the report's entry and due at the end of the term."""
    post = world.post("ann")
    case = world.reports("bo", post)
    assert len(world.entries) - 1 == case
    expected = Case(
        post=post.id,
        version=1,
        posted=post.posted,
        author=world.by("ann"),
        rule=world.rule("4.1"),
        rule_version=1,
        reporters=1,
        opened_at=world.now,
        due_at=world.after("decision"),
    )
    assert expected == world.state[Case, case]


def test_later_reports_join_the_case_also_when_it_is_answered(world: World) -> None:
    """What was answered is answered: the report counts, and the answer stays."""
    post = world.post("ann")
    case = world.reports("bo", post)
    assert case == world.reports("cy", post)
    world.decides("mia", case)
    answered = case_of(world.state, case)
    assert case == world.reports("dee", post)
    assert replace(answered, reporters=3) == case_of(world.state, case)


def test_another_rule_or_version_is_another_case(world: World) -> None:
    """An edited post may be looked at again: the old answer is about the old words."""
    post = world.post("ann")
    first, threat = world.reports("bo", post), world.reports("bo", post, "1.2")
    world.passes("1h")
    again = world.reports("bo", edit(post, version=2, posted=world.now))
    assert 3 == len({first, threat, again})
    assert [first, threat, again] == [known.case for known in subject_of(world.state, post.id).cases]


def test_none_restricts_nothing(world: World) -> None:
    """The case is answered, and the post is as it was."""
    post = world.post("ann")
    case = world.reports("bo", post)
    act = world.decides("mia", case, "")
    decided = case_of(world.state, case)
    assert ("decided", "none", "", 0) == (decided.status, decided.outcome, decided.sanction, decided.until)
    assert act.notice.appeal_until == decided.appeal_until
    assert not decided.restricts
    assert [] == _standing(world, post.id)


def test_a_restriction_stands_until_its_date_and_not_a_moment_longer(world: World) -> None:
    """Nobody has to end it: it is over when it is over."""
    case = world.folded()
    post = case_of(world.state, case).post
    assert ["fold"] == _standing(world, post)
    world.now = case_of(world.state, case).until - 1
    assert ["fold"] == _standing(world, post)
    assert case_of(world.state, case).restricts_at(world.now)
    world.now += 1
    assert [] == _standing(world, post)
    assert not case_of(world.state, case).restricts_at(world.now)


def test_a_restriction_stays_with_an_edited_post(world: World) -> None:
    """It is the post that is restricted, not a version of it."""
    post = world.post("ann")
    world.decides("mia", world.reports("bo", post))
    world.passes("1h")
    world.reports("bo", edit(post, version=2, posted=world.now), "1.2")
    assert ["fold"] == _standing(world, post.id)


@pytest.mark.parametrize("sanction", LADDER)
def test_a_sanction_restricts_the_post_or_the_account(world: World, sanction: Sanction) -> None:
    """Each rung of the ladder lands where it belongs, with the rule and the decision that brought it."""
    spec = world.spec("9.1", *LADDER, ground="unlawful")
    world.becomes_law(EnactRule(spec, world.words(spec)))
    post = world.post("ann")
    case = world.reports("bo", post, "9.1")
    world.decides("mia", case, sanction, "1h")
    of_account = sanction in ("slow", "mute", "suspend")
    key, other = (world.by("ann"), post.id) if of_account else (post.id, world.by("ann"))
    assert [] == _standing(world, other)
    (restriction,) = subject_of(world.state, key).standing(world.now)
    decided = case_of(world.state, case)
    assert (case, decided.decision, world.rule("9.1"), 1, sanction, decided.until) == (
        restriction.case,
        restriction.entry,
        restriction.rule,
        restriction.version,
        restriction.sanction,
        restriction.until,
    )


def test_the_strictest_restriction_comes_last(world: World) -> None:
    """Whoever shows a post looks at the end of the list."""
    post = world.post("ann")
    world.decides("mia", world.reports("bo", post, "1.2"), "fold", "2d")
    world.decides("mia", world.reports("bo", post, "6.1"), "interstitial", "1d")
    world.decides("mia", world.reports("bo", post, "2.1"), "unrecommend", "3d")
    assert ["interstitial", "unrecommend", "fold"] == _standing(world, post.id)
    world.passes("1d")
    assert ["unrecommend", "fold"] == _standing(world, post.id)
    world.passes("1d")
    assert ["unrecommend"] == _standing(world, post.id)


def test_a_guest_can_be_judged(world: World) -> None:
    """Their words are here; a sanction on their account is as lawful as on a member's."""
    world.visits("gus")
    case = world.reports("bo", world.post("gus"), "2.1")
    world.decides("mia", case, "slow")
    assert ["slow"] == _standing(world, world.by("gus"))


def test_silence_restricts_nothing(world: World) -> None:
    """Past its date an open case counts as answered none, and nobody can decide it any more."""
    case = world.reports("bo", world.post("ann"))
    world.now = case_of(world.state, case).due_at - 1
    world.decide(case)
    world.passes("1ms")
    world.is_refused("decide-2", "mia", world.decide(case))
    assert "open" == case_of(world.state, case).status
    assert not case_of(world.state, case).restricts


def test_a_long_suspension_holds_when_another_signs(world: World) -> None:
    """Alone it ends with the term, signed it lasts as long as was decided."""
    alone, signed = (world.reports("bo", world.post(name), "2.1") for name in ("ann", "cy"))
    for case in (alone, signed):
        world.decides("mia", case, "suspend", "30d")
        assert world.after("cosign") == case_of(world.state, case).until
    decided_until = case_of(world.state, signed).decided_until
    world.does("moe", world.co_sign(signed))
    assert decided_until == case_of(world.state, signed).until
    assert world.by("moe") == case_of(world.state, signed).cosigner
    world.now = world.after("cosign")
    assert [] == _standing(world, world.by("ann"))
    assert ["suspend"] == _standing(world, world.by("cy"))


def test_who_is_suspended_reads_votes_and_appeals(world: World) -> None:
    """A suspension takes speech, and no other right."""
    proposal = world.proposes("bo", world.enact("9.1", "fold"))
    world.sponsored(proposal, ["cy", "dee"])
    case = world.reports("bo", world.post("ann"), "2.1")
    world.decides("mia", case, "suspend")
    world.appeals("ann", case)
    world.sponsored(proposal, ["ann"])


def test_a_lift_ends_a_restriction_at_once(world: World) -> None:
    """Also the one that decided may; the case is over."""
    case = world.folded()
    world.passes("1h")
    world.does("mia", world.lift(case))
    lifted = case_of(world.state, case)
    assert ("lifted", world.now) == (lifted.status, lifted.until)
    assert [] == _standing(world, lifted.post)
    assert () == subject_of(world.state, lifted.post).restrictions


def test_one_restriction_ends_and_the_other_stays(world: World) -> None:
    """Two cases of one post are two cases."""
    post = world.post("ann")
    threat, graphic = world.reports("bo", post, "1.2"), world.reports("bo", post, "6.1")
    world.decides("mia", threat, "fold")
    world.decides("mia", graphic, "interstitial")
    world.does("moe", world.lift(threat))
    assert ["interstitial"] == _standing(world, post.id)


def test_unlawful_content_may_be_decided_late_and_for_longer(world: World) -> None:
    """Silence is no answer to it, and no date of the square's own frees it."""
    post = world.post("ann")
    case = world.reports("bo", post, "1.1")
    world.now = world.after("decision") + 1
    act = world.decide(case, "withhold")
    world.does("mia", replace(act, until=world.after("restriction") + 1))
    assert ["withhold"] == _standing(world, post.id)


def test_the_milder_law_prevails(world: World) -> None:
    """What the rule no longer allows is not done, and what it did not allow then is not done either."""
    before = world.post("ann")
    world.becomes_law(world.amend("4.1", "label", "unrecommend", "mute"))
    case = world.reports("bo", before, "4.1")
    world.is_refused("ladder-2", "mia", world.decide(case, "fold"))
    world.is_refused("ladder-2", "mia", world.decide(case, "label"))
    act = world.decide(case, "mute")
    assert ["unrecommend"] == [milder.sanction for milder in act.milder]
    world.does("mia", act)


def test_a_rule_that_became_mere_custom_restricts_nobody(world: World) -> None:
    """It allows no sanction any more, and the refusal says so."""
    case = world.reports("bo", world.post("ann"), "1.1")
    act = world.decide(case, "withhold")
    world.becomes_law(world.amend("1.1"))
    notice = replace(act.notice, appeal_until=world.after("appeal"))
    refusal = world.is_refused("ladder-2", "mia", replace(act, until=world.now + 1, notice=notice))
    assert refusal.why.endswith("it allows none")
