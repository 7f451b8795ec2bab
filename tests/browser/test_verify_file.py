"""The page that verifies offline: saved once, opened from a disk without a network, as strict as when it was served."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload

from app.web.translations import Language
from ledger.note import SignerKey
from tests.browser.demonstration import Demonstration
from tests.browser.people import Person
from tests.browser.places import found
from tests.browser.test_pages import examine
from tests.browser.verifying import flip, respell, saves_evidence, steps, types_key, verify

GOOD: Final = "Verified by this browser"
STRANGER: Final = SignerKey("square.example/other", b"o" * 32).verifier.format()


class Saved(NamedTuple):
    """What somebody took home: the page, an entry and its proof, a text behind it; the key is from elsewhere."""

    page: str
    number: int
    entry: bytes
    proof: bytes
    opening: dict[str, str]
    key: str


@pytest.fixture(scope="module")
def saved(chrome: Browser, demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """Saved by the link of the page, and by those of the entry."""
    index, file = int(found(demonstration)["decision"]), tmp_path_factory.mktemp("saved") / "verify.html"
    with Person(chrome, demonstration.url, "en", script=True) as reader:
        reader.opens("/ledger")
        reader.follows("Verify", reader.page.locator("main"))
        with reader.page.expect_download() as download:
            reader.follows("Save this page")
        download.value.save_as(file)
        examine(reader, "verify", keep=True)
        reader.opens(f"/ledger/{index}")
        shown = reader.page.locator("[data-opening]").last
        opening = {
            "field": shown.get_attribute("data-opening") or "",
            "salt": shown.locator("[data-salt]").inner_text(),
            "value": shown.locator("[data-value]").inner_text(),
        }
    entry = httpx.get(f"{demonstration.url}/ledger/{index}/bytes").content
    proof = httpx.get(f"{demonstration.url}/ledger/proof/{index}.tlog-proof").content
    return Saved(file.as_uri(), index, entry, proof, opening, demonstration.command("key", "show").stdout.strip())


@pytest.fixture
def alone(chrome: Browser, saved: Saved) -> Iterator[Person]:
    """Somebody without a network, who has opened the saved page and typed in the key."""
    with Person(chrome, "", "en", script=True) as person:
        person.context.set_offline(True)
        person.page.goto(saved.page)
        types_key(person, saved.key)
        yield person


def gives(person: Person, proof: bytes, entry: bytes) -> None:
    """Choose the two files."""
    for name, data in (("proof-file", proof), ("entry-file", entry)):
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
        person.page.locator(f"[name={name}]").set_input_files(file)


def test_a_proof_holds_without_a_network(alone: Person, saved: Saved) -> None:
    """Every step is computed there, and what is proven stands there to be read."""
    gives(alone, saved.proof, saved.entry)
    said = verify(alone, "Verify")
    assert GOOD in said and f"entry {saved.number} of the ledger" in said and saved.entry.decode() in said
    assert [] == steps(alone, "failed") + steps(alone, "next") + steps(alone, "later")
    assert not alone.page.get_by_role("link", name="Save this page").is_visible()
    examine(alone, "verify-good", keep=True)


def test_what_is_pasted_is_taken_as_well(alone: Person, saved: Saved) -> None:
    """With the text behind the entry; a text changed in one sign is not what it commits to."""
    alone.page.locator("[name=proof]").fill(saved.proof.decode().rstrip("\n"))
    alone.page.locator("[name=entry]").fill(saved.entry.decode())
    alone.unfolds("A text that the entry commits to")
    for name, value in saved.opening.items():
        alone.page.locator(f"[name={name}]").fill(value)
    assert GOOD in verify(alone, "Verify")
    assert saved.opening["value"] in steps(alone)[-1]
    alone.page.locator("[name=value]").fill(saved.opening["value"] + "!")
    said = verify(alone, "Verify")
    assert f"Not proven: Entry {saved.number} commits to this text" in said and GOOD not in said


def test_what_was_tampered_with_fails(alone: Person, saved: Saved, tmp_path: Path) -> None:
    """A proof, a signature, an entry, a format: in red, by the step, with evidence to keep."""
    proof, entry = saved.proof, saved.entry
    hashed = proof.index(b"\n", proof.index(b"index ")) + 5
    for one, other, step in (
        (respell(proof, hashed), entry, "Equals the signed root"),
        (respell(proof, -20), entry, "Signed with the key that is believed"),
        (proof, flip(entry, 20), "Equals the signed root"),
        (proof, entry + b"\n", "Equals the signed root"),
        (proof.replace(b"index ", b"index 0"), entry, "Read the proof"),
        (proof.replace(b"index ", b"index 9"), entry, "Hash of the entry"),
        (b"", entry, "what was given"),
    ):
        gives(alone, one, other)
        said = verify(alone, "Verify")
        assert f"Not proven: {step}" in said and GOOD not in said, (step, said)
    gives(alone, proof, flip(entry, 20))
    verify(alone, "Verify")
    examine(alone, "verify-failed", keep=True)
    assert "the proof leads to another root" == saves_evidence(alone, tmp_path)["why"]


def test_a_wrong_key_fails(alone: Person, saved: Saved) -> None:
    """A stranger's has not signed; none at all, or half of one, is asked for again."""
    gives(alone, saved.proof, saved.entry)
    types_key(alone, STRANGER)
    said = verify(alone, "Verify")
    assert "has not signed this" in said and GOOD not in said
    types_key(alone, saved.key[:-2])
    alone.page.get_by_role("button", name="Verify", exact=True).click()
    alone.page.locator("[data-key-fault]").wait_for()


def test_nothing_else_runs_in_it(alone: Person) -> None:
    """The policy that it carries lets no other script, sheet or handler in."""
    alone.page.evaluate(
        "() => { const script = document.createElement('script'); const text = 'window.intruder = 1';"
        " script.append(text); document.body.append(script); }"
    )
    assert alone.page.evaluate("window.intruder === undefined")
    assert any("Content Security Policy" in fault or "TrustedScript" in fault for fault in alone.faults)
    alone.faults.clear()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_entry_is_verified_at_an_address(
    chrome: Browser, demonstration: Demonstration, saved: Saved, language: Language
) -> None:
    """From the page as it is served, and of a number that is no entry nothing is proven."""
    with Person(chrome, demonstration.url, language, script=True) as reader:
        reader.opens("/verify")
        types_key(reader, saved.key)
        reader.marks(reader.said("From the address of a square"))
        reader.page.locator("[name=number]").fill(str(saved.number))
        assert reader.said(GOOD) in verify(reader, "Verify")
        examine(reader, "verify-address", keep=language == "ar")
        reader.page.locator("[name=number]").fill("999999")
        assert reader.said("Not signed yet. A signature follows within seconds.") in verify(reader, "Verify")


def test_the_page_is_as_strict_when_served(demonstration: Demonstration) -> None:
    """Its header allows what its own element allows, and no frame; nothing in it is fetched from anywhere."""
    answer = httpx.get(f"{demonstration.url}/verify", headers={"Accept": "text/html"})
    header = answer.headers["content-security-policy"]
    inside = answer.text.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0].replace("&#39;", "'")
    assert f"{inside}; frame-ancestors 'none'" == header
    assert "unsafe" not in header and "/static/" not in answer.text and "default-src 'none'" in header
