"""One story in a demonstration, in order: each test is a chapter, told by somebody at a browser without JavaScript."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from app.web.translations import Language
from ledger.note import VerifierKey
from ledger.proof import ProofFile, check_proof
from tests.browser.demonstration import Demonstration
from tests.browser.people import Person, number_in
from tests.media.hostile import drawn, saved

# A story is told by one process, in order.
pytestmark = pytest.mark.alone

BREAD: Final = saved(drawn(), "PNG")
PASSWORD: Final = "nine herons over the harbour"
POOL: Final = "When does the swimming pool reopen?"
LIBRARY: Final = "The reading room can stay open late"
OFF_TOPIC: Final = "By the way, who else was woken by the foghorn last night?"
REASONS: Final = "The opener set a topic, and nobody had asked about the foghorn. It is folded for half an hour."
CHILDREN: Final = "A rule for pictures of other people’s children"
SLOWER: Final = "Twice as slow"
ANNOUNCED: Final = "An evening longer to find sponsors"


class Town:
    """The square of the story, the language in which it is told, and what one chapter leaves to the next."""

    def __init__(self, square: Demonstration, chrome: Browser, language: Language) -> None:
        self.square = square
        self.chrome = chrome
        self.language = language
        self.case = ""
        self.decision = 0

    def somebody(self) -> Person:
        """A person who is not signed in."""
        return Person(self.chrome, self.square.url, self.language)

    def as_(self, handle: str, password: str = "") -> Person:
        """One of the cast, signed in."""
        person = self.somebody()
        person.signs_in(handle, password or self.square.passwords[handle])
        return person


@pytest.fixture(scope="module", params=["en", "ar"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, chrome: Browser) -> Iterator[Town]:
    """A demonstration of the story's own."""
    square = Demonstration(tmp_path_factory.mktemp("walk") / "home")
    yield Town(square, chrome, "ar" if request.param == "ar" else "en")
    square.close()


def test_a_newcomer_takes_a_place_and_speaks(town: Town) -> None:
    """Joining takes one form; posting, a poll and an answer come at once."""
    with town.somebody() as mira:
        mira.joins("mira", PASSWORD)
        assert mira.reads("You follow nobody yet")

        mira.writes("What do you want to say?", "Good morning. I have moved in above the bakery.")
        mira.presses("Post")
        assert "I have moved in above the bakery." in mira.text

        mira.follows("Write")
        mira.writes("What do you want to say?", "Which bread shall I try first?")
        mira.unfolds("Add a poll")
        mira.writes("Answer %(n)s", "Rye", n=1)
        mira.writes("Answer %(n)s", "Whatever is warm", n=2)
        mira.presses("Post")
        assert "Whatever is warm" in mira.post("Which bread shall I try first?").inner_text()


def test_a_newcomer_says_something_later(town: Town) -> None:
    """A time is set in the browser's own field; what waits is changed, gets a picture, and is taken back."""
    at = f"{datetime.now(UTC) + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    with town.as_("mira", PASSWORD) as mira:
        mira.follows("Write")
        mira.writes("What do you want to say?", "The bakery is closed tomorrow.")
        mira.unfolds("Say it later")
        mira.writes("When it is to be said (UTC)", at)
        mira.presses("Post")
        assert mira.reads("Waiting to be said")

        mira.follows("Change it, or its time")
        assert at == mira.page.get_by_label(mira.said("When it is to be said (UTC)"), exact=True).input_value()
        mira.writes("What do you want to say?", "The bakery is closed on Monday.")
        mira.unfolds("Add pictures")
        mira.chooses("Picture %(n)s", BREAD, n=1)
        mira.presses("Save")
        assert "The bakery is closed on Monday." in mira.text
        mira.presses("Throw it away")
        assert mira.reads("No drafts")


def test_a_newcomer_shows_what_they_spoke_of(town: Town) -> None:
    """A picture comes to a post that was said; what is no picture changes nothing, and loses nothing that was typed."""
    with town.as_("mira", PASSWORD) as mira:
        mira.opens("/@mira")
        mira.follows("Edit", mira.post("above the bakery"))
        mira.writes("What it says", "Good morning. I live above the bakery, and this is why.")
        mira.unfolds("Add pictures")
        mira.chooses("Picture %(n)s", b"a loaf", n=1)
        mira.writes("What picture %(n)s shows, for who cannot see it", "A loaf with a crack", n=1)
        mira.presses("Save")
        assert mira.reads("This is no picture that can be shown here: take JPEG, PNG, GIF, WebP or AVIF.")
        assert "this is why" in mira.page.get_by_label(mira.said("What it says"), exact=True).input_value()

        mira.chooses("Picture %(n)s", BREAD, n=1)
        mira.presses("Save")
        assert mira.page.get_by_role("img", name="A loaf with a crack").is_visible()


