"""The page of notifications, and what every page says of them."""

from collections.abc import Callable

from app.marks import do
from app.square import Square
from app.store.accounts import Account, account_by_handle
from app.web.posts import MOST_IN_A_PAGE
from tests.web.client import Browser, Page
from tests.web.serving import Site

Members = Callable[[str], Browser]


def say(browser: Browser, text: str) -> str:
    """Post something and return its path."""
    return browser.submit("/posts", {"text": text}, at="/compose").path


def like(site: Site, handle: str, path: str) -> None:
    """Like a post."""

    async def work(square: Square) -> None:
        account = await square.database.read(lambda tx: account_by_handle(tx, handle))
        assert isinstance(account, Account)
        await do(square, account, "favourite", int(path.rsplit("/", 1)[1]))

    site.run(work)


def unread(page: Page) -> str:
    """What the masthead of a page says of notifications."""
    (mast,) = page.document.all("header", cls="mast")
    (link,) = [one for one in mast.all("a") if one["href"] == "/notifications"]
    return link.text


def test_the_page_of_notifications(site: Site, member: Members) -> None:
    """It tells who did what, about which post; to open it is to have read it; and it can be cleared."""
    ann, ben, mia = member("ann"), member("ben"), member("mia")
    assert "Nothing has happened yet" in ann.open("/notifications").text
    bench = say(ann, "A bench in the park")
    say(ben, "and a tree, @ann")
    for handle in ("ben", "mia"):
        like(site, handle, bench)
    assert "Notifications 3 3 unread" == unread(ann.open("/rules"))
    page = ann.open("/notifications")
    assert "mia and 1 other like your post" in page.text
    assert "ben answers you or names you" in page.text
    assert "A bench in the park" in page.text and "and a tree, @ann" in page.text
    assert page.text.count("new") == 2
    assert "Notifications" == unread(ann.open("/rules"))
    assert ann.open("/notifications").text.count("new") == 0
    assert "Nothing has happened yet" in ann.submit("/notifications/clear").text
    assert "Nothing has happened yet" in mia.open("/notifications").text


def test_the_page_in_arabic(site: Site, member: Members) -> None:
    """Names stand apart from the direction of the sentence."""
    ann, ben = member("ann"), member("ben")
    bench = say(ann, "A bench")
    like(site, "ben", bench)
    ann.open("/notifications")
    page = ann.submit("/language", press="ar")
    assert "أُعجب ben بمنشورك" in page.text
    assert "<bdi>ben</bdi>" in page.html
    assert ben.open("/notifications").status == 200


def test_pages_of_notifications(site: Site, member: Members) -> None:
    """Older notices are on further pages, none twice; a visitor is asked to sign in."""
    ann, ben = member("ann"), member("ben")
    for number in range(MOST_IN_A_PAGE + 5):
        say(ben, f"number {number}, @ann")
    first = ann.open("/notifications")
    assert MOST_IN_A_PAGE == first.text.count("answers you or names you")
    second = ann.follow("Older")
    assert 5 == second.text.count("answers you or names you")
    assert not {f"number {number}," for number in range(MOST_IN_A_PAGE + 5) if f"number {number}," in first.text} & {
        f"number {number}," for number in range(MOST_IN_A_PAGE + 5) if f"number {number}," in second.text
    }
    assert ben.submit("/sign-out", at="/rules").status == 200
    assert ben.open("/notifications").path.startswith("/sign-in")
