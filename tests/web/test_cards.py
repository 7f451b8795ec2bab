"""Posts in lists are made once for all who see the same: and everybody sees what is theirs, as it is now."""

import re
from collections.abc import Callable, Mapping

import msgspec
import pytest

from app.posts import Post
from app.store.seen import Marks
from app.web import cards
from app.web.cards import KEPT, MOST, Cards, Look, PageCards, is_plain
from app.web.rendering import _environment
from app.web.translations import Language
from tests.speech.world import ON_SQLITE, People, Programs, say
from tests.web.serving import Site

NOW = 1_790_000_000_000
LOOK = Look("en", True, False)
POST = msgspec.convert(
    {
        **dict.fromkeys(("text", "html", "topic", "warning"), ""),
        **dict.fromkeys(("reply_to", "reply_to_account", "reply_to_handle", "edited_at", "origin", "program"), None),
        **dict.fromkeys(("poll", "proposal", "restriction", "erased"), None),
        **dict.fromkeys(("reply_count", "boost_count", "favourite_count"), 0),
        **dict.fromkeys(("mentions", "tags", "media", "restrictions"), ()),
        **dict.fromkeys(("sensitive", "mine"), False),
        "id": "1",
        "url": "/@ann/1",
        "author": {"id": "7", "handle": "ann", "name": "Ann"},
        "language": "en",
        "visibility": "public",
        "root": "1",
        "version": 1,
        "created_at": NOW,
        "stands": "open",
        "marks": {},
    },
    Post,
)


class Counting:
    """Makes cards, and counts how many."""

    def __init__(self) -> None:
        self.made: list[Mapping[str, object]] = []
        self.cards = Cards(self)

    def render(self, template: str, language: Language, values: Mapping[str, object]) -> str:
        """The values themselves."""
        self.made.append(values)
        return f"{template} {language} {values}"

    def macro(self, template: str, name: str, language: Language, values: Mapping[str, object]) -> Callable[..., str]:
        """The values themselves, and what the macro is called with."""
        return lambda post: self.render(f"{template} {name} {post}", language, values)

    def card(self, post: Post, look: Look, now: int) -> str:
        """A card, for a page of its own."""
        return self.cards.card(post, look, now, self.cards.maker(look, now))


def test_it_is_made_anew_when_anything_is_otherwise() -> None:
    """Every field of a post, the language, who reads, and how long ago it was said."""
    counting = Counting()
    first = counting.card(POST, LOOK, NOW + 1000)
    assert first == counting.card(msgspec.structs.replace(POST), LOOK, NOW + 1000)
    assert 1 == len(counting.made)
    others = [msgspec.structs.replace(POST, **{field: object()}) for field in POST.__struct_fields__ if field[0] != "c"]
    for number, other in enumerate(others, 2):
        counting.card(other, LOOK, NOW + 1000)
        assert number == len(counting.made)
    for look in (Look("ar", True, False), Look("en", False, False), Look("en", True, True)):
        counting.card(POST, look, NOW + 1000)
    counting.card(POST, LOOK, NOW + 7_200_000)
    assert len(others) + 5 == len(counting.made)


def test_it_is_given_nothing_else() -> None:
    """What is not in the key cannot be shown: neither who reads nor their form's token."""
    counting = Counting()
    page = PageCards(counting.cards, LOOK, NOW, "the token & more", "/here?a&b")
    shown = page.of(POST)
    [values] = counting.made
    assert {"visit", "standing", "here", "now"} == set(values)
    assert "the token" not in repr(values)
    assert "the token &amp; more" in shown
    assert "/here?a&amp;b" in shown
    assert cards._CSRF not in shown
    assert cards._HERE not in shown


@ON_SQLITE
def test_the_empty_form_is_made_once_a_minute(site: Site, member: People) -> None:
    """Everybody has their own token in it and every page a key of its own; it is the one of the page to write on."""
    ann, ben = member("ann"), member("ben")
    made = [browser.open(path).form("/posts") for browser in (ann, ben) for path in ("/", "/", "/compose")]
    assert 1 == len({str(sorted(form.values)) + str(form.offered) + str(form.buttons) for form in made})
    assert 6 == len({form.values["key"][0] for form in made})
    assert 2 == len({form.values["csrf"][0] for form in made})
    told = ann.page.text if ann.page else ""
    site.clock.advance(3_600_000)
    assert told != ann.open("/").text
    said = ann.submit("/posts", {"text": "From the empty form."}, at="/")
    assert "From the empty form." in said.text


