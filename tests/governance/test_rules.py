"""Rules: their versions, when each is law, and for which posts."""

import pytest
from msgspec.structs import replace

from governance.acts.proposals import RepealRule
from governance.errors import Refused
from governance.rules import LabelOf, Rule, RuleVersion, allowed_by_both, check_applicable, version_key
from tests.governance.world import START, World


@pytest.fixture
def world() -> World:
    """A peopled square."""
    return World.peopled()


def _version(world: World, rule: int, number: int) -> RuleVersion:
    version = world.state[version_key(rule, number)]
    assert version is not None
    return version


def test_a_founding_rule_is_law_from_the_founding_on(world: World) -> None:
    """Named by the entry that enacted it, without a proposal, and with a sunset as every rule has."""
    rule = world.rule("4.1")
    version = _version(world, rule, 1)
    assert (rule, 1, "4.1", START, 0, rule, 0) == (
        version.rule,
        version.version,
        version.label,
        version.since,
        version.until,
        version.enacted,
        version.proposal,
    )
    assert START + 365 * 86_400_000 == version.sunset == version.end


def test_a_rule_without_a_sanction_never_sets() -> None:
    """Custom binds nobody, and needs no renewal."""
    world = World.peopled()
    rule = world.becomes_law(world.enact("9.1"))
    version = _version(world, rule, 1)
    assert (0, 0) == (version.sunset, version.end)
    assert version.in_force_at(2**52)


def test_a_version_is_in_force_in_a_half_open_span(world: World) -> None:
    """From its first moment, and no longer at the moment in which another begins or the sun sets."""
    rule = world.rule("4.1")
    world.becomes_law(world.amend("4.1", "label"))
    first, second = _version(world, rule, 1), _version(world, rule, 2)
    assert first.until == second.since == world.now
    assert not first.in_force_at(first.since - 1)
    assert first.in_force_at(first.since)
    assert first.in_force_at(first.until - 1)
    assert not first.in_force_at(first.until)
    assert second.in_force_at(second.since)
    assert second.in_force_at(second.sunset - 1)
    assert not second.in_force_at(second.sunset)


def test_a_post_is_judged_by_the_version_of_its_day(world: World) -> None:
    """Each version for the posts that were made under it."""
    rule = world.rule("4.1")
    old = world.post("ann")
    world.becomes_law(world.amend("4.1", "label", "mute"))
    new = world.post("ann")
    assert 1 == check_applicable(world.state, (rule, 1), old.posted, world.now).version
    assert 2 == check_applicable(world.state, (rule, 2), new.posted, world.now).version
    for cited, post in (((rule, 2), old), ((rule, 1), new)):
        with pytest.raises(Refused) as caught:
            check_applicable(world.state, cited, post.posted, world.now)
        assert "rule-2" == caught.value.clause


def test_what_was_restricted_under_a_repealed_rule_stays_until_its_date(world: World) -> None:
    """A repeal is for what comes after it; nobody new is restricted, and lifting is free."""
    rule = world.rule("4.1")
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case, "fold", "60d")
    world.becomes_law(RepealRule(rule))
    assert Rule("4.1", 1, "repealed") == world.state[Rule, rule]
    assert world.now == _version(world, rule, 1).until
    world.does("moe", world.lift(case))


def test_a_repealed_rules_label_is_free_again(world: World) -> None:
    """For another rule, which begins with its own first version."""
    old = world.rule("4.1")
    world.becomes_law(RepealRule(old))
    assert LabelOf(0) == world.state[LabelOf, "4.1"]
    new = world.becomes_law(world.enact("4.1", "fold"))
    assert LabelOf(new) == world.state[LabelOf, "4.1"]
    assert 1 == _version(world, new, 1).version


def test_an_amendment_may_bring_another_label(world: World) -> None:
    """The old one is free then."""
    rule = world.rule("4.1")
    change = world.amend("4.1", "label")
    world.becomes_law(replace(change, rule=replace(change.rule, label="4.2")))
    assert (rule, LabelOf(0)) == (world.rule("4.2"), world.state[LabelOf, "4.1"])
    assert Rule("4.2", 2, "in force") == world.state[Rule, rule]


def test_after_its_sunset_a_rule_can_be_voted_anew(world: World) -> None:
    """The same rule in a new version, law from then on and not for the time between."""
    rule = world.rule("4.1")
    before = world.post("ann")
    world.passes("365d")
    between = world.post("ann")
    assert not _version(world, rule, 1).in_force_at(world.now)
    world.becomes_law(world.amend("4.1", "fold"))
    assert check_applicable(world.state, (rule, 1), before.posted, world.now)
    for version in (1, 2):
        with pytest.raises(Refused) as caught:
            check_applicable(world.state, (rule, version), between.posted, world.now)
        assert "rule-2" == caught.value.clause


def test_the_milder_of_two_laws_allows(world: World) -> None:
    """A sanction must have been allowed then and be allowed still."""
    rule = world.rule("4.1")
    first = _version(world, rule, 1)
    assert ("unrecommend", "fold", "mute") == allowed_by_both(world.state, first)
    world.becomes_law(world.amend("4.1", "mute", "label", "unrecommend"))
    assert ("unrecommend", "mute") == allowed_by_both(world.state, first)
    world.becomes_law(world.amend("4.1"))
    assert () == allowed_by_both(world.state, first)
