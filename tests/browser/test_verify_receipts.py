"""A ballot's receipt verified in the browser, while the vote is open and after its close, on the page and offline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser

from app.config import Config
from app.founding import read_key
from tests.browser.people import Person
from tests.browser.test_pages import examine
from tests.browser.verifying import flip, serve, steps, types_key, verify
from tests.votes.told import Receipt
from tests.votes.town import NAMES, Town, rule
from tests.web.serving import Site

GOOD: Final = "Verified by this browser"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town in which a vote is open, its box sealed once."""
    home = tmp_path_factory.mktemp("town")
    site = Site(Config(home=home, database=f"sqlite:///{home / 'isegoria.db'}", rate_limits=False))
    settled = Town.settled(site)
    yield settled
    settled.close()
    site.close()


@pytest.fixture(scope="module")
def receipt(town: Town) -> Receipt:
    """What one of five voters keeps."""
    proposal = town.proposes("ann", **rule())
    kept = town.vote(town.to_vote(proposal).vote, yes=NAMES[:5])[3]
    town.ticks()
    town.sign()
    return kept


@pytest.fixture
def voter(chrome: Browser, town: Town) -> Iterator[Person]:
    """Somebody at a browser that runs scripts."""
    with Person(chrome, town.site.url, "en", script=True) as person:
        yield person


def key_of(town: Town) -> str:
    """The key that the town's ledger is signed with."""
    return read_key(town.site.config.home).verifier.format()


def finds(voter: Person, town: Town, receipt: Receipt) -> None:
    """Enter the receipt where the page of the vote asks for it."""
    voter.opens(f"/proposals/{town.program().get(f'/votes/{receipt.vote}').json()['proposal']}")
    voter.unfolds("Enter your receipt")
    form = voter.page.locator("form[action$='/receipt']")
    form.locator("[name=place]").fill(str(receipt.place))
    form.locator("[name=token]").fill(receipt.token)
    form.locator(f"[name=choice][value='{receipt.choice}']").check()
    voter.presses("Find my ballot")


def test_a_receipt_is_verified_while_the_vote_is_open(voter: Person, town: Town, receipt: Receipt) -> None:
    """From the token to the commitment, from there through the box to its seal, from the seal to the signature."""
    finds(voter, town, receipt)
    types_key(voter, key_of(town))
    assert f"Your ballot lies at place {receipt.place} of the box" in verify(voter)
    taken = "\n".join(steps(voter))
    for words in (
        "seals the box of vote",
        "make this commitment",
        "The tiles of the box give",
        f"at place {receipt.place}",
    ):
        assert words in taken, words
    assert [] == steps(voter, "failed") + steps(voter, "next")
    examine(voter, "receipt-verified", keep=True)


def test_a_box_with_one_bit_changed_is_found(voter: Person, town: Town, receipt: Receipt) -> None:
    """Be it a tile of the box or what lies in it."""
    for path, step in (("tile/entries", "It is what lies"), ("tile/0", "Stands at place")):
        voter.page.unroute_all()
        serve(voter.page, f"**/box/{path}/**", lambda data: flip(data, -60 if len(data) > 165 else 3 * 32))
        finds(voter, town, receipt)
        said = verify(voter)
        assert "Not proven" in said and GOOD not in voter.text, (path, step, said)


def test_a_receipt_that_says_something_else_is_not_proven(voter: Person, town: Town, receipt: Receipt) -> None:
    """Another choice makes another commitment than the one that lies in the box."""
    finds(voter, town, receipt)
    voter.page.locator("[data-verify]").evaluate("one => { one.dataset.choice = '1' }")
    assert f"Not proven: It is what lies at place {receipt.place}" in verify(voter)


def test_a_receipt_is_verified_after_the_close(
    voter: Person, town: Town, receipt: Receipt, chrome: Browser, tmp_path: Path
) -> None:
    """Under the last seal; and with the proof from the page, the saved page does it without a network."""
    town.closes(town.program().get(f"/votes/{receipt.vote}").json()["proposal"])
    town.sign()
    finds(voter, town, receipt)
    types_key(voter, key_of(town))
    assert "Your ballot lies at place" in verify(voter)
    with voter.page.expect_download() as download:
        voter.follows("Download the proof")
    download.value.save_as(tmp_path / "ballot.proof")
    page = httpx.get(f"{town.site.url}/verify", headers={"Accept": "text/html"})
    (tmp_path / "verify.html").write_bytes(page.content)
    with Person(chrome, "", "en", script=True) as alone:
        alone.context.set_offline(True)
        alone.page.goto((tmp_path / "verify.html").as_uri())
        types_key(alone, key_of(town))
        alone.page.locator("[name=proof-file]").set_input_files(tmp_path / "ballot.proof")
        alone.unfolds("The receipt of a ballot")
        told = {"vote": receipt.vote, "place": receipt.place, "token": receipt.token, "choice": receipt.choice}
        for name, value in told.items():
            alone.page.locator(f"[name={name}]").fill(str(value))
        assert f"Your ballot lies at place {receipt.place} of the box" in verify(alone, "Verify")
        alone.page.locator("[name=choice]").fill("1")
        assert "Not proven: Equals the sealed root" in verify(alone, "Verify")
        alone.page.locator("[name=vote]").fill(str(receipt.vote + 1))
        assert "does not seal the box of vote" in verify(alone, "Verify")
