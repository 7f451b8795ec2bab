"""The square itself: what it is, what holds in it, and how much is going on."""

from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from app.api.callers import anybody, person
from app.api.entities import Account
from app.api.people import account_list
from app.api.routes import get
from app.api.shapes import (
    ActiveUsers,
    Activity,
    Configuration,
    Contact,
    Description,
    Icon,
    InstanceV1,
    InstanceV2,
    Preferences,
    Registrations,
    Rule,
    Spoken,
    Stats,
    StreamingUrl,
    Thumbnail,
    Urls,
    Usage,
)
from app.api.speech import VISIBILITIES
from app.api.views import View
from app.clock import iso
from app.square import Square
from app.store import accounts
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.offices import offices_held
from app.store.profiles import profile_of
from app.store.rules import versions_at, words_of
from app.text import to_html
from app.web.assets import assets
from app.web.schema import release
from governance import members

LANGUAGES: Final = ("en", "ar")
SOURCE: Final = "/about"
ABOUT: Final = (
    "A town square whose members vote the rules of speech, and whose moderators apply them with reasons, an appeal and "
    "a date. Every act of government stands in a public ledger that nobody can change unseen."
)
LIKE: Final = "4.4.0"
"""The release of Mastodon whose clients find here what they look for."""


class _Known(Struct, frozen=True):
    name: str
    founded: int
    rules: tuple[Rule, ...]
    officer: Account | None


def version() -> str:
    """The version as clients read it."""
    return f"{LIKE} (compatible; Isegoria {release()})"


async def rules_in_force(tx: Tx, now: int) -> tuple[Rule, ...]:
    """The rules that are law now, with the words that people read; one whose words are gone is not in force."""
    versions = await versions_at(tx, now)
    words = await words_of(tx, [one.enacted for one in versions])
    return tuple(
        Rule(str(one.rule), f"{one.label} {words[one.enacted].title}", words[one.enacted].text)
        for one in versions
        if one.enacted in words and words[one.enacted].title
    )


async def _look(square: Square, view: View) -> _Known:
    async def load(tx: Tx) -> _Known:
        founded = await value_of(tx, members.Square, "square")
        assert founded is not None, "a square that is served is founded"
        # A steward, or who else holds an office: some clients read no square that tells of nobody to turn to.
        officers = await offices_held(tx, view.now)
        found = await accounts.accounts_of_members(tx, [f"m:{office.member}" for office in officers[:1]])
        shown = await account_list(tx, [one.id for one in found.values()], view)
        rules = await rules_in_force(tx, view.now)
        return _Known(founded.name, founded.founded, rules, shown[0] if shown else None)

    return await square.database.read(load)


def _streams(view: View) -> str:
    return view.root.replace("http", "ws", 1)


@get("/api/v2/instance", anybody())
async def show_instance(square: Square, view: View) -> InstanceV2:
    """The square."""
    known, census = await _look(square, view), await square.census.census()
    invited = square.config.gate == "invitation"
    return InstanceV2(
        domain=urlsplit(view.root).netloc,
        title=known.name,
        version=version(),
        source_url=view.root + SOURCE,
        description=ABOUT,
        usage=Usage(ActiveUsers(census.monthly)),
        thumbnail=Thumbnail(view.root + assets.url("header.png")),
        icon=(Icon(view.root + assets.url("avatar.png"), "400x400"),),
        languages=LANGUAGES,
        configuration=Configuration(urls=Urls(_streams(view), _streams(view), f"{view.root}/about")),
        registrations=Registrations(
            enabled=not invited,
            message="A member has to invite you." if invited else None,
            url=f"{view.root}/join",
        ),
        api_versions={"mastodon": 6},
        contact=Contact(square.config.mail_from, known.officer),
        rules=known.rules,
    )


@get("/api/v1/instance", anybody())
async def show_instance_v1(square: Square, view: View) -> InstanceV1:
    """The square, as older clients ask for it."""
    known, census = await _look(square, view), await square.census.census()
    return InstanceV1(
        uri=urlsplit(view.root).netloc,
        title=known.name,
        short_description=ABOUT,
        description=ABOUT,
        email=square.config.mail_from,
        version=version(),
        urls=StreamingUrl(_streams(view)),
        stats=Stats(census.people, census.posts),
        thumbnail=view.root + assets.url("header.png"),
        languages=LANGUAGES,
        registrations=square.config.gate != "invitation",
        invites_enabled=square.config.gate == "invitation",
        contact_account=known.officer,
        rules=known.rules,
    )


@get("/api/v1/instance/rules", anybody())
async def show_rules(square: Square, view: View) -> tuple[Rule, ...]:
    """The rules in force."""
    return await square.database.read(lambda tx: rules_in_force(tx, view.now))


@get("/api/v1/instance/activity", anybody())
async def show_activity(square: Square) -> list[Activity]:
    """The last twelve weeks, this one first."""
    weeks = (await square.census.census()).weeks
    return [Activity(str(one.begin // 1000), str(one.posts), str(one.joined)) for one in weeks]


@get("/api/v1/instance/languages", anybody())
async def show_languages() -> list[Spoken]:
    """The languages in which the square speaks."""
    return [Spoken("en", "English"), Spoken("ar", "العربية")]


@get("/api/v1/instance/translation_languages", anybody())
async def show_translations() -> dict[str, list[str]]:
    """Into which languages posts are translated: none here."""
    return {}


@get("/api/v1/instance/extended_description", anybody())
async def show_description(square: Square, view: View) -> Description:
    """What the square says of itself; its charter says the rest."""
    known = await _look(square, view)
    charter = f"{ABOUT}\n\nIts charter: {view.root}/charter"
    return Description(iso(known.founded), str(to_html(charter)))


@get(
    [
        "/api/v1/instance/peers",
        "/api/v1/custom_emojis",
        "/api/v1/trends/links",
        "/api/v1/accounts/{account_id:str}/endorsements",
    ],
    anybody(),
)
async def show_nothing() -> list[str]:
    """What no square of its own has: other servers, pictures for words, and what is featured."""
    return []


@get(
    [
        "/api/v1/announcements",
        "/api/v1/endorsements",
        "/api/v1/suggestions",
        "/api/v2/suggestions",
    ],
    person(),
)
async def show_nothing_of_mine() -> list[str]:
    """What the square does not tell anybody: it announces by its ledger, and suggests nobody."""
    return []


@get("/api/v1/preferences", person("read:accounts"))
async def show_preferences(square: Square, person: accounts.Account) -> Preferences:
    """What new posts begin with."""
    profile = await square.database.read(lambda tx: profile_of(tx, person.id))
    language = profile.post_language or person.locale or None
    return Preferences(
        visibility=VISIBILITIES[profile.post_visibility], sensitive=profile.post_sensitive, language=language
    )


routes = [
    show_instance,
    show_instance_v1,
    show_rules,
    show_activity,
    show_languages,
    show_translations,
    show_description,
    show_nothing,
    show_nothing_of_mine,
    show_preferences,
]
