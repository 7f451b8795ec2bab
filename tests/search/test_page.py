"""The page of search, for people and for programs."""

from collections.abc import Callable

from tests.speech.world import ON_SQLITE, People, Programs, say
from tests.web.client import Browser


def test_a_search_as_people_do_it(member: People, visitor: Callable[[], Browser]) -> None:
    """The form on the page finds posts, people and hashtags; a program gets the same."""
    ann = member("ann")
    ann.submit("/posts", {"text": "A grey heron #birds"}, at="/")
    page = visitor().open("/").document
    assert "/search" in [link["href"] for link in page.all("a")]
    reader = visitor()
    found = reader.submit("/search", {"q": '"grey heron" -mud'}, at="/search")
    assert "A grey heron" in found.text
    assert "a search is not a ranking" in found.text
    assert "@ann" in reader.open("/search?q=an&type=people").text
    assert "1 post in the last 7 days" in reader.open("/search?q=%23bir&type=tags").text
    assert "Nothing was found" in reader.open("/search?q=boat").text
    assert "A search begins with something" in reader.open("/search?q=has:poll").text
    assert "What are you looking for?" in reader.open("/search").text


def test_a_search_is_paged(program: Programs) -> None:
    """Each post once, newest first, over pages of forty."""
    ann = program("ann")
    for number in range(43):
        say(ann, f"heron number {number}")
    texts: list[str] = []
    path: str | None = "/search?q=heron"
    while path is not None:
        page = ann.get(path).json()
        texts += [post["text"] for post in page["posts"]]
        path = page["next"]
    assert [f"heron number {number}" for number in reversed(range(43))] == texts


@ON_SQLITE
def test_bad_queries_are_answered(program: Programs) -> None:
    """Whatever is typed finds something or nothing; what is no number or kind is refused by name."""
    reader = program("")
    for query in ('"', "-", "%22%22%22", "AND", "*", "from:", "before:2026-99-99", "a" * 5_000, "%00", "%F0%9F%90%A6"):
        assert 200 == reader.get(f"/search?q={query}").status_code, query
    for wrong in ("type=all", "skip=-1", "skip=x", "q=" + "a" * 5_001):
        assert 422 == reader.get(f"/search?{wrong}").status_code
    assert 404 == reader.get("/search?q=a&before=x").status_code
