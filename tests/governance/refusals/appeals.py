"""Appeals that cannot be made, and second looks that cannot be taken."""

from msgspec.structs import replace

from governance.acts.appeals import JoinAppeal
from tests.governance.world import World


def an_appeal_must_exist(world: World) -> None:
    """Nobody joins or answers what was never appealed."""
    appeal = world.appeals("ann", world.folded())
    world.is_refused("appeal-1", "reporter", JoinAppeal(1, world.pseudonym("bo")))
    world.is_refused("appeal-1", "moe", replace(world.reverse(appeal), appeal=1))


def an_appeal_commits_to_its_statement(world: World) -> None:
    """Somebody will have to read why."""
    act = world.appeal(world.folded())
    world.is_refused("appeal-2", "ann", replace(act, commits=()))
    world.is_refused("appeal-2", "ann", replace(act, commits=(world.commit("reasons", "why"),)))


def a_stranger_does_not_appeal(world: World) -> None:
    """Only the author and those who reported do, each under the one name that the case knows."""
    case = world.folded()
    world.is_refused("appeal-3", "cy", world.appeal(case))
    world.is_refused("appeal-3", "ann", world.appeal(case, "bo"))
    none = world.reports("bo", world.post("ann"))
    world.decides("mia", none, "")
    world.is_refused("appeal-3", "reporter", world.appeal(none, "cy"))
    world.is_refused("appeal-3", "reporter", world.appeal(none))
    appeal = world.reporter_appeals("bo", none)
    world.is_refused("appeal-3", "reporter", JoinAppeal(appeal, world.pseudonym("cy")))


def there_must_be_something_to_appeal_against(world: World) -> None:
    """Not before the answer, not what restricts nothing, not the strictest, not what has ended."""
    case = world.reports("bo", world.post("ann"))
    world.is_refused("appeal-4", "ann", world.appeal(case))
    world.is_refused("appeal-4", "reporter", world.appeal(case, "bo"))
    world.decides("mia", case, "")
    world.is_refused("appeal-4", "ann", world.appeal(case))
    strictest = world.reports("bo", world.post("ann"))
    world.decides("mia", strictest, "mute")
    world.is_refused("appeal-4", "reporter", world.appeal(strictest, "bo"))
    lifted = world.folded()
    world.does("moe", world.lift(lifted))
    world.is_refused("appeal-4", "ann", world.appeal(lifted))
    world.is_refused("appeal-4", "reporter", world.appeal(lifted, "bo"))


def silence_on_the_unlawful_is_no_answer(world: World) -> None:
    """So there is nothing yet that a reporter could appeal against, and a decision may still come."""
    case = world.reports("bo", world.post("ann"), "1.1")
    world.now = world.after("decision")
    world.is_refused("appeal-4", "reporter", world.appeal(case, "bo"))
    world.decides("mia", case, "withhold")


def each_side_appeals_once(world: World) -> None:
    """The author for themselves, one reporter for all."""
    case = world.folded()
    world.appeals("ann", case)
    world.is_refused("appeal-5", "ann", world.appeal(case))
    none = world.reports("bo", world.post("ann"))
    world.reports("cy", world.post_of(none))
    world.decides("mia", none, "")
    world.reporter_appeals("bo", none)
    world.is_refused("appeal-5", "reporter", world.appeal(none, "cy"))


def an_appeal_comes_in_time(world: World) -> None:
    """On the last day it is late: the term counts from the answer, and silence answers on its date."""
    case, none, silent = world.folded(), world.reports("bo", world.post("ann")), world.reports("bo", world.post("ann"))
    world.decides("mia", none, "")
    world.now = world.after("appeal")
    world.is_refused("appeal-6", "ann", world.appeal(case))
    world.is_refused("appeal-6", "reporter", world.appeal(none, "bo"))
    world.passes("7d")
    world.is_refused("appeal-6", "reporter", world.appeal(silent, "bo"))
    world.now -= 1
    world.reporter_appeals("bo", silent)


def reporters_join_an_appeal_of_theirs_once_while_it_waits(world: World) -> None:
    """Not the author's, not twice, not when it is over."""
    post = world.post("ann")
    case, folded = world.reports("bo", post), world.folded()
    for name in ("cy", "dee"):
        world.reports(name, post)
    authors = world.appeals("ann", folded)
    world.is_refused("appeal-7", "reporter", JoinAppeal(authors, world.pseudonym("bo")))
    world.decides("mia", case, "")
    appeal = world.reporter_appeals("bo", case)
    world.is_refused("appeal-7", "reporter", JoinAppeal(appeal, world.pseudonym("bo")))
    world.is_refused("appeal-7", "cy", JoinAppeal(appeal, world.pseudonym("cy")))
    world.does("reporter", JoinAppeal(appeal, world.pseudonym("cy")))
    world.is_refused("appeal-7", "reporter", JoinAppeal(appeal, world.pseudonym("cy")))
    world.now = world.after("reconsider")
    world.is_refused("appeal-7", "reporter", JoinAppeal(appeal, world.pseudonym("dee")))


def an_appeal_is_answered_once_and_in_time(world: World) -> None:
    """A second answer is refused, and one after the term."""
    answered, late = world.appeals("ann", world.folded()), world.appeals("ann", world.folded())
    world.does("moe", world.maintain(answered))
    world.is_refused("reconsider-1", "max", world.reverse(answered))
    world.now = world.after("reconsider")
    world.is_refused("reconsider-2", "moe", world.reverse(late))


def a_second_look_is_at_what_stands(world: World) -> None:
    """Not at what was lifted meanwhile."""
    case = world.folded()
    appeal = world.appeals("ann", case)
    world.does("moe", world.lift(case))
    world.is_refused("reconsider-3", "moe", world.reverse(appeal))


def a_second_look_is_not_at_another_decision(world: World) -> None:
    """The reporters' appeal brought a new decision; the author's appeal was against the old one."""
    case = world.folded()
    reporters, authors = world.reporter_appeals("bo", case), world.appeals("ann", case)
    world.does("moe", world.reverse(reporters))
    world.is_refused("reconsider-3", "max", world.reverse(authors))
    world.decides("max", case, "mute")
    world.grants("dee")
    world.is_refused("reconsider-3", "dee", world.reverse(authors))


def a_second_look_gives_reasons(world: World) -> None:
    """Whichever way it goes."""
    appeal = world.appeals("ann", world.folded())
    world.is_refused("reconsider-4", "moe", replace(world.reverse(appeal), commits=()))
    world.is_refused("reconsider-4", "moe", replace(world.maintain(appeal), commits=()))
