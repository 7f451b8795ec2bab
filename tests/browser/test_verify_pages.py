"""Verifying an entry and a case in the browser: what holds is shown to hold, and nothing else is."""

from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser

from app.web.translations import Language
from ledger.note import SignerKey
from tests.browser.demonstration import Demonstration
from tests.browser.people import Person
from tests.browser.places import found
from tests.browser.test_pages import examine
from tests.browser.verifying import flip, respell, saves_evidence, serve, steps, types_key, verify

STRANGER: Final = SignerKey("square.example/other", b"o" * 32).verifier.format()
GOOD: Final = "Verified by this browser"
DIFFERS: Final = "What came here does not lead to what was signed."


class Places(NamedTuple):
    """A decision with its reasons, its case, and the key that the square signs with."""

    entry: str
    case: str
    key: str


@pytest.fixture(scope="module")
def places(demonstration: Demonstration) -> Places:
    """Where there is something to verify."""
    at = found(demonstration)
    key = demonstration.command("key", "show").stdout.strip()
    return Places(f"/ledger/{at['decision']}", f"/cases/{at['folded']}", key)


@pytest.fixture
def reader(chrome: Browser, demonstration: Demonstration) -> Iterator[Person]:
    """Somebody whose browser runs scripts."""
    with Person(chrome, demonstration.url, "en", script=True) as person:
        yield person


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_entry_is_verified(
    chrome: Browser, demonstration: Demonstration, places: Places, language: Language
) -> None:
    """Each step is shown, against a key typed in; the seal is filled; the key is remembered; nobody is kept out."""
    with Person(chrome, demonstration.url, language, script=True) as reader:
        reader.opens(places.entry)
        types_key(reader, places.key)
        said = verify(reader)
        assert reader.said(GOOD) in said
        assert 0 == reader.page.locator("[data-status] .state.warn").count()
        assert [] == steps(reader, "failed") + steps(reader, "later") + steps(reader, "next")
        taken = "\n".join(steps(reader))
        assert places.key in taken.replace("\n", "") and "tile/0/000.p/" in taken
        assert "checked" == reader.page.locator("main header a.seal").get_attribute("data-state")
        assert 1 == reader.page.locator("[data-status][role=status] > .good").count()
        examine(reader, "entry-verified", keep=True)
        reader.opens(places.case)
        assert places.key == reader.page.locator("[data-key]").input_value()
        assert reader.said(GOOD) in verify(reader)
        assert [] == steps(reader, "failed") + steps(reader, "later") + steps(reader, "next")
        seals = reader.page.locator("aside a.seal")
        assert {"checked"} == {seal.get_attribute("data-state") for seal in seals.all()}
        examine(reader, "case-verified", keep=True)


def test_the_squares_own_key_is_told_apart(reader: Person, places: Places) -> None:
    """Without a key from elsewhere it holds, and the page says what that is worth; a key cleared is forgotten."""
    reader.opens(places.entry)
    types_key(reader, places.key)
    verify(reader)
    types_key(reader, "")
    said = verify(reader)
    assert GOOD in said and "The key came from the square itself." in said
    assert "came from the square itself:" in steps(reader)[0]
    reader.opens(places.entry)
    assert "" == reader.page.locator("[data-key]").input_value()


def test_a_tampered_tile_is_found(reader: Person, places: Places, tmp_path: Path) -> None:
    """The step fails in red, both hashes stand there, the seal breaks, and the evidence can be kept."""
    serve(reader.page, "**/ledger/tile/0/**", lambda data: flip(data, 32 * int(places.entry.rpartition("/")[2])))
    reader.opens(places.entry)
    said = verify(reader)
    assert "Not proven: Stands at place" in said and DIFFERS in said and "isegoria audit http://" in said
    assert 1 == reader.page.locator("[data-result] [role=alert]").count()
    assert GOOD not in reader.text and "Stands at place" in steps(reader, "failed")[0]
    assert "broken" == reader.page.locator("main header a.seal").get_attribute("data-state")
    examine(reader, "entry-failed", keep=True)
    evidence = saves_evidence(reader, tmp_path)
    assert evidence["computed"] != evidence["served"] and evidence["served"] in said
    tile = next(data for path, data in evidence["files"].items() if "/tile/0/" in path)
    assert evidence["served"] in b64decode(tile).hex()
    assert b"demonstration/" in b64decode(evidence["files"]["/ledger/checkpoint"])


Change = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("path", "change", "step", "words"),
    [
        ("**/ledger/tile/0/**", lambda data: flip(data, 0), "The tiles up to the edge", DIFFERS),
        ("**/ledger/tile/0/**", lambda data: data[:-1], "Stands at place", "is not in its format"),
        (
            "**/ledger/tile/entries/**",
            lambda data: data.replace(b"decide", b"Decide"),
            "The bytes on this page",
            DIFFERS,
        ),
        ("**/ledger/tile/entries/**", lambda data: data[:-1], "Fetch the bytes", "is not in its format"),
        ("**/ledger/checkpoint", lambda data: respell(data, data.index(b"=\n\n") - 8), "Signed with", DIFFERS),
        ("**/ledger/checkpoint", lambda data: respell(data, -20), "Signed with", DIFFERS),
        ("**/ledger/checkpoint", lambda data: data.replace(b"\n\n", b"\n"), "Fetch the signed", "is not in its format"),
        ("**/ledger/key", lambda data: STRANGER.encode(), "Signed with", "has not signed this"),
    ],
    ids=["tile", "short-tile", "bundle", "short-bundle", "root", "signature", "no-note", "key"],
)
def test_whatever_else_is_served_is_found(
    reader: Person, places: Places, path: str, change: Change, step: str, words: str
) -> None:
    """The page names the step that fails."""
    serve(reader.page, path, change)
    reader.opens(places.entry)
    said = verify(reader)
    assert f"Not proven: {step}" in said and words in said and GOOD not in reader.text
    assert "checked" != reader.page.locator("main header a.seal").get_attribute("data-state")


