"""On which page which of a reader's filters hold: one table, and every page of posts is in it."""

from typing import Final, get_args

import pytest
from msgspec import Struct

from app import filters, lists
from app.square import Square
from app.store.engines import Tx
from app.store.filters import Action, Context, Filter, Keyword, filters_of
from app.store.follows import follow
from app.store.governed import save
from governance.acts.proposals import Weight
from governance.rankings import FORMULAS, RANKINGS, Formula, Rankings
from tests.speech.world import ON_SQLITE, Programs, account_of, say
from tests.visibility.routes import AROUND, LISTS
from tests.web.client import Program
from tests.web.serving import Site

HOLDS: Final[dict[str, Context]] = {
    "/": "home",
    "/following": "home",
    "/lists/{list}": "home",
    "/notifications": "notifications",
    "/local": "public",
    "/lively": "public",
    "/tags/herons": "public",
    "/search?q=%23herons": "public",
    "/bookmarks": "public",
    "/favourites": "public",
    "/@author": "account",
    "/posts/{answer}": "thread",
}
"""Each page of posts by the context whose filters hold there."""

KEPT: Final = ("/bookmarks", "/favourites")
"""What somebody has marked: a filter that hides warns here."""

NO_POSTS: Final = ("/me/lists/{list}",)
"""Pages of lists that show people alone."""

MINUTE: Final = 60_000


class Scene(Struct, frozen=True):
    """A reader, and a post that stands on every page."""

    site: Site
    reader: Program
    author: Program
    post: str
    places: dict[str, str]

    def filters(self, context: Context, action: Action) -> None:
        """The reader has one filter, that catches the post in one context."""
        reader = account_of(self.reader)

        async def work(square: Square) -> None:
            async def change(tx: Tx) -> None:
                for one in await filters_of(tx, reader):
                    await filters.remove(tx, reader, one.id)
                ids = [square.post_ids.next(square.clock.now()) for _ in range(2)]
                words = (Keyword(ids[1], "heron", whole=True),)
                await filters.save(tx, Filter(ids[0], reader, "No birds", (context,), action, None, words))

            await square.database.write(change)

        self.site.run(work)

    def meets(self, page: str, program: Program | None = None) -> str:
        """How the post stands on a page: shown, warned of, or hidden."""
        answer = (program or self.reader).get(page.format_map(self.places))
        assert answer.status_code == 200, answer.text
        found = [one for one in _posts(answer.json()) if one["id"] == self.post]
        warned = [one for one in found if one["filtered"]]
        assert warned in ([], found)
        return "warned" if warned else "shown" if found else "hidden"


def _posts(value: object) -> list[dict[str, object]]:
    """Every post in the value of a page."""
    if isinstance(value, dict):
        inner = [post for one in value.values() for post in _posts(one)]
        return [value, *inner] if "filtered" in value and "stands" in value else inner
    return [post for one in value for post in _posts(one)] if isinstance(value, list) else []


@pytest.fixture
def scene(site: Site, program: Programs) -> Scene:
    """The author names the reader, who follows them, has marked the post and put them into a list."""
    reader, author = program("reader"), program("author")
    own, other = account_of(reader), account_of(author)
    post = say(author, "@reader a heron at last #herons")
    answer = say(reader, "Where?", reply_to=post.id)
    for deed in ("bookmark", "favourite"):
        assert reader.post(f"/posts/{post.id}/mark", {"do": deed}).status_code < 400

    async def arrange(square: Square) -> str:
        made = await lists.make_list(square, own, "Friends")
        weights = tuple(Weight(name, 1) for name in FORMULAS["lively"])
        adopted = Rankings("following", (Formula("lively", 1, 0, 0, weights),))

        async def work(tx: Tx) -> None:
            await follow(tx, own, other, square.clock.now())
            await lists.put_in_list(tx, made, [other])
            await save(tx, {(Rankings, RANKINGS): adopted})

        await square.database.write(work)
        return str(made.id)

    places = {"list": site.run(arrange), "answer": answer.id, "post": post.id}
    site.clock.advance(2 * MINUTE)
    return Scene(site, reader, author, post.id, places)


def test_every_page_of_posts_has_a_context() -> None:
    """The table has each page that the tests of visibility know to list posts, and the page of a thread."""
    pages = {path for path in LISTS.values() if not path.startswith("/api/") and ".atom" not in path}
    assert pages | {"/following", "/posts/{answer}"} == HOLDS.keys() | set(NO_POSTS)
    assert "/posts/{root}" in AROUND.values()
    assert set(get_args(Context)) == set(HOLDS.values())


@ON_SQLITE
def test_filters_hold_where_they_are_meant_to(scene: Scene) -> None:
    """Each page, each context: the post is warned of or hidden there, and stands as it is everywhere else."""
    assert dict.fromkeys(HOLDS, "shown") == {page: scene.meets(page) for page in HOLDS}
    for context in get_args(Context):
        for action in get_args(Action):
            scene.filters(context, action)
            for page, holds in HOLDS.items():
                caught = "hidden" if action == "hide" and page not in KEPT else "warned"
                wanted = caught if holds == context else "shown"
                assert wanted == scene.meets(page), f"{page}, a filter of {context} that is to {action}"


@ON_SQLITE
def test_nobody_hides_themselves(scene: Scene) -> None:
    """The author's own post stands where it stood, whatever the author filters."""
    scene_of_author = Scene(scene.site, scene.author, scene.author, scene.post, scene.places)
    own = [page for page in HOLDS if page not in (*KEPT, "/notifications", "/lists/{list}")]
    for context in get_args(Context):
        scene_of_author.filters(context, "hide")
        assert dict.fromkeys(own, "shown") == {page: scene_of_author.meets(page) for page in own}, context


@ON_SQLITE
def test_what_a_filter_warns_of_is_told_in_no_excerpt(scene: Scene) -> None:
    """A notification of a change tells no words of a post that the reader filters."""
    boosted = scene.reader.post(f"/posts/{scene.post}/mark", {"do": "boost"})
    assert boosted.status_code < 400
    changed = {"text": "@reader two herons, one heron each #herons"}
    assert scene.author.post(f"/posts/{scene.post}/edit", changed).status_code == 201
    told = scene.reader.http.get("/notifications", headers={"Accept": "text/html"}).text
    assert "one heron each" in told
    scene.filters("notifications", "warn")
    told = scene.reader.http.get("/notifications", headers={"Accept": "text/html"}).text
    assert "Your filter catches this" in told
    assert "one heron each" not in told.partition("has changed a post")[2].partition("</section>")[0]