def test_a_newcomer_answers_follows_and_replies(town: Town) -> None:
    """A poll is answered once and says so; whom one follows is read at home; a reply stands in its thread."""
    with town.as_("mira", PASSWORD) as mira:
        mira.opens("/local")
        asked = mira.post(LIBRARY)
        mira.marks("Thursday", asked)
        mira.presses("Answer", asked)
        assert mira.said("your answer") in mira.post(LIBRARY).inner_text()

        mira.follows("Ruth", mira.post(POOL))
        assert mira.path == "/@ruth"
        mira.presses("Follow")
        assert mira.page.get_by_role("button", name=mira.said("Unfollow")).is_visible()
        mira.follows("Home")
        assert mira.post(POOL).is_visible()

        mira.follows("Replies", mira.post(POOL))
        mira.writes("Your reply", OFF_TOPIC)
        mira.presses("Reply")
        assert mira.post(OFF_TOPIC).is_visible()


def test_a_reader_opens_a_tombstone(town: Town) -> None:
    """Without an account one sees which rule folded a post, the case and the entry, and reads the post."""
    with town.somebody() as reader:
        reader.opens("/")
        reader.follows("Replies", reader.post(POOL))
        folded = reader.page.get_by_role("group", name=reader.said("Folded post")).filter(has_text="5.1").first
        words = folded.locator(".said")
        assert not words.is_visible()
        reader.unfolds("Open anyway", folded)
        assert words.is_visible()
        folded.get_by_role("link", name="5.1").click()
        assert reader.path.startswith("/rules/")
        reader.page.go_back()
        reader.page.locator("a.seal[href^='/ledger/']").first.click()
        assert reader.reads("Is it really in the ledger?")


def test_a_member_reports_a_post(town: Town) -> None:
    """A report names a rule and a reason, and leads to the page of its case."""
    with town.as_("jonas") as jonas:
        jonas.opens("/local")
        jonas.follows("Replies", jonas.post(POOL))
        jonas.follows("Report", jonas.post(OFF_TOPIC))
        jonas.marks("5.1")
        jonas.writes("Why?", "The foghorn is not the pool.")
        jonas.presses("Report")
        assert jonas.reads("Waits for a decision")
        assert "The foghorn is not the pool." in jonas.text
        town.case = jonas.path
    assert town.case.startswith("/cases/")


def test_a_moderator_decides_with_every_answer(town: Town) -> None:
    """The queue leads to the case; a milder measure without an answer is refused with its clause, and then answered."""
    with town.as_("nadia") as nadia:
        nadia.follows("Open reports")
        nadia.goes_to(town.case)
        _answers(nadia)
        nadia.presses("Decide")
        assert nadia.page.get_by_role("alert").is_visible()
        assert nadia.reads("Nothing was recorded, and nothing you typed is lost:")

        nadia.page.go_back()
        _answers(nadia)
        nadia.page.locator("[name=milder_label]").fill("A label leaves it in the way of those who look for a date.")
        nadia.presses("Decide")
        assert town.case == nadia.path
        assert REASONS in nadia.text
        town.decision = number_in(nadia.page.locator("main header a.seal").get_attribute("href") or "")


def _answers(moderator: Person) -> None:
    """Finds every element, and folds for half an hour, with reasons."""
    for element in moderator.page.locator("select[name=elements]").all():
        element.select_option(label=moderator.said("Found"))
    moderator.page.locator("input[name=sanction][value=fold]").check()
    moderator.writes("For how long at most", "30")
    moderator.picks("Unit", moderator.said("minutes"))
    moderator.writes("Reasons", REASONS)


def test_the_author_sees_the_tombstone_and_appeals(town: Town) -> None:
    """The author finds the case among their own, sees the tombstone in the thread, and appeals."""
    with town.as_("mira", PASSWORD) as mira:
        mira.opens("/me")
        mira.goes_to(town.case)
        mira.follows("See it in its place")
        folded = mira.page.get_by_role("group", name=mira.said("Folded post")).filter(has_text=OFF_TOPIC)
        assert folded.get_by_role("link", name=str(town.decision)).is_visible()

        mira.page.go_back()
        mira.writes("What do you want them to know?", "The pool closes when the foghorn sounds. It bears on it.")
        mira.presses("Appeal")
        assert town.case == mira.path
        assert "The pool closes when the foghorn sounds." in mira.text


def test_another_moderator_looks_again(town: Town) -> None:
    """Who decided is not asked again; another one reverses, and the post stands in its place."""
    with town.as_("nadia") as nadia:
        nadia.opens(town.case)
        assert not nadia.page.get_by_role("button", name=nadia.said("Answer the appeal")).is_visible()
    with town.as_("omar") as omar:
        omar.follows("Open reports")
        omar.goes_to(town.case)
        omar.marks(omar.said("Reverse: the restriction ends at once."))
        omar.writes("Reasons", "When the pool closes is part of when it is open.")
        omar.presses("Answer the appeal")
        assert omar.reads("Reversed on appeal")
        omar.follows("See it in its place")
        assert omar.page.locator("article.post > .said").filter(has_text=OFF_TOPIC).is_visible()


