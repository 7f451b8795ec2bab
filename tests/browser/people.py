"""People at a browser without JavaScript, who read words and press buttons."""

import re
import time
from types import TracebackType
from typing import Final

from playwright.sync_api import Browser, Locator, Page

from app.web.translations import Language, Tongue, tongues
from tests.browser.demonstration import RESULTS

FAILED: Final = RESULTS / "failed"
SLOW: Final = 20_000
"""Milliseconds after which something that a person waits for is missing."""


class Person:
    """Somebody in front of a browser of their own; what they look for is named in English and said in their language.

    `faults` is what the browser complained of. It may not have complained when they leave.
    """

    def __init__(self, chrome: Browser, url: str, language: Language, *, script: bool = False) -> None:
        self.url = url
        self.tongue: Tongue = tongues.all[language]
        self.context = chrome.new_context(base_url=url, locale=language, java_script_enabled=script)
        self.context.set_default_timeout(SLOW)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        listen(self.page, self.faults)

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            FAILED.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=FAILED / f"{self.tongue.language}-{time.time_ns()}.png", full_page=True)
        self.context.close()
        assert kind is not None or not self.faults, self.faults

    def said(self, english: str, **values: str | int) -> str:
        """A sentence of the square in this person's language; integers are quantities."""
        return str(self.tongue.gettext(english, **values))

    def opens(self, path: str) -> None:
        """Types an address."""
        response = self.page.goto(path)
        assert response is not None, f"{path} answers"
        assert response.status == 200, f"{path} answers {response.status}"

    def joins(self, handle: str, password: str) -> None:
        """Takes a place on the square, by the link in the head of every page."""
        self.opens("/")
        self.follows("Join")
        self.writes("Handle", handle)
        self.writes("Password", password)
        self.page.get_by_label(self.said("I am 16 or older")).check()
        self.presses("Join")

    def beside(self, path: str) -> Page:
        """Opens a page beside the one that is open, and leaves it there."""
        page = self.context.new_page()
        listen(page, self.faults)
        page.goto(path)
        return page

    def signs_in(self, handle: str, password: str) -> None:
        """Goes in by the link in the head of every page."""
        self.opens("/")
        self.follows("Sign in")
        self.writes("Handle", handle)
        self.writes("Password", password)
        self.presses("Sign in")
        assert self.page.get_by_role("link", name=self.said("Write"), exact=True).is_visible()

    def follows(self, words: str, within: Locator | None = None, **values: str | int) -> None:
        """Follows the first link that has these words."""
        place = within if within is not None else self.page
        place.get_by_role("link", name=self.said(words, **values)).first.click()

    def goes_to(self, path: str) -> None:
        """Follows the link of the page that leads to this address, wherever in it."""
        self.page.locator(f"main :is(a[href='{path}'], a[href^='{path}#'])").first.click()

    def writes(self, label: str, text: str, **values: str | int) -> None:
        """Types into the field of this label."""
        self.page.get_by_label(self.said(label, **values), exact=True).first.fill(text)

    def chooses(self, label: str, data: bytes, **values: str | int) -> None:
        """Chooses a file for the field of this label."""
        field = self.page.get_by_label(self.said(label, **values), exact=True).first
        field.set_input_files({"name": "holiday.png", "mimeType": "image/png", "buffer": data})

    def picks(self, label: str, words: str) -> None:
        """Chooses from the list of this label the first that has these words."""
        chosen = self.page.get_by_role("combobox", name=self.said(label), exact=True).first
        value = chosen.locator("option").filter(has_text=words).first.get_attribute("value")
        chosen.select_option(value)

    def marks(self, words: str, within: Locator | None = None) -> None:
        """Marks the answer that begins with these words."""
        place = within if within is not None else self.page
        place.locator("label.choice").filter(has_text=words).first.click()

    def unfolds(self, words: str, within: Locator | None = None) -> None:
        """Opens what stands behind these words."""
        place = within if within is not None else self.page
        place.locator("summary").filter(has_text=self.said(words)).first.click()

    def presses(self, words: str, within: Locator | None = None, **values: str | int) -> None:
        """Presses the button of these words; what comes of it is a page."""
        place = within if within is not None else self.page
        with self.page.expect_navigation():
            place.get_by_role("button", name=self.said(words, **values), exact=True).first.click()

    def reads(self, english: str, **values: str | int) -> bool:
        """Whether the page says this sentence."""
        return self.said(english, **values) in self.text

    @property
    def text(self) -> str:
        """What stands between head and foot of the page, in one line."""
        return " ".join((self.page.locator("main").text_content() or "").split())

    @property
    def heading(self) -> str:
        """The page's first heading."""
        return " ".join((self.page.locator("h1").first.text_content() or "").split())

    @property
    def path(self) -> str:
        """Where this person is."""
        return self.page.url.removeprefix(self.url)

    def post(self, words: str) -> Locator:
        """The innermost post that holds these words, folded ones included."""
        return self.page.locator("article.post").filter(has_text=words).first


def listen(page: Page, faults: list[str]) -> None:
    """Note everything that the browser complains of: the console, the content policy, errors, what cannot be loaded."""

    def complain(kind: str, text: str, where: str) -> None:
        # A page that was asked for and refused is said once more; what becomes a download is given up as a page.
        is_known = (text.startswith("Failed to load resource") and where == page.url) or text == "net::ERR_ABORTED"
        if not is_known:
            faults.append(f"{kind} at {page.url}: {text} {where}")

    page.on("console", lambda message: complain(message.type, message.text, str(message.location.get("url", ""))))
    page.on("pageerror", lambda error: complain("error", error.message, ""))
    page.on("requestfailed", lambda request: complain("failed", request.failure or "", request.url))


def number_in(text: str) -> int:
    """The first number of a text."""
    found = re.search(r"[0-9]+", text)
    assert found is not None, text
    return int(found.group())
