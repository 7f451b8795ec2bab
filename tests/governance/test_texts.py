"""What erasures end and leave, and corrections, which change nothing."""

import pytest

from governance.acts.texts import Erase, Erasing, What, WhyErased
from governance.appeals import is_final
from governance.cases import case_of, subject_of
from governance.commitment import Opening
from governance.members import number
from governance.proposals import proposal_of
from governance.rules import LabelOf, Rule, version_key
from governance.texts import Corrected, erased_key, what_of
from governance.votes import vote_of
from tests.governance.twin import Twin
from tests.governance.world import MEMBERS


@pytest.fixture
def world() -> Twin:
    """A square with a legal officer, the law asked twice of everything."""
    world = Twin.peopled()
    world.joins("olga")
    world.grants("olga", "legal_officer")
    return world


def gone(world: Twin, entry: int, what: What, of: int, ground: WhyErased = "order") -> int:
    """The legal officer erases a text of an office; the entry."""
    return world.does("olga", world.erase(entry, what, of, ground))


def test_erasing_the_reasons_ends_the_restriction(world: Twin) -> None:
    """In every replay, from that entry on; the post is as free as if a moderator had lifted it."""
    case = world.folded()
    post = case_of(world.state, case).post
    assert subject_of(world.state, post).standing(world.now)
    erasure = gone(world, len(world.entries) - 1, "reasons", case)
    after = case_of(world.state, case)
    assert ("lifted", world.now, erasure, erasure) == (after.status, after.until, after.lifted, after.erased)
    assert () == subject_of(world.state, post).standing(world.now)
    assert dict(world.state) == dict(world.replayed())


def test_erasing_the_reasons_of_what_is_over_ends_nothing(world: Twin) -> None:
    """A decision that restricts nothing, and a restriction that a moderator ended, stay as they are."""
    none = world.reports("bo", world.post("ann"))
    world.decides("mia", none, "")
    gone(world, len(world.entries) - 1, "reasons", none)
    assert ("decided", "none") == (case_of(world.state, none).status, case_of(world.state, none).outcome)
    folded = world.folded()
    decision = len(world.entries) - 1
    lift = world.does("moe", world.lift(folded))
    gone(world, decision, "reasons", folded)
    gone(world, lift, "reasons", folded)
    assert lift == case_of(world.state, folded).lifted


def test_a_returned_case_waits_on_without_its_restriction(world: Twin) -> None:
    """Erased reasons end what stood meanwhile; the new decision restricts again, and the old texts can still go."""
    case = world.reports("bo", world.post("ann"), "2.1")
    world.decides("mia", case, "slow", "30d")
    first = len(world.entries) - 1
    world.does("moe", world.reverse(world.reporter_appeals("bo", case)))
    gone(world, first, "reasons", case)
    waiting = case_of(world.state, case)
    assert ("open", "", 0) == (waiting.status, waiting.outcome, waiting.lifted)
    assert () == subject_of(world.state, world.by("ann")).standing(world.now)
    world.decides("max", case)
    again = case_of(world.state, case)
    assert (True, 0) == (again.restricts, again.erased)
    gone(world, len(world.entries) - 1, "reasons", case)
    assert "lifted" == case_of(world.state, case).status


def test_the_reasons_of_every_answer_can_go(world: Twin) -> None:
    """Of a decision that was returned, of an end before that, of a second look: each by its own entry."""
    case = world.reports("bo", world.post("ann"), "2.1")
    world.decides("mia", case, "slow", "30d")
    first = len(world.entries) - 1
    appeal = world.reporter_appeals("bo", case)
    look = world.does("moe", world.reverse(appeal))
    lift = world.does("mia", world.lift(case))
    world.decides("max", case)
    second_lift = world.does("mia", world.lift(case))
    parts = (Erasing(first, "reasons", case, ""), Erasing(lift, "reasons", case, ""))
    both = (Erasing(second_lift, "reasons", case, ""), Erasing(look, "reasons", appeal, ""))
    erasure = world.does("olga", Erase((*parts, *both), "private"))
    for entry in (first, lift, second_lift, look):
        mark = world.state[erased_key(entry, "reasons")]
        assert mark is not None
        assert (erasure, "private") == (mark.erasure, mark.ground)


def test_two_restrictions_of_a_post_end_in_one_entry(world: Twin) -> None:
    """What one text ends is not forgotten when the next is taken, nor is the mark on the post."""
    post = world.post("ann")
    cases = [world.reports("bo", post, label) for label in ("3.1", "2.1")]
    world.decides("mia", cases[0], "withhold")
    world.decides("mia", cases[1], "fold")
    decisions = [case_of(world.state, case).decision for case in cases]
    reasons = tuple(Erasing(decision, "reasons", case, "") for decision, case in zip(decisions, cases, strict=True))
    content = Erasing(cases[0], "content", cases[0], world.pseudonym("bo"))
    erasure = world.does("olga", Erase((content, *reasons), "unlawful"))
    subject = subject_of(world.state, post.id)
    assert (erasure, ()) == (subject.erased, subject.standing(world.now))


