"""What a profile tells beside a name is chosen on a page and in a client alike."""

from collections.abc import Callable

from tests.api.client import Client
from tests.web.client import Browser
from tests.web.serving import ON_SQLITE

ROWS = {"labels": ["home", "", "born", ""], "values": ["https://ann.example", "", "Athens", ""]}


@ON_SQLITE
def test_an_account_is_told_on_a_page(client: Callable[..., Client], member: Callable[[str], Browser]) -> None:
    """Rows, the lock and the mark of a program stand on the profile, and in what clients are told."""
    ann = member("ann")
    form = {**ROWS, "bot": "on", "post_visibility": "followers", "post_language": "ar"}
    page = ann.submit("/settings/account", form, at="/settings/account")
    assert "Saved." in page.text
    ann.submit("/settings/followers", {"locked": "on"}, at="/settings/followers")
    page = ann.open("/@ann")
    assert "Decides who may follow" in page.text
    assert "A program" in page.text
    assert "https://ann.example" == page.links["https://ann.example"]
    told = client("ann").get("/api/v1/accounts/verify_credentials").json()
    assert (True, True, ["home", "born"]) == (told["locked"], told["bot"], [row["name"] for row in told["fields"]])
    assert ("private", "ar") == (told["source"]["privacy"], told["source"]["language"])


@ON_SQLITE
def test_rows_that_are_too_long_come_back(member: Callable[[str], Browser]) -> None:
    """What was typed is kept on the page that says what is wrong."""
    ann = member("ann")
    page = ann.submit("/settings/account", {"values": ["x" * 300, "", "", ""]}, at="/settings/account")
    assert (422, True) == (page.status, "x" * 300 in page.html)