def test_the_empty_form_tells_the_time_and_none_is_kept_past_its_minute() -> None:
    """Of the minutes that were only the last is in memory."""
    counting = Counting()
    for at in (NOW, NOW + 1, NOW + 60_000):
        counting.cards.form(LOOK, at)
    counting.cards.form(Look("ar", True, False), NOW + 60_000)
    assert 3 == len(counting.made)
    assert {60_000} == {one - NOW + NOW % 60_000 for _, one in counting.cards._forms}


def test_nothing_is_kept_for_long_nor_without_end() -> None:
    """Words that were taken back are gone from memory soon, and so is what nobody reads."""
    counting = Counting()
    old = msgspec.structs.replace(POST, text="gone")
    counting.card(old, LOOK, NOW)
    for number in range(MOST + 10):
        counting.card(msgspec.structs.replace(POST, id=str(number)), LOOK, NOW)
    assert MOST == len(counting.cards._made)
    assert all("gone" not in card for card in counting.cards._made.values())
    counting.card(POST, LOOK, NOW + KEPT + 1)
    assert 1 == len(counting.cards._made)


@ON_SQLITE
def test_cards_are_what_the_template_makes(site: Site, member: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with kept cards is, character for character, the page without, when they are made and later."""
    ann, ben = member("ann"), member("ben")
    opener = ann.submit("/posts", {"text": "Here & <there>.", "warning": "Loud"}, at="/").path.rpartition("/")[2]
    ben.submit("/posts", {"text": "Yes, @ann #noon"}, at=f"/compose?reply_to={opener}")
    ben.submit(f"/posts/{opener}/mark", press="boost", at="/local")
    ann.submit("/posts", {"text": "For few", "visibility": "followers"}, at="/")
    ann.submit("/posts", {"text": "Which?", "options": ["a", "b"]}, at="/")
    made = []
    for kept in (True, True, False):
        if not kept:
            environment = _environment("en", site.app.state["renderer"]._paths)
            monkeypatch.setitem(environment.globals, "is_plain", lambda _: False)
        for browser in (ann, ben):
            for path in ("/local", "/@ann", "/@ben", f"/posts/{opener}"):
                page = browser.open(path)
                assert 200 == page.status
                made.append(_steady(page.html))
    third = len(made) // 3
    assert made[:third] == made[third : 2 * third]
    assert made[:third] == made[2 * third :]
    assert any("Boosted by" in page for page in made)


@ON_SQLITE
def test_each_reader_has_their_own(member: People, program: Programs) -> None:
    """Marks and the token in the form are the reader's; a mark and a count are seen at the next look."""
    ann, ben, cy = member("ann"), member("ben"), program("cy")
    post = say(cy, "Here.").id
    pages = [browser.open("/local") for browser in (ann, ben)]
    tokens = [dict(page.form(f"/posts/{post}/mark").filled({}, "favourite"))["csrf"] for page in pages]
    assert len(set(tokens)) == 2
    assert tokens[0] not in pages[1].html
    assert tokens[1] not in pages[0].html
    ann.submit(f"/posts/{post}/mark", press="favourite", at="/local")
    mine, others = ann.open("/local"), ben.open("/local")
    assert "unfavourite" in mine.html
    assert "unfavourite" not in others.html
    assert "/local#post-" + post == dict(others.form(f"/posts/{post}/mark").filled({}, "favourite"))["next"]
    assert "</span> 1</button>" in others.html


def test_what_is_no_plain_post() -> None:
    """What the law, a poll or a filter has something to say of is made each time."""
    assert is_plain(POST)
    for field, value in (
        ("stands", "folded"),
        ("restrictions", (1,)),
        ("poll", 1),
        ("proposal", 1),
        ("filtered", (1,)),
    ):
        assert not is_plain(msgspec.structs.replace(POST, **{field: value}))
    assert is_plain(msgspec.structs.replace(POST, marks=Marks(favourited=True)))


def _steady(html: str) -> str:
    """A page without the keys that every form has for itself."""
    return re.sub(r'name="key" value="[^"]*"', "", html)
