"""Which rules cannot be made, and which cannot be applied."""

from msgspec.structs import replace

from governance.acts.proposals import AmendRule, AnyChange, EnactRule, RepealRule
from tests.governance.world import World


def _is_no_proposal(world: World, clause: str, change: AnyChange) -> None:
    world.is_refused(clause, "ann", world.propose(world.post("ann"), change))


def a_rule_has_its_words(world: World) -> None:
    """Title, text, aim and each element stand once: none is missing, none doubled, none besides."""
    rule = world.enact("9.1", "fold")
    _is_no_proposal(world, "form-1", replace(rule, commits=rule.commits[1:]))
    _is_no_proposal(world, "form-1", replace(rule, commits=(*rule.commits, rule.commits[0])))
    _is_no_proposal(world, "form-1", replace(rule, commits=(*rule.commits, world.commit("element/2", "more"))))
    _is_no_proposal(world, "form-1", replace(rule, rule=replace(rule.rule, elements=2)))


def a_bright_line_has_its_condition_and_nothing_else_has_one(world: World) -> None:
    """Named by its hash, and bound; both or neither."""
    rule = world.enact("9.1", "label")
    named = replace(rule.rule, condition="c" * 64)
    bound = (*rule.commits, world.commit("condition", "{}"))
    for kind in ("judgment", "spam"):
        _is_no_proposal(world, "form-10", EnactRule(replace(named, kind=kind), rule.commits))
        _is_no_proposal(world, "form-10", EnactRule(replace(rule.rule, kind=kind), bound))
    _is_no_proposal(world, "form-10", EnactRule(replace(rule.rule, kind="bright_line"), rule.commits))
    _is_no_proposal(world, "form-10", EnactRule(replace(rule.rule, kind="bright_line"), bound))
    line = EnactRule(replace(named, kind="bright_line"), bound)
    _is_no_proposal(world, "form-10", replace(line, commits=(*bound, bound[-1])))
    world.does("ann", world.propose(world.post("ann"), line))


def a_rule_binds_its_test_cases(world: World) -> None:
    """As many as it says, each once."""
    rule = world.enact("9.1", "fold")
    tests = (world.commit("test/1", "one"), world.commit("test/2", "two"))
    two = replace(rule, rule=replace(rule.rule, tests=2), commits=(*rule.commits, *tests))
    _is_no_proposal(world, "form-11", replace(two, commits=rule.commits))
    _is_no_proposal(world, "form-11", replace(two, commits=(*rule.commits, tests[0], tests[0])))
    _is_no_proposal(world, "form-11", replace(two, rule=replace(two.rule, tests=1)))
    world.does("ann", world.propose(world.post("ann"), two))


def a_rule_names_a_sanction_once(world: World) -> None:
    """A ladder has no rung twice."""
    _is_no_proposal(world, "form-2", world.enact("9.1", "fold", "fold"))


def a_label_is_borne_once(world: World) -> None:
    """Neither a new rule nor a new version takes the label of another."""
    _is_no_proposal(world, "form-3", world.enact("4.1", "fold"))
    amended = world.amend("4.1", "fold")
    _is_no_proposal(world, "form-3", replace(amended, rule=replace(amended.rule, label="5.1")))


def only_the_unlawful_and_the_private_are_withheld(world: World) -> None:
    """A rule of the square's own folds at most."""
    _is_no_proposal(world, "ladder-3", world.enact("9.1", "withhold"))
    private = world.enact("9.1", "withhold")
    world.does(
        "ann", world.propose(world.post("ann"), EnactRule(replace(private.rule, ground="private"), private.commits))
    )


def a_rule_that_is_not_there_cannot_be_named(world: World) -> None:
    """Not by a proposal, not by a report; and what is repealed is repealed once."""
    rule = world.rule("4.1")
    unmade = world.amend("4.1")
    _is_no_proposal(world, "rule-1", RepealRule(1))
    _is_no_proposal(world, "rule-1", AmendRule(1, unmade.rule, unmade.commits))
    report = world.report(world.post("ann"))
    world.is_refused("rule-1", "reporter", replace(report, rule=(1, 1)))
    world.is_refused("rule-1", "reporter", replace(report, rule=(rule, 2)))
    world.becomes_law(RepealRule(rule))
    _is_no_proposal(world, "rule-1", RepealRule(rule))


def a_rule_that_is_not_in_force_is_not_applied(world: World) -> None:
    """Neither after its repeal nor past its sunset, be the post as old as it may."""
    post, rule = world.post("ann"), world.rule("4.1")
    case, report = world.reports("bo", world.post("ann")), world.report(post, "5.1")
    world.becomes_law(RepealRule(rule))
    world.is_refused("rule-3", "mia", world.decide(case))
    world.passes("365d")
    world.is_refused("rule-3", "reporter", report)


def a_post_is_not_judged_by_a_later_rule(world: World) -> None:
    """The version that counts is that of the day on which the post was made."""
    before = world.post("ann")
    world.becomes_law(world.enact("9.1", "fold"))
    world.is_refused("rule-2", "reporter", world.report(before, "9.1"))
    world.becomes_law(world.amend("9.1", "label"))
    after = world.report(world.post("ann"), "9.1")
    world.is_refused("rule-2", "reporter", replace(after, rule=(after.rule[0], 1)))