def test_the_person_concerned_erases_what_is_theirs(world: Twin) -> None:
    """The author the words, who appealed the statement, who reported the reason; also after leaving."""
    case = world.folded()
    appeal = world.appeals("ann", case)
    world.does("ann", world.erase(appeal, "statement", appeal, "request"))
    world.does("reporter", world.erase(case, "reason", case, "request", by="bo"))
    world.now = case_of(world.state, case).appeal_until
    assert is_final(world.state, case_of(world.state, case), world.now)
    erasure = world.does("ann", world.erase(case, "content", case, "request", by="bo"))
    assert erasure == subject_of(world.state, case_of(world.state, case).post).erased


def test_what_is_withheld_may_go_without_its_author(world: Twin) -> None:
    """The legal officer takes the words of a withheld post; the restriction stays until its date."""
    post = world.post("ann")
    case = world.reports("bo", post, "3.1")
    world.decides("mia", case, "withhold")
    world.does("olga", world.erase(case, "content", case, "private", by="bo"))
    assert case_of(world.state, case).restricts_at(world.now)


def test_a_guest_asks_the_legal_officer(world: Twin) -> None:
    """Who cannot come here writes; the words go when the case is final."""
    world.visits("gus")
    case = world.folded("gus")
    world.now = case_of(world.state, case).appeal_until
    world.grants("olga", "legal_officer")
    world.does("olga", world.erase(case, "content", case, "request", by="bo"))


def test_a_rule_whose_words_are_erased_is_no_law(world: Twin) -> None:
    """It ends as by repeal, its label is free, and the version says why."""
    rule = world.becomes_law(world.enact("9.1", "fold"))
    erasure = gone(world, rule, "words", rule)
    value, version = world.state[Rule, rule], world.state[version_key(rule, 1)]
    assert value is not None
    assert version is not None
    assert ("repealed", LabelOf(0)) == (value.status, world.state[LabelOf, "9.1"])
    assert (erasure, world.now, False) == (version.erased, version.until, version.in_force_at(world.now))
    world.becomes_law(world.enact("9.1", "fold"))


def test_the_words_of_an_older_version_leave_the_newer_in_force(world: Twin) -> None:
    """Only what was erased is no law."""
    rule = world.becomes_law(world.enact("9.1", "fold"))
    world.becomes_law(world.amend("9.1", "label"))
    gone(world, rule, "words", rule)
    value, older = world.state[Rule, rule], world.state[version_key(rule, 1)]
    assert value is not None
    assert older is not None
    assert ("in force", True) == (value.status, older.erased > 0)


@pytest.mark.parametrize("status", ["sponsoring", "discussion", "frozen", "voting"])
def test_a_proposal_without_its_words_is_over(world: Twin, status: str) -> None:
    """At whatever stage; a vote that was open comes to nothing, whoever has cast a ballot."""
    change = world.enact("9.1", "fold")
    proposal = world.proposes("ann", change)
    vote = 0
    if status == "discussion":
        world.sponsored(proposal)
    elif status != "sponsoring":
        world.frozen(proposal)
    if status == "voting":
        vote = world.opens_vote(proposal)
    assert status == proposal_of(world.state, proposal).status
    world.now += 1
    erasure = gone(world, proposal, "words", proposal)
    over = proposal_of(world.state, proposal)
    assert ("withdrawn", erasure) == (over.status, over.ended)
    if vote:
        assert "adopted" == world.votes(vote, yes=MEMBERS)
        assert "withdrawn" == proposal_of(world.state, proposal).status
        assert "adopted" == vote_of(world.state, vote).status


def test_an_older_wording_goes_and_the_proposal_lives(world: Twin) -> None:
    """What nobody votes on any more is not what the proposal says."""
    proposal = world.proposes("ann", world.enact("9.1", "fold"))
    world.does("ann", world.amendment(proposal, world.enact("9.1", "label")))
    gone(world, proposal, "words", proposal)
    assert "sponsoring" == proposal_of(world.state, proposal).status


def test_a_correction_changes_nothing(world: Twin) -> None:
    """By the legal officer of any entry, by a moderator of their own decision; a correction may be erased."""
    case = world.folded()
    decision, before = len(world.entries) - 1, dict(world.state)
    mine = world.does("mia", world.correct(decision, case))
    officers = world.does("olga", world.correct(0))
    added = {key: value for key, value in world.state.items() if before.get(key) != value}
    assert {
        (Corrected, mine): Corrected(decision, world.by("mia")),
        (Corrected, officers): Corrected(0, world.by("olga")),
    } == added
    gone(world, mine, "correction", mine)
    assert f"m:{number(world.by('mia'))}" == Corrected(decision, world.by("mia")).by


@pytest.mark.parametrize(
    ("field", "what"),
    [("milder/fold", "reasons"), ("reasons", "reasons"), ("element/12", "words"), ("title", "words"), ("aim", "words")]
    + [(name, name) for name in ("content", "reason", "statement", "correction")],
)
def test_every_field_belongs_to_a_text(field: str, what: str) -> None:
    """A decision's answers go with its reasons, the parts of a rule with each other."""
    assert what == what_of(Opening(field, bytes(32), "").field)
