"""Erasures and corrections that may not stand."""

from msgspec.structs import replace

from governance.acts.members import Grant
from governance.acts.proposals import Withdraw
from governance.acts.texts import Erase
from governance.members import number
from tests.governance.world import STEWARD, World


def _with_officer(world: World) -> None:
    world.joins("olga")
    world.grants("olga", "legal_officer")


def _decision(world: World, case: int) -> int:
    found = next(index for index, entry in enumerate(world.entries) if getattr(entry.act, "case", -1) == case)
    assert found > case
    return found


def an_erasure_names_texts_that_are_there(world: World) -> None:
    """Once each, by the entry that commits to them and what they belong to."""
    _with_officer(world)
    case = world.folded()
    decision = _decision(world, case)
    act = world.erase(decision, "reasons", case)
    world.is_refused("erase-1", "olga", replace(act, entries=act.entries * 2))
    for wrong in (
        world.erase(decision + 1, "reasons", case),
        world.erase(0, "reasons", case),
        world.erase(decision, "reasons", 0),
        world.erase(decision, "reasons", case, by="bo"),
        world.erase(decision, "statement", case),
        world.erase(decision, "words", case),
        world.erase(decision, "correction", case),
        world.erase(case, "reason", case, by="cy"),
        world.erase(decision, "reason", case, by="bo"),
        world.erase(case, "reason", 0, by="bo"),
        world.erase(0, "words", world.rule("4.1")),
    ):
        world.is_refused("erase-1", "olga", wrong)


def appeals_and_proposals_have_their_own_texts(world: World) -> None:
    """A statement is named by its appeal and, where reporters appealed, their pseudonym; words by their proposal."""
    _with_officer(world)
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case, "")
    appeal = world.reporter_appeals("bo", case)
    world.is_refused("erase-1", "olga", world.erase(appeal, "statement", appeal))
    world.is_refused("erase-1", "olga", world.erase(appeal, "reasons", appeal))
    one, other = world.proposes("ann", world.enact("9.1")), world.proposes("ann", world.enact("9.2"))
    world.is_refused("erase-1", "olga", world.erase(one, "words", other))


def a_text_is_erased_once(world: World) -> None:
    """What is gone cannot go again."""
    _with_officer(world)
    case = world.folded()
    act = world.erase(_decision(world, case), "reasons", case)
    world.does("olga", act)
    world.is_refused("erase-2", "olga", act)


def nobody_erases_what_is_anothers(world: World) -> None:
    """Neither a moderator, nor the author a report's reason, nor one who reported another's, nor who left office."""
    _with_officer(world)
    post = world.post("ann")
    case = world.reports("bo", post)
    world.reports("cy", post)
    reason = world.erase(case, "reason", case, "request", by="bo")
    for who in ("mia", "ann", "bo", STEWARD):
        world.is_refused("erase-3", who, reason)
    joined = world.erase(case + 1, "reason", case, "request", by="cy")
    mixed = Erase((*reason.entries, replace(joined.entries[0], reporter=world.pseudonym("bo"))), "request")
    world.is_refused("erase-1", "reporter", mixed)
    world.is_refused("erase-3", "reporter", world.erase(case, "content", case, "request", by="bo"))
    world.is_refused("member-1", "clock", reason)
    world.passes("184d")
    world.is_refused("erase-3", "olga", replace(reason, ground="order"))


def ones_own_text_goes_at_ones_own_request(world: World) -> None:
    """No other ground is for the person concerned to find."""
    case = world.folded()
    appeal = world.appeals("ann", case)
    world.is_refused("erase-4", "ann", world.erase(appeal, "statement", appeal, "order"))
    world.does("ann", world.erase(appeal, "statement", appeal, "request"))


def reported_words_are_kept_until_the_case_is_final(world: World) -> None:
    """Not before the answer, nor while somebody may appeal or has appealed; nor the words of a living proposal."""
    world.visits("gus")
    _with_officer(world)
    case = world.reports("bo", world.post("ann"), "2.1")
    content = world.erase(case, "content", case, "request", by="bo")
    world.is_refused("erase-5", "ann", content)
    world.decides("mia", case)
    world.is_refused("erase-5", "ann", content)
    appeal = world.appeals("ann", case)
    world.does("moe", world.maintain(appeal))
    world.is_refused("erase-5", "ann", content)
    proposal = world.proposes("ann", world.enact("9.1"))
    words = world.erase(proposal, "words", proposal, "request")
    world.is_refused("erase-5", "ann", words)
    world.does("ann", Withdraw(proposal))
    world.does("ann", words)


def no_office_takes_words_from_an_author(world: World) -> None:
    """Folded words stay; a guest's go when the guest asks and the case is final; nobody acts in their own case."""
    _with_officer(world)
    world.visits("gus")
    for author in ("ann", "gus"):
        case = world.folded(author)
        for ground in ("order", "private", "unlawful"):
            world.is_refused("erase-6", "olga", world.erase(case, "content", case, ground, by="bo"))
    world.is_refused("erase-6", "olga", world.erase(case - 2, "content", case - 2, "request", by="bo"))
    own = world.folded("olga")
    world.is_refused("recusal-1", "olga", world.erase(_decision(world, own), "reasons", own))
    open_one = world.reports("bo", world.post("gus"), "2.1")
    world.is_refused("erase-6", "olga", world.erase(open_one, "content", open_one, "request", by="bo"))


def founding_rules_are_not_erased(world: World) -> None:
    """They are repealed by vote."""
    _with_officer(world)
    rule = world.rule("4.1")
    world.is_refused("erase-7", "olga", world.erase(rule, "words", rule))


def erased_words_are_not_bound_anew(world: World) -> None:
    """Neither in the same case nor under another rule."""
    _with_officer(world)
    post = world.post("ann")
    case = world.reports("bo", post, "3.1")
    world.decides("mia", case, "withhold")
    world.does("olga", world.erase(case, "content", case, "private", by="bo"))
    world.is_refused("erase-8", "reporter", world.report(post, "3.1", "cy"))
    world.is_refused("erase-8", "reporter", world.report(post, "2.1", "cy"))


def what_cannot_be_shown_is_no_law(world: World) -> None:
    """A version whose words are gone judges nobody, also where a later one is in force."""
    _with_officer(world)
    rule = world.becomes_law(world.enact("9.1", "label"))
    post = world.post("ann")
    world.becomes_law(world.amend("9.1", "label"))
    world.does("olga", world.erase(rule, "words", rule))
    world.is_refused("rule-3", "reporter", world.report(post, "9.1"))


def a_correction_is_bound_and_names_an_entry(world: World) -> None:
    """With its text, and about what has been entered already."""
    _with_officer(world)
    world.is_refused("correct-1", "olga", replace(world.correct(1), commits=()))
    world.is_refused("correct-1", "olga", world.correct(len(world.entries)))


def only_the_officer_and_the_decider_correct(world: World) -> None:
    """Nobody else, and a decider nothing but their own decision."""
    case = world.folded()
    decision = _decision(world, case)
    world.is_refused("correct-2", "mia", world.correct(decision))
    world.is_refused("correct-2", "moe", world.correct(decision, case))
    world.is_refused("correct-2", "mia", world.correct(case, case))


def a_steward_grants_no_steward_and_no_long_officer(world: World) -> None:
    """The legal officer's term is as a moderator's."""
    olga = number(world.by("ann"))
    world.is_refused("office-2", STEWARD, Grant(olga, "steward", world.after("office"), 2))
    world.is_refused("office-3", STEWARD, Grant(olga, "legal_officer", world.after("office") + 1, 2))
