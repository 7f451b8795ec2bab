"""Ways to cheat in a case, an office or a text: each writes its breach and returns the entry where it is found."""

from collections.abc import Callable

import msgspec

from governance.acts.cases import CoSign
from governance.acts.members import Admit, Grant
from governance.acts.proposals import Enact
from governance.juries import drawn_seats
from governance.matters import matter_of
from governance.members import number
from governance.terms import size_of
from governance.votes import vote_of
from tests.audit.cheating import CheatingWorld

Found = tuple[str, Callable[[CheatingWorld], int]]
replace = msgspec.structs.replace


def rule_not_in_force(world: CheatingWorld) -> int:
    """A report under a rule that was only proposed."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    act = replace(world.report(world.post("ann")), rule=(proposal, 1))
    return world.cheats("reporter", act, "rule-1")


def decided_under_another_rule(world: CheatingWorld) -> int:
    """A decision that cites another rule than the case."""
    case = world.reports("bo", world.post("ann"))
    return world.cheats("mia", replace(world.decide(case), rule=(world.rule("2.1"), 1)), "decide-3")


def later_rule(world: CheatingWorld) -> int:
    """A post judged by a rule that came into force after it."""
    post = world.post("ann")
    world.becomes_law(world.enact("9.1", "fold"))
    act = world.report(post, "9.1")
    return world.cheats("reporter", act, "rule-2")


def repealed_rule(world: CheatingWorld) -> int:
    """A rule applied after its sunset."""
    world.becomes_law(world.enact("9.1", "fold"))
    post = world.post("ann")
    act = world.report(post, "9.1")
    world.now = world.after("sunset")
    return world.cheats("reporter", act, "rule-3")


def off_the_ladder(world: CheatingWorld) -> int:
    """A sanction that the rule does not allow."""
    case = world.reports("bo", world.post("ann", topical=True), "5.1")
    return world.cheats("mia", world.decide(case, "mute"), "ladder-2")


def milder_unanswered(world: CheatingWorld) -> int:
    """A fold that does not say why a label is not enough."""
    case = world.reports("bo", world.post("ann", topical=True), "5.1")
    return world.cheats("mia", replace(world.decide(case, "fold"), milder=()), "ladder-5")


def no_office(world: CheatingWorld) -> int:
    """A member decides who is no moderator."""
    case = world.reports("bo", world.post("ann"))
    return world.cheats("cy", world.decide(case), "office-1")


def office_over(world: CheatingWorld) -> int:
    """A moderator decides after the office ended."""
    world.now = world.after("office")
    case = world.reports("bo", world.post("ann"))
    return world.cheats("mia", world.decide(case), "office-1")


def granted_by_nobody(world: CheatingWorld) -> int:
    """A moderator who is no steward makes another."""
    return world.cheats("mia", Grant(number(world.by("ann")), "moderator", world.after("office"), 0), "office-1")


def founding_again(world: CheatingWorld) -> int:
    """The founding acts after it is over."""
    act = Enact(0, world.enact("9.9", "fold"))
    return world.cheats("founding", act, "charter-1")


def author_decides(world: CheatingWorld) -> int:
    """A moderator decides about their own post."""
    case = world.reports("bo", world.post("mia"))
    return world.cheats("mia", world.decide(case), "recusal-1")


def same_person_reconsiders(world: CheatingWorld) -> int:
    """The decider looks at their own decision again."""
    appeal = world.appeals("ann", world.folded())
    return world.cheats("mia", world.maintain(appeal), "recusal-2")


def co_signed_for_nothing(world: CheatingWorld) -> int:
    """A co-signature where nobody is suspended."""
    return world.cheats("moe", CoSign(world.folded()), "cosign-1")


def stranger_appeals(world: CheatingWorld) -> int:
    """An appeal by somebody who is neither author nor reporter."""
    return world.cheats("cy", world.appeal(world.folded()), "appeal-3")


def late_appeal(world: CheatingWorld) -> int:
    """An appeal after its last day."""
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case)
    world.now = world.after("appeal")
    world.passes("2d")
    return world.cheats("ann", world.appeal(case), "appeal-6")


def late_decision(world: CheatingWorld) -> int:
    """A decision after the reports counted as answered."""
    case = world.reports("bo", world.post("ann"))
    world.now = world.after("decision")
    return world.cheats("mia", world.decide(case), "decide-2")


def notice_incomplete(world: CheatingWorld) -> int:
    """A notice without the route to a court."""
    act = world.decide(world.reports("bo", world.post("ann")))
    return world.cheats("mia", replace(act, notice=replace(act.notice, routes=("appeal", "authority"))), "notice-5")


def no_reasons(world: CheatingWorld) -> int:
    """A decision that commits to no reasons."""
    act = world.decide(world.reports("bo", world.post("ann")))
    return world.cheats("mia", replace(act, commits=()), "decide-9")


def decided_twice(world: CheatingWorld) -> int:
    """A case decided by a second moderator after the first."""
    case = world.folded()
    return world.cheats("moe", world.decide(case), "decide-1")


def strangers_post_in_bulk(world: CheatingWorld) -> int:
    """A decision about spam that restricts another account's post as well."""
    case = world.reports("bo", world.post("ann"), "2.1")
    another = world.post("dee")
    world.reports("bo", another, "4.1")
    return world.cheats("mia", world.decide(case, "fold", others=[another]), "decide-10")


