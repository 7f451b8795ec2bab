"""Posts as they stand in lists, and the empty form for one, made once for all readers who see the same.

Most of a timeline's page are its posts, and most readers see most posts alike. What a card shows is a function of the
post as its reader sees it (marks, counts and filters are part of that), of the language and of few things more; these
are the key, so what is kept is never out of date, and never somebody else's: who sees otherwise has another key. The
template is given nothing but that, so that it cannot show what is not in the key; a form's token and key and the page
that one comes back to are put in afterwards. Posts of which the law has something to say are made anew each time.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from markupsafe import Markup, escape
from msgspec import Struct

from app.posts import Post
from app.web.translations import MINUTE, Language, tongues

MOST: Final = 8_192
"""Cards that are kept, of some 3 kB each."""

KEPT: Final = 600_000
"""Milliseconds after which all are let go: words that were taken back do not stay in memory."""

# Nobody can write them, for nobody is told them: a post that has such words in it cannot be taken for a form's token.
_CSRF: Final = secrets.token_hex(16)
_HERE: Final = secrets.token_hex(16)
_KEY: Final = secrets.token_hex(16)

Values = Mapping[str, object]


class Templates(Protocol):
    """What makes templates: app/web/rendering.py."""

    def render(self, template: str, language: Language, context: Values) -> str:
        """A template in a language."""
        ...

    def macro(self, template: str, name: str, language: Language, context: Values) -> Callable[..., str]:
        """A macro of a template, to be called again and again with the same values around it."""
        ...


class Look(Struct, frozen=True):
    """What cards of one page have in common: `signed_in` readers can do something with a post."""

    language: Language
    signed_in: bool
    demonstration: bool


class _Reader(Struct, frozen=True):
    account: bool
    csrf: str = _CSRF


class _Square(Struct, frozen=True):
    demonstration: bool


class _Blank(Struct, frozen=True):
    """A form in which nothing was typed."""

    typed: Mapping[str, list[str]] = {}
    errors: Mapping[str, str] = {}

    def value(self, name: str, otherwise: str = "") -> str:
        """What a field begins with; the key of a form is put in afterwards."""
        return _KEY if name == "key" else otherwise

    def has(self, _: str, __: str) -> bool:
        """Nothing is ticked."""
        return False


class Cards:
    """What was made."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._forms: dict[tuple[Look, int], str] = {}
        self._made: OrderedDict[tuple[Post, Look, str], str] = OrderedDict()
        self._let_go_at = 0

    def maker(self, look: Look, now: int) -> Callable[[Post], str]:
        """Makes cards, with `_CSRF` and `_HERE` where a page puts its own."""
        reader, square = _Reader(look.signed_in), _Square(look.demonstration)
        values = {"visit": reader, "standing": square, "here": _HERE, "now": now}
        return self._templates.macro("posts/post.html", "post_of", look.language, values)

    def card(self, post: Post, look: Look, now: int, make: Callable[[Post], str]) -> str:
        """The card of a plain post; `make` makes it, if it is not there."""
        if not 0 < self._let_go_at - now <= KEPT:
            self._made.clear()
            self._let_go_at = now + KEPT
        # Of the time only how long ago the post was written is shown.
        key = (post, look, tongues.all[look.language].ago(post.created_at, now))
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = str(make(post))
            if len(self._made) > MOST:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return made

    def form(self, look: Look, now: int) -> str:
        """The empty form for a post, with `_CSRF` and `_KEY` where a page puts its own; it tells the minute."""
        minute = now - now % MINUTE
        made = self._forms.get((look, minute))
        if made is None:
            values = {"visit": _Reader(look.signed_in), "draft": _Blank(), "now": minute}
            made = self._templates.render("posts/blank.html", look.language, values)
            self._forms = {key: form for key, form in self._forms.items() if key[1] == minute} | {(look, minute): made}
        return made


class PageCards:
    """The cards of one page: called by its template with a post."""

    def __init__(self, cards: Cards, look: Look, now: int, csrf: str, here: str) -> None:
        self._cards = cards
        self._look = look
        self._now = now
        self._csrf = str(escape(csrf))
        self._here = str(escape(here))
        self._maker: Callable[[Post], str] | None = None

    def _make(self, post: Post) -> str:
        # One for all posts of the page that have to be made: its parts cost as much as a card or two.
        self._maker = self._maker or self._cards.maker(self._look, self._now)
        return self._maker(post)

    def of(self, post: Post) -> Markup:
        """The card of a plain post, in this page."""
        card = self._cards.card(post, self._look, self._now, self._make)
        return Markup(card.replace(_CSRF, self._csrf).replace(_HERE, self._here))  # noqa: S704 made by our template

    def form(self) -> Markup:
        """The empty form for a post, in this page."""
        form = self._cards.form(self._look, self._now)
        return Markup(form.replace(_CSRF, self._csrf).replace(_KEY, new_key()))  # noqa: S704 made by our template


def new_key() -> str:
    """A request key for one form, so that a double click is one act."""
    return secrets.token_urlsafe(16)


def is_plain(post: Post) -> bool:
    """Whether there is nothing to it but what was said: no word of the law, no form of its own, no filter."""
    return post.stands == "open" and not (post.restrictions or post.poll or post.proposal or post.filtered)
