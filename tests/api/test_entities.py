"""What the API answers with has every field that other servers always send."""

import importlib
import json
import os
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
import pytest
from msgspec import UNSET, Struct

from app import api
from app.api.entities import Status
from app.api.speech import restriction_words, statuses_as
from app.api.views import View
from app.posts import show_posts
from app.square import Square
from app.store.engines import Tx
from app.store.posts import posts_among
from governance.acts.words import Sanction
from tests.api.client import Client
from tests.speech.world import DAY, Decided, restrict, say
from tests.web.client import Program
from tests.web.serving import ON_SQLITE, Site

SHARED: Final = Path(os.environ.get("ISEGORIA_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
SHAPES: Final = SHARED / "mastodon" / "entity_shapes.json"


def structs() -> Iterator[type[Struct]]:
    """Every Struct of app/api."""
    for found in pkgutil.iter_modules(api.__path__):
        module = importlib.import_module(f"{api.__name__}.{found.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Struct) and value.__module__ == module.__name__:
                yield value


def required(entity: Mapping[str, Mapping[str, object]]) -> set[str]:
    """The fields of an entity that other servers always send."""
    return {name for name, field in entity.items() if field["always"]}


@pytest.mark.skipif(not SHAPES.exists(), reason=f"there is no {SHAPES}: the shapes that other servers send")
def test_no_field_is_missing() -> None:
    """For each entity that we make: a field that was always there on other servers is always there on ours."""
    entities = json.loads(SHAPES.read_text(encoding="utf-8"))["entities"]
    ours = {struct.__name__: struct for struct in structs() if struct.__name__ in entities}
    assert {"Account", "CredentialAccount", "MediaAttachment", "Poll", "Status"} <= ours.keys()
    lacking = {
        name: sorted(missing)
        for name, struct in ours.items()
        if (missing := required(entities[name]["fields"]) - {one.encode_name for one in always(struct)})
    }
    assert {} == lacking


def always(struct: type[Struct]) -> list[msgspec.structs.FieldInfo]:
    """The fields of a Struct that are in every answer."""
    leaves_out = struct.__struct_config__.omit_defaults
    return [one for one in msgspec.structs.fields(struct) if one.default is not UNSET and not leaves_out]


@ON_SQLITE
def test_a_post_is_told(site: Site, client: Callable[..., Client], program: Callable[[str], Program]) -> None:
    """Ids and counts, whom it names and its tags with whole addresses, and marks for who has an account alone."""
    ann, ben = program("ann"), client("ben")
    post = say(ann, "Hello @ben, see #Pool", language="en")
    told = one(site, post.number, ben.account)
    assert (post.id, f"{site.url}{post.url}", "public", "en") == (told.id, told.url, told.visibility, told.language)
    assert [("ben", f"{site.url}/@ben")] == [(mention.acct, mention.url) for mention in told.mentions]
    assert [("pool", f"{site.url}/tags/pool")] == [(tag.name, tag.url) for tag in told.tags]
    assert f'href="{site.url}/@ben"' in told.content
    assert (False, False, UNSET) == (told.favourited, told.bookmarked, told.pinned)
    assert ("", UNSET, None) == (told.spoiler_text, told.restriction, told.poll)
    stranger = one(site, post.number, None)
    assert (UNSET, UNSET, UNSET) == (stranger.favourited, stranger.bookmarked, stranger.filtered)


@ON_SQLITE
def test_a_folded_post_stands_behind_a_warning(site: Site, program: Callable[[str], Program]) -> None:
    """Old clients see the words behind a warning that names rule and decision, new ones have the restriction too."""
    post = say(program("ann"), "Something rude")
    decided = restricted(site, post.number, "fold")
    told = one(site, post.number, None)
    assert told.restriction is not UNSET
    assert restriction_words(told.restriction) == told.spoiler_text.partition(" · ")[0]
    assert f"decision {decided.entry} of the ledger" in told.spoiler_text
    assert "Folded under rule 5.1 “" in told.spoiler_text
    assert (True, True) == (told.sensitive, "Something rude" in told.content)


@ON_SQLITE
def test_a_withheld_post_has_no_words(site: Site, program: Callable[[str], Program]) -> None:
    """Nobody but its author reads it in a client, and everybody sees why."""
    post = say(program("ann"), "Somebody's address", options=["a", "b"])
    restricted(site, post.number, "withhold")
    told = one(site, post.number, None)
    assert ("", None, ()) == (told.content, told.poll, told.mentions)
    assert told.spoiler_text.startswith("Withheld under rule")
    assert told.restriction is not UNSET


def restricted(site: Site, post: int, sanction: str) -> Decided:
    """A post under a decision."""
    return site.run(lambda square: restrict(square, msgspec.convert(sanction, Sanction), post=post, lasts=DAY))


def one(site: Site, post: int, reader: int | None) -> Status:
    """A post as the API tells it to a reader."""

    async def ask(square: Square) -> Status:
        now = square.clock.now()

        async def load(tx: Tx) -> Status:
            posts = await show_posts(tx, await posts_among(tx, [post]), reader, now)
            return (await statuses_as(tx, posts, View(reader, now, "", site.url)))[0]

        return await square.database.read(load)

    return site.run(ask)
