"""The recount: every ballot, opening and mark of a closed vote, held against the box that the ledger sealed."""

from pathlib import Path

import msgspec

from governance.acts.members import CloseAccount
from governance.acts.proposals import Enact, SetTerm
from governance.members import number
from governance.proposals import proposal_of
from governance.votes import LAST_SEAL, vote_of
from tests.audit.auditing import audit, row, unverified, violated
from tests.audit.cheating import CheatingWorld
from tests.audit.publishing import Files, log_files, publish
from tests.audit.stories import YES, town
from tests.governance.boxes import CHOICE, root
from tests.governance.polling import asks, open_poll

replace = msgspec.structs.replace


def voted() -> tuple[CheatingWorld, int, int]:
    """A square with a closed vote; returns the vote and its close."""
    world = town()
    vote = world.in_vote(world.enact("9.1", "label"))
    assert "adopted" == world.votes(vote, yes=YES[:4], no=YES[4:])
    return world, vote, len(world.entries) - 1


def closed_with(world: CheatingWorld, vote: int, openings: list[bytes], marks: list[bytes]) -> tuple[int, Files]:
    """The close again, with these openings and marks published under its roots."""
    close = replace(world.close(vote), openings_root=root(openings), marks_root=root(marks))
    entry = world.does("clock", close)
    files = {path: data for path, data in publish(world).items() if f"votes/{vote}/o" not in path}
    files |= log_files(f"votes/{vote}/openings/", openings)[0] | log_files(f"votes/{vote}/marks/", marks)[0]
    return entry, files


def sealed() -> tuple[CheatingWorld, int]:
    """A square with a vote whose box is sealed, and which is to be closed now."""
    world = town()
    vote = world.in_vote(world.enact("9.1", "label"))
    for name in YES:
        world.casts(name, vote, "yes")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    return world, vote


def test_what_a_recount_did_not_adopt_was_not_enacted(tmp_path: Path) -> None:
    """A misstated result is R2's at the close, and again at the enactment that rests on it."""
    world = town()
    change = world.enact("9.1", "label")
    vote = world.in_vote(change)
    for name in YES:
        world.casts(name, vote, "no")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    close = world.does("clock", replace(world.close(vote), counts=(5, 0, 0)))
    proposal = vote_of(world.state, vote).proposal
    world.now = proposal_of(world.state, proposal).due_at
    enacted = world.does("clock", Enact(proposal, change))
    assert {"R2": (close, enacted)} == violated(audit(world, tmp_path, at=world.now))


def test_an_opening_that_opens_nothing(tmp_path: Path) -> None:
    """An opening with another choice than the sealed one, under a root of its own."""
    world, vote = sealed()
    box = world.boxes[vote]
    openings = box.openings(5)
    openings[3] = openings[3].replace(b'"choice":0', b'"choice":1')
    entry, files = closed_with(world, vote, openings, box.mark_lines())
    report = audit(files, tmp_path, at=world.now)
    assert {"R2": (entry,)} == violated(report)
    assert "place 3" in row(report, "R2").findings[0].why


def test_a_certified_poll_that_was_miscounted(tmp_path: Path) -> None:
    """A close that states other counts than the box holds is V3's; nothing else hangs on it."""
    world = town()
    poll = asks(world, ("tea", "coffee"))
    for name in YES:
        world.puts(name, poll, 0)
    world.now = vote_of(world.state, poll).closes
    world.does("clock", world.seal(poll))
    close = world.does("clock", replace(world.close(poll), counts=(1, 4, 0)))
    assert {"V3": (close,)} == violated(audit(world, tmp_path, at=world.now))


def test_a_certified_poll_on_a_roll_of_ones_own(tmp_path: Path) -> None:
    """Of the right size, under another root: V1's; opened by nobody's clock, or twice: V3's."""
    world = town()
    act = open_poll(world, ("tea", "coffee"))
    wrong = world.does("clock", replace(act, roll_root="0" * 64))
    again = world.cheats("clock", replace(act, roll_root=act.roll_root), "poll-1")
    by_hand = world.cheats("ann", open_poll(world, ("tea", "coffee"), post="118"), "poll-1")
    assert {"V1": (wrong,), "V3": (again, by_hand)} == violated(audit(world, tmp_path, at=world.now))


def test_openings_in_another_order(tmp_path: Path) -> None:
    """Openings stand in the order of their places."""
    world, vote = sealed()
    box = world.boxes[vote]
    entry, files = closed_with(world, vote, box.openings(5)[::-1], box.mark_lines())
    assert {"R2": (entry,)} == violated(audit(files, tmp_path, at=world.now))