def element_unanswered(world: CheatingWorld) -> int:
    """A decision that passes over an element of the rule."""
    act = world.decide(world.reports("bo", world.post("ann")))
    return world.cheats("mia", replace(act, elements=act.elements[:-1]), "decide-4")


def element_not_found(world: CheatingWorld) -> int:
    """A post restricted though an element of the rule is not found."""
    act = world.decide(world.reports("bo", world.post("ann", topical=True), "5.1"), "fold")
    return world.cheats("mia", replace(act, elements=(True, False)), "decide-7")


def admitted_by_a_member(world: CheatingWorld) -> int:
    """Somebody admits a member by themselves."""
    return world.cheats("sol", Admit(), "member-2")


def another_text_shown(world: CheatingWorld) -> int:
    """Reasons shown that are not those that were given."""
    case = world.reports("bo", world.post("ann"))
    world.decides("mia", case)
    entry = len(world.entries) - 1
    world.says_otherwise(entry, "reasons", "because we do not like you")
    return entry


def time_goes_backwards(world: CheatingWorld) -> int:
    """A report dated before the entry in front of it."""
    world.reports("bo", world.post("ann"))
    world.now -= 1
    entry = world.does("reporter", world.report(world.post("cy")))
    world.now += 1
    return entry


def _jury(world: CheatingWorld) -> int:
    """An appeal of ann's, with twenty members who may be drawn."""
    names = tuple(f"juror{number}" for number in range(20))
    world.joins(*names)
    world.registers(*names)
    appeal = world.appeals("ann", world.folded())
    world.does("moe", world.maintain(appeal))
    return appeal


def juror_not_by_the_seed(world: CheatingWorld) -> int:
    """One of the seats is given to somebody whom the seed passed over."""
    appeal = _jury(world)
    act = world.draw(appeal)
    passed_over = {number(world.by(f"juror{one}")) for one in range(20)} - set(act.seats)
    return world.cheats("clock", replace(act, seats=(min(passed_over), *act.seats[1:])), "jury-4")


def secret_not_the_committed_one(world: CheatingWorld) -> int:
    """Another secret, tried until it drew friends: the seats are those of its own seed."""
    appeal = _jury(world)
    act = world.draw(appeal)
    matter = matter_of(world.state, appeal)
    seats = drawn_seats(world.state, matter, "ab" * 32)
    return world.cheats("clock", replace(act, secret="ab" * 32, seats=seats), "jury-3")


def verdict_misstated(world: CheatingWorld) -> int:
    """Seven jurors found for the author, and the close says that they upheld."""
    jury = world.does("clock", world.draw(_jury(world)))
    vote = world.in_jury(jury)
    for name in world.jurors(jury):
        world.casts(name, vote, "no")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    return world.does("clock", replace(world.close(vote), counts=(7, 0, 0)))


def emergency_signed_by_one(world: CheatingWorld) -> int:
    """Who withheld a post for hours signs for days as well."""
    emergency = world.invokes("mia", world.post("ann"))
    return world.cheats("mia", world.second(emergency), "emergency-3")


def order_sealed_for_too_long(world: CheatingWorld) -> int:
    """An order whose notice nobody would see for half a year."""
    world.has_officer()
    return world.cheats("olga", world.receive(sealed=int(size_of("183d"))), "order-5")


CHEATS_IN_CASES: tuple[Found, ...] = (
    ("P3", juror_not_by_the_seed),
    ("P3", secret_not_the_committed_one),
    ("P4", verdict_misstated),
    ("P5", emergency_signed_by_one),
    ("P5", order_sealed_for_too_long),
    ("R1", rule_not_in_force),
    ("R1", decided_under_another_rule),
    ("R3", later_rule),
    ("R4", off_the_ladder),
    ("R4", milder_unanswered),
    ("R5", repealed_rule),
    ("V1", admitted_by_a_member),
    ("A1", no_office),
    ("A1", office_over),
    ("A1", granted_by_nobody),
    ("A1", founding_again),
    ("A1", stranger_appeals),
    ("A2", author_decides),
    ("A2", same_person_reconsiders),
    ("A3", co_signed_for_nothing),
    ("P1", notice_incomplete),
    ("P1", no_reasons),
    ("P1", decided_twice),
    ("E2", element_unanswered),
    ("E2", element_not_found),
    ("P2", late_appeal),
    ("P2", late_decision),
    ("L1", time_goes_backwards),
    ("L2", another_text_shown),
    ("P1", strangers_post_in_bulk),
)
"""Each with the check that finds it."""
