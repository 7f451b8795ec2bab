"""Each kind of page in both languages, light and dark, wide and narrow: nothing keeps anybody out."""

from typing import Final, Literal, get_args

import msgspec
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from msgspec import Struct
from playwright.sync_api import Browser, Page

from app.web.translations import Language
from tests.browser.demonstration import RESULTS, Demonstration
from tests.browser.people import Person
from tests.browser.places import KEPT, PLACES, Place, found

PICTURES: Final = RESULTS / "screenshots"
WIDE: Final = (1280, 900)
NARROW: Final = (320, 700)
Light = Literal["light", "dark"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
UNFOLD: Final = "for (const one of document.querySelectorAll('details:not([open])')) one.dataset.was = one.open = true"
FOLD: Final = "for (const one of document.querySelectorAll('details[data-was]')) one.open = false"
RULES: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""All that axe knows, and the smallest size of what one presses (WCAG 2.2), which it leaves out by itself."""
LOOKS: Final[dict[Language, tuple[tuple[Light, tuple[int, int]], ...]]] = {
    "en": (("light", WIDE), ("dark", NARROW)),
    "ar": (("dark", WIDE), ("light", NARROW)),
}
"""Each two of a language, a light and a width meet; all eight together take twice as long and found nothing more."""


class Readers:
    """People at browsers that run scripts, each signed in once."""

    def __init__(self, chrome: Browser, square: Demonstration) -> None:
        self.square = square
        self.found = found(square)
        self._chrome = chrome
        self._known: dict[tuple[str, Language], Person] = {}

    def reader(self, who: str, language: Language) -> Person:
        """Somebody of the cast ("" for nobody), who reads in a language."""
        if (who, language) not in self._known:
            person = Person(self._chrome, self.square.url, language, script=True)
            if who == "newcomer":
                person.joins(f"newcomer_{language}", "nine herons over the harbour")
            elif who:
                person.signs_in(who, self.square.passwords[who])
            self._known[who, language] = person
        return self._known[who, language]


class _Node(Struct):
    html: str
    target: list[str | list[str]]


class _Violation(Struct):
    id: str
    help: str
    nodes: list[_Node]


class _Results(Struct):
    violations: list[_Violation]


@pytest.fixture(scope="module")
def readers(chrome: Browser, demonstration: Demonstration) -> Readers:
    """Everybody who reads."""
    return Readers(chrome, demonstration)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_keeps_nobody_out(readers: Readers, place: Place, language: Language) -> None:
    """Axe finds no violation, nothing scrolls sideways, and the browser has nothing to complain of."""
    person = readers.reader(place.who, language)
    answer = person.page.goto(place.path.format_map(readers.found))
    assert answer is not None, "somebody answers"
    assert place.status == answer.status
    examine(person, place.name, keep=place.name in KEPT)


@pytest.mark.parametrize(("language", "voter"), [("en", "ruth"), ("ar", "samir")])
def test_a_vote_keeps_nobody_out(readers: Readers, language: Language, voter: str) -> None:
    """The page after a ballot was cast, the one that finds it, and the one that refuses another."""
    person = readers.reader(voter, language)
    proposal = "/proposals/" + readers.found["voting"]
    beside = person.beside(proposal)
    person.opens(proposal)
    person.marks(person.said("Yes"))
    person.presses("Cast the ballot")
    examine(person, "receipt", keep=True)
    receipt = person.page.locator(".receipt")
    token, place = receipt.locator(".hash").inner_text(), receipt.locator("bdi").nth(1).inner_text()
    person.unfolds("Enter your receipt")
    person.writes("Place in the box", place)
    person.writes("Token", token)
    person.marks(person.said("Yes"), person.page.locator("form[action$='/receipt']"))
    person.presses("Find my ballot")
    examine(person, "ballot-found", keep=True)
    person.page = beside
    person.marks(person.said("No"))
    person.presses("Cast the ballot")
    assert person.reads("What you can do")
    examine(person, "refused", keep=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_comes_back_keeps_nobody_out(readers: Readers, language: Language) -> None:
    """What is wrong stands beside its field, and what was typed is still there."""
    person = readers.reader("", language)
    person.opens("/join")
    person.writes("Handle", "Not A Handle")
    person.writes("Password", "short")
    person.page.get_by_label(person.said("I am 16 or older")).check()
    person.presses("Join")
    assert "Not A Handle" == person.page.get_by_label(person.said("Handle"), exact=True).input_value()
    examine(person, "join-again", keep=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_a_way_to_what_is_looked_for(readers: Readers, language: Language) -> None:
    """By keyboard alone, wide and narrow: the field in the head is reached, and the Enter key asks."""
    person = readers.reader("lina", language)
    field = person.page.get_by_role("searchbox", name=person.said("Search the square"))
    for width, height in (WIDE, NARROW):
        person.page.set_viewport_size({"width": width, "height": height})
        person.opens("/about")
        for _ in range(20):
            person.page.keyboard.press("Tab")
            if field.evaluate("field => field === document.activeElement"):
                break
        person.page.keyboard.type("pool")
        with person.page.expect_navigation():
            person.page.keyboard.press("Enter")
        assert "/search?q=pool" == person.path
        assert "pool" == person.page.get_by_role("searchbox").input_value()


def examine(person: Person, name: str, *, keep: bool) -> None:
    """Hold the page that is open against everything that this file asks, in light and dark, wide and narrow."""
    page = person.page
    page.evaluate(AXE_SCRIPT)
    wrong: list[str] = []
    for light, (width, height) in LOOKS[person.tongue.language]:
        page.emulate_media(color_scheme=light)
        page.set_viewport_size({"width": width, "height": height})
        label = f"{name}.{person.tongue.language}.{light}.{width}"
        if keep:
            page.screenshot(path=PICTURES / f"{label}.png", full_page=True)
        page.evaluate(UNFOLD)
        wrong += [f"{label}: {fault}" for fault in _faults(page)]
        page.evaluate(FOLD)
    wrong += person.faults
    person.faults.clear()
    assert not wrong, "\n".join(wrong)


def _faults(page: Page) -> list[str]:
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = msgspec.convert(page.evaluate("options => axe.run(options)", RULES), _Results)
    faults = [f"it scrolls sideways by {sideways} px"] if sideways else []
    for violation in found.violations:
        faults += [f"{violation.id} ({violation.help}): {node.target} {node.html}" for node in violation.nodes]
    return faults