def test_openings_in_another_encoding(tmp_path: Path) -> None:
    """An opening has one encoding."""
    world, vote = sealed()
    box = world.boxes[vote]
    openings = [opening.replace(b",", b", ") for opening in box.openings(5)]
    entry, files = closed_with(world, vote, openings, box.mark_lines())
    assert {"R2": (entry,)} == violated(audit(files, tmp_path, at=world.now))


def test_two_marks_for_one_member(tmp_path: Path) -> None:
    """One mark a member, sorted by number."""
    world, vote = sealed()
    box = world.boxes[vote]
    marks = box.mark_lines()
    entry, files = closed_with(world, vote, box.openings(5), [*marks[:4], marks[3]])
    report = audit(files, tmp_path, at=world.now)
    assert {"R2": (entry,)} == violated(report)
    assert "has two" in row(report, "R2").findings[0].why


def test_fewer_marks_than_ballots_cannot_be_shown(tmp_path: Path) -> None:
    """A ballot without a mark: there are no marks of that number, so nothing passes."""
    world, vote = sealed()
    box = world.boxes[vote]
    _, files = closed_with(world, vote, box.openings(5), box.mark_lines()[:4])
    files = {path: data for path, data in files.items() if not ("marks" in path and path.endswith(".p/5"))}
    assert (2, {"R2"}) == (audit(files, tmp_path, at=world.now).exit, unverified(audit(files, tmp_path, at=world.now)))


def test_a_box_that_is_not_served(tmp_path: Path) -> None:
    """Without the box neither its seals nor the count can be verified."""
    world, vote, _ = voted()
    files = {path: data for path, data in publish(world).items() if not path.startswith(f"votes/{vote}/box/")}
    report = audit(files, tmp_path, at=world.now)
    assert (2, {"V2", "R2"}) == (report.exit, unverified(report))


def test_openings_that_are_not_served_leave_the_seals_to_be_checked(tmp_path: Path) -> None:
    """The box is read to its end all the same."""
    world, vote, _ = voted()
    files = {path: data for path, data in publish(world).items() if not path.startswith(f"votes/{vote}/openings/")}
    report = audit(files, tmp_path, at=world.now)
    assert (2, {"R2"}, "holds") == (report.exit, unverified(report), row(report, "V2").result)


def test_who_leaves_during_a_vote_stays_on_its_roll(tmp_path: Path) -> None:
    """Nobody is struck from a roll in the middle of a vote."""
    world = town()
    vote = world.in_vote(world.enact("9.1", "label"))
    for name in YES:
        world.casts(name, vote, "yes")
    world.does("ann", CloseAccount(number(world.by("ann"))))
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    world.does("clock", world.close(vote))
    assert 0 == audit(world, tmp_path, at=world.now).exit


def test_ballots_after_the_last_seal_are_void_and_their_marks_stay(tmp_path: Path) -> None:
    """The square was down at the close: the last seal counts, and the late ballots are named."""
    world, vote = sealed()
    world.boxes[vote].put(number(world.by("fay")), CHOICE["no"])
    world.now = vote_of(world.state, vote).closes + 2 * LAST_SEAL
    world.does("clock", world.close(vote))
    assert 1 == vote_of(world.state, vote).late
    assert 0 == audit(world, tmp_path, at=world.now).exit


def test_a_change_of_the_charter_is_recounted_twice(tmp_path: Path) -> None:
    """Both votes of an entrenched term, and its enactment."""
    world = town()
    world.becomes_law(SetTerm("appeal", "200d"), yes=(*YES, "fay"))
    report = audit(world, tmp_path, at=world.now)
    assert (0, 2) == (report.exit, report.acts["close_vote"])


def test_a_vote_in_which_nobody_voted(tmp_path: Path) -> None:
    """An empty box, no openings, no marks: void, and it holds."""
    world = town()
    vote = world.in_vote(world.enact("9.1", "label"))
    assert "void" == world.votes(vote)
    assert 0 == audit(world, tmp_path, at=world.now).exit


def test_an_open_vote_is_held_against_its_last_seal(tmp_path: Path) -> None:
    """Before the close the sealed part of the box is verified, and a seal that it does not have is V2's."""
    world = town()
    vote = world.in_vote(world.enact("9.1", "label"))
    world.casts("ann", vote, "yes")
    seal = world.does("clock", world.seal(vote))
    assert 0 == audit(world, tmp_path / "honest", at=world.now).exit
    _, token = world.boxes[vote].ballots[0]
    world.boxes[vote].ballots[0] = (CHOICE["no"], token)
    assert {"V2": (seal,)} == violated(audit(world, tmp_path / "not", at=world.now))
