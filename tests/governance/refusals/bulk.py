"""Decisions about spam that name posts which they may not name."""

from msgspec.structs import replace

from tests.governance.making import Post
from tests.governance.world import World


def _posts(world: World, count: int, author: str = "ann") -> list[Post]:
    return [world.post(author) for _ in range(count)]


def only_a_restriction_for_spam_names_others(world: World) -> None:
    """Not under a rule that judges what was said, and not where nothing is restricted."""
    one, *others = _posts(world, 3)
    case = world.reports("bo", one)
    world.is_refused("decide-10", "mia", world.decide(case, "fold", others=others))
    case = world.reports("bo", one, "2.1")
    world.is_refused("decide-10", "mia", world.decide(case, "", others=others))
    world.does("mia", world.decide(case, "fold", others=others))


def a_post_is_named_once(world: World) -> None:
    """And the reported one not again."""
    one, other = _posts(world, 2)
    case = world.reports("bo", one, "2.1")
    world.is_refused("decide-10", "mia", world.decide(case, "fold", others=[other, other]))
    world.is_refused("decide-10", "mia", world.decide(case, "fold", others=[other, one]))


def others_are_of_the_same_account(world: World) -> None:
    """As far as the ledger knows whose they are."""
    one, another = world.post("ann"), world.post("dee")
    case = world.reports("bo", one, "2.1")
    world.reports("bo", another, "4.1")
    world.is_refused("decide-10", "mia", world.decide(case, "fold", others=[another]))


def what_has_a_case_of_its_own_is_decided_there(world: World) -> None:
    """A report is answered where it was made; one under another rule stands in nobody's way."""
    one, other = _posts(world, 2)
    case = world.reports("bo", one, "2.1")
    own = world.reports("bo", other, "2.1")
    world.reports("bo", other, "4.1")
    world.is_refused("decide-10", "mia", world.decide(case, "fold", others=[other]))
    world.does("mia", world.decide(own, "fold"))
    world.is_refused("decide-10", "mia", world.decide(case, "fold", others=[other]))


def others_are_judged_by_the_rule_of_their_day(world: World) -> None:
    """Neither one that is older than the rule, nor one that is not made yet."""
    before = world.post("ann")
    world.becomes_law(world.amend_to_spam("2.1", "fold"))
    one = world.post("ann")
    case = world.reports("bo", one, "2.1")
    world.is_refused("rule-2", "mia", world.decide(case, "fold", others=[before]))
    tomorrow = Post(world.post("ann").id, "ann", world.now + 1)
    world.is_refused("rule-2", "mia", world.decide(case, "fold", others=[tomorrow]))


def a_named_post_carries_256_cases(world: World) -> None:
    """As a reported one does."""
    one, other = _posts(world, 2)
    for version in range(1, 257):
        world.does("reporter", replace(world.report(other), version=version))
    case = world.reports("bo", one, "2.1")
    world.is_refused("report-5", "mia", world.decide(case, "fold", others=[other]))


def what_was_erased_is_not_named(world: World) -> None:
    """Words that are gone are bound by no decision."""
    world.grants("max", "legal_officer")
    one, other = _posts(world, 2)
    case = world.reports("bo", other, "3.1")
    world.does("mia", world.decide(case, "withhold"))
    world.does("max", world.erase(case, "content", case, "private", by="bo"))
    spam = world.reports("bo", one, "2.1")
    world.is_refused("erase-8", "mia", world.decide(spam, "fold", others=[other]))


def a_later_report_agrees_with_what_was_named(world: World) -> None:
    """On the day on which that post was made, not on that of the reported one."""
    one = world.post("ann")
    world.passes("1h")
    other = world.post("ann")
    case = world.reports("bo", one, "2.1")
    world.does("mia", world.decide(case, "fold", others=[other]))
    report = world.report(other, "2.1", "cy")
    world.is_refused("report-7", "reporter", replace(report, posted=one.posted))
    world.is_refused("report-6", "reporter", world.report(other, "2.1", "bo"))
    world.does("reporter", report)