def test_what_only_the_page_changes_is_found(reader: Person, places: Places) -> None:
    """Bytes on the page that are not the bundle's, and a text that its entry does not commit to."""
    for place, step in (("[data-bytes]", "The bytes on this page"), ("[data-value]", "commits to this text")):
        reader.opens(places.entry)
        reader.page.locator(place).first.evaluate("one => { one.textContent += ' ' }")
        said = verify(reader)
        assert "Not proven" in said and step in said and DIFFERS in said


def test_a_missing_tile_is_no_proof(reader: Person, places: Places) -> None:
    """404 says that it could not be verified, and what to do; so does a square that does not answer."""
    reader.page.route("**/ledger/tile/0/**", lambda route: route.fulfill(status=404))
    reader.opens(places.entry)
    said = verify(reader)
    assert "Could not be verified: Stands at place" in said and "did not come" in said and GOOD not in reader.text
    reader.page.route("**/ledger/checkpoint", lambda route: route.abort())
    assert "Could not be verified: Fetch the signed checkpoint" in verify(reader)
    reader.faults.clear()


def test_a_wrong_key_proves_nothing(reader: Person, places: Places) -> None:
    """A stranger's key has not signed; what is no key is said at its field, and nothing is fetched."""
    reader.opens(places.entry)
    types_key(reader, STRANGER)
    said = verify(reader)
    assert "Not proven: Signed with the key that is believed" in said and "has not signed this" in said
    reader.opens(places.entry)
    types_key(reader, places.key[:-1])
    reader.page.get_by_role("button", name="Verify in this browser").click()
    fault = reader.page.locator("[data-key-fault]")
    fault.wait_for()
    assert "This is no verifier key" in fault.inner_text()
    assert "true" == reader.page.locator("[data-key]").get_attribute("aria-invalid")
    assert [] == steps(reader)
    examine(reader, "entry-no-key", keep=False)


def test_a_case_with_one_text_changed_is_found(reader: Person, places: Places) -> None:
    """The square tells other reasons than the decision committed to: that entry's seal breaks."""
    reader.page.route(
        f"**{places.entry}",
        lambda route: route.fulfill(response=(got := route.fetch()), body=got.text().replace("pool", "poll")),
    )
    reader.opens(places.case)
    said = verify(reader)
    assert "Not proven" in said and "commits to this text" in said
    assert "broken" == reader.page.locator(f"aside a.seal[href='{places.entry}']").first.get_attribute("data-state")


def test_a_browser_without_ed25519_claims_nothing(reader: Person, places: Places) -> None:
    """The rest is verified, the signature is named as not verified, and no seal is filled."""
    reader.page.add_init_script(
        "const known = crypto.subtle.importKey.bind(crypto.subtle);"
        "crypto.subtle.importKey = (form, key, kind, ...rest) =>"
        " kind === 'Ed25519' ? Promise.reject(new DOMException('')) : known(form, key, kind, ...rest);"
    )
    reader.opens(places.entry)
    said = verify(reader)
    assert "Not verified: the signature" in said and "nothing is proven" in said and GOOD not in reader.text
    assert "not checked: this browser does not know Ed25519" in steps(reader, "later")[0]
    assert None is reader.page.locator("main header a.seal").get_attribute("data-state")
    examine(reader, "entry-unchecked", keep=True)


def test_without_script_there_is_no_button(chrome: Browser, demonstration: Demonstration, places: Places) -> None:
    """And the proof can be taken home all the same."""
    with Person(chrome, demonstration.url, "en") as reader:
        reader.opens(places.entry)
        assert 0 == reader.page.get_by_role("button", name="Verify in this browser").count()
        assert reader.page.get_by_role("link", name="Download the proof").is_visible()


def test_what_the_pages_load_is_small(demonstration: Demonstration, places: Places) -> None:
    """The button alone is loaded with a page, below 1 kB; all that it loads when pressed is below 20 kB."""
    with httpx.Client(base_url=demonstration.url) as client:
        page = client.get(places.entry, headers={"Accept": "text/html"}).text
        (script,) = [part.split('"')[0] for part in page.split('<script type="module" src="')[1:]]
        sizes, waiting = {}, [script]
        while waiting:
            path = waiting.pop()
            with client.stream("GET", path) as answer:
                assert "text/javascript" == answer.headers["content-type"].partition(";")[0]
                assert "immutable" in answer.headers["cache-control"]
                sizes[path] = int(answer.headers["content-length"])
                source = answer.read().decode()
            waiting += [part.split('"')[0] for part in source.split('"/static/')[1:]]
            waiting = [path if path.startswith("/") else f"/static/{path}" for path in waiting if path not in sizes]
    assert sizes.pop(script) < 1_000
    assert sum(sizes.values()) < 20_000