def test_a_voter_votes_and_finds_the_ballot(town: Town) -> None:
    """One reads what would change and why one may vote, votes, keeps the receipt, and finds the ballot in the box."""
    with town.as_("samir") as samir:
        samir.follows("Votes")
        samir.follows(CHILDREN)
        proposal = samir.path
        assert samir.reads("So few ballots cannot hide a voter")
        samir.marks(samir.said("Yes"))
        samir.presses("Cast the ballot")
        receipt = samir.page.locator(".receipt")
        token = receipt.locator(".hash").inner_text()
        place = receipt.locator("bdi").nth(1).inner_text()
        saved = receipt.get_by_role("link", name=samir.said("Save as a file")).get_attribute("href") or ""
        assert token in saved

        samir.opens(proposal)
        assert not samir.page.get_by_role("button", name=samir.said("Cast the ballot")).is_visible()
        samir.unfolds("Enter your receipt")
        for _ in range(40):
            samir.writes("Place in the box", place)
            samir.writes("Token", token)
            samir.marks(samir.said("Yes"), samir.page.locator("form[action$='/receipt']"))
            samir.presses("Find my ballot")
            assert samir.said("Your ballot lies in the box") == samir.heading
            if samir.reads("The proof"):
                break
            time.sleep(1)
            samir.unfolds("Look for another one")
        assert samir.reads("It says: %(choice)s.", choice=samir.said("Yes"))


def test_a_member_sponsors_a_proposal(town: Town) -> None:
    """With the second sponsor a proposal goes on to its discussion."""
    with town.as_("hana") as hana:
        hana.follows("Votes")
        hana.follows(SLOWER)
        hana.presses("Sponsor version %(n)s", n=1)
        assert SLOWER == hana.heading
        assert not hana.page.get_by_role("button", name=hana.said("Sponsor version %(n)s", n=1)).is_visible()
        hana.follows("Votes")
        assert hana.reads("Under discussion")


def test_a_member_proposes_another_term(town: Town) -> None:
    """The form says what the law would say of a draft, and keeps it; then the proposal looks for sponsors."""
    with town.as_("ines") as ines:
        ines.follows("Votes")
        ines.follows("Propose a change")
        ines.follows("A term")
        ines.page.get_by_role("combobox", name=ines.said("Which term?")).select_option("sponsoring")
        ines.presses("Go on")
        ines.writes("The new value", "45h")
        ines.writes("In one line", ANNOUNCED)
        ines.writes("Why", "Half an hour is short for whoever works the night shift.")
        ines.presses("Check first")
        assert ines.page.get_by_role("status").is_visible()
        assert not ines.reads("The law would take it as it is. Nothing is recorded yet.")

        ines.writes("The new value", "45m")
        ines.presses("Check first")
        assert ines.reads("The law would take it as it is. Nothing is recorded yet.")
        ines.presses("Propose")
        assert ANNOUNCED == ines.heading
        ines.follows("Votes")
        assert ANNOUNCED in ines.text


def test_an_auditor_checks_a_decision(town: Town, tmp_path: Path) -> None:
    """The log is filtered, its entry opened, its proof and bytes downloaded, and checked without asking the square."""
    with town.somebody() as auditor:
        auditor.opens("/")
        auditor.follows("Public log")
        auditor.picks("Rule", "5.1")
        auditor.picks("Outcome", auditor.said("Restricted"))
        auditor.presses("Show")
        rows = auditor.page.locator("tbody tr").all()
        assert rows
        assert all("5.1" in row.inner_text() for row in rows)
        rows[0].locator("a.seal").click()
        assert f"/ledger/{town.decision}" == auditor.path

        with auditor.page.expect_download() as download:
            auditor.follows("Download the proof")
        download.value.save_as(tmp_path / "proof")
        with auditor.page.expect_download() as download:
            auditor.page.locator("a[href$='/bytes']").click()
        download.value.save_as(tmp_path / "entry")

    shown = town.square.command("key", "show")
    known = [VerifierKey.parse(shown.stdout.strip())]
    proof, entry = ProofFile.parse((tmp_path / "proof").read_bytes()), (tmp_path / "entry").read_bytes()
    assert town.decision == proof.index < check_proof(entry, proof, known).size
    assert "decide" == json.loads(entry)["act"]["type"]


def test_the_audit_of_all_this_holds(town: Town) -> None:
    """Over HTTP, while it is served: exit code 0."""
    key = town.square.command("key", "show").stdout.strip()
    done = town.square.command("audit", town.square.url, "--key", key)
    assert 0 == done.returncode, done.stdout + done.stderr


def test_every_row_is_as_the_replay_says(town: Town) -> None:
    """On the server, while it runs: exit code 0."""
    done = town.square.command("fsck")
    assert 0 == done.returncode, done.stdout + done.stderr
