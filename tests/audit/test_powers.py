"""Emergencies and orders before an auditor: what is sealed is not missing, what was not signed is named."""

from pathlib import Path

from app.config import Config
from governance.acts.orders import PublishNotice
from tests.audit.auditing import audit, row, unverified, violated
from tests.audit.stories import town as world_of
from tests.audit.test_square import audit as audit_site
from tests.cases.town import Town
from tests.web.serving import ON_SQLITE, Site


def test_what_is_sealed_is_counted_and_not_missing(tmp_path: Path) -> None:
    """Until its date; then it is owed, and what is not shown cannot be verified."""
    world = world_of()
    world.has_officer()
    order = world.receives(sealed="30d")
    done = world.does("olga", world.comply(order, world.post("ann")))
    report = audit(world, tmp_path / "sealed", at=world.now)
    assert (set(), {}, 0) == (unverified(report), violated(report), report.exit)
    assert any("2 entries about orders are sealed" in note for note in row(report, "L2").notes)
    assert any("1 received, 1 obeyed, 0 refused, 1 sealed now" in note for note in row(report, "P5").notes)
    world.passes("30d")
    assert set() == unverified(audit(world, tmp_path / "public", at=world.now))
    world.hides(order, "authority")
    hidden = audit(world, tmp_path / "hidden", at=world.now)
    assert {"L2"} == unverified(hidden)
    assert [order] == [finding.entry for finding in row(hidden, "L2").findings]
    assert done


def test_a_seal_that_was_ended_seals_nothing(tmp_path: Path) -> None:
    """From that entry on the texts are owed."""
    world = world_of()
    world.has_officer()
    order = world.receives(sealed="30d")
    world.does("olga", PublishNotice(order))
    world.hides(order, "basis")
    assert {"L2"} == unverified(audit(world, tmp_path, at=world.now))


def test_what_was_not_signed_is_named(tmp_path: Path) -> None:
    """A fallen emergency is overdue; what nobody is shown without a second person is a violation."""
    world = world_of()
    fell = world.invokes("mia", world.post("ann"))
    unshown = world.invokes("mia", world.post("ann"), "child_abuse")
    unheard = world.invokes("mia", world.post("cy"))
    world.does("moe", world.second(unheard))
    world.passes("11d")
    report = audit(world, tmp_path, at=world.now)
    found = {finding.entry: finding.kind for finding in row(report, "P5").findings}
    assert {fell: "overdue", unshown: "violation", unheard: "overdue"} == found
    assert any("child_abuse 1, doxxing 2" in note for note in row(report, "P5").notes)


@ON_SQLITE
def test_a_served_square_holds_with_powers(config: Config) -> None:
    """Withheld at once, by an order here and by one elsewhere, shown to nobody: the live pages say what entries say."""
    site = Site(config)
    town = Town(site)
    town.admit("ann", "ben")
    town.elect("mia", "moe")
    town.appoint("olga")
    posts = [town.say("ann", f"words {number}") for number in range(5)]
    town.does("mia", f"/posts/{posts[0]}/withhold", ground="doxxing", reasons="A mob.")
    town.does("mia", f"/posts/{posts[1]}/withhold", ground="child_abuse")
    order = town.does("olga", "/orders", kind="withhold", authority="A court", basis="A law", sealed_for=9)
    said = {"duration": 3, "reasons": "It says so."}
    town.does("olga", f"/orders/{order}/comply", post=posts[2], countries="DE", **said)
    town.does("olga", f"/orders/{order}/comply", post=posts[3], globe="It names a victim.", **said)
    report = audit_site(town)
    found = {row.id: row.findings for row in report.checks if row.result not in ("holds", "not checked")}
    assert {} == found
    town.close()
    site.close()
