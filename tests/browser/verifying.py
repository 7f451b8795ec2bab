"""What the tests of "Verify in this browser" share: pressing the button, and squares that serve something else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypedDict

from playwright.sync_api import Download, Page, Route

from tests.browser.people import Person

ENDED: Final = "[data-status] > .leaf:not(.busy), [data-result] > .leaf"
CLEAR: Final = "document.querySelectorAll('[data-status], [data-result]').forEach((one) => one.replaceChildren())"


class Evidence(TypedDict):
    """What is saved where something did not hold; files in base64, by path."""

    address: str
    key: str
    step: str
    why: str
    computed: str
    served: str
    files: dict[str, str]


def verify(person: Person, button: str = "Verify in this browser") -> str:
    """Press the button and wait until it has ended; returns what the page then says of it."""
    person.page.evaluate(CLEAR)
    person.page.get_by_role("button", name=person.said(button), exact=True).click()
    ended = person.page.locator(ENDED)
    ended.wait_for()
    return " ".join(ended.inner_text().split())


def steps(person: Person, kind: str = "") -> list[str]:
    """The steps that were taken, or those of a kind ("failed", "later")."""
    return person.page.locator(f"[data-steps] > li{'.' + kind if kind else ''}").all_inner_texts()


def types_key(person: Person, key: str) -> None:
    """Type in a verifier key that was published elsewhere."""
    if not person.page.locator("[data-key]").is_visible():
        person.unfolds("Which key is believed?")
    person.writes("Verifier key, from elsewhere", key)


def serve(page: Page, path: str, change: Callable[[bytes], bytes]) -> None:
    """From now on the square serves something else at an address ("**/tile/0/**")."""

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=change(response.body()))

    page.route(path, answer)


def flip(data: bytes, at: int) -> bytes:
    """The bytes with one bit flipped."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def respell(data: bytes, at: int) -> bytes:
    """The bytes with one letter of base64 changed into another."""
    at %= len(data)
    return data[:at] + (b"B" if data[at : at + 1] == b"A" else b"A") + data[at + 1 :]


def saves_evidence(person: Person, folder: Path) -> Evidence:
    """Save the evidence, and read it."""
    with person.page.expect_download() as saved:
        person.page.get_by_role("button", name=person.said("Save the evidence")).click()
    return read_evidence(saved.value, folder)


def read_evidence(saved: Download, folder: Path) -> Evidence:
    """The evidence in a download."""
    saved.save_as(folder / "evidence.json")
    found: Evidence = json.loads((folder / "evidence.json").read_bytes())
    return found
