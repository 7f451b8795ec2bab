"""Accounts as the API tells them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from app.api import entities
from app.api.views import View
from app.clock import iso
from app.media.pictures import Faces, faces_among
from app.store.engines import Tx
from app.store.offices import offices_among
from app.store.profiles import Presented, presented_among
from app.text import to_html
from app.web.assets import assets
from app.web.presenting import rows_of
from governance.acts.words import Role
from governance.members import number

OFFICES: Final[Mapping[Role, str]] = {
    "moderator": "Moderator",
    "steward": "Steward",
    "legal_officer": "Legal officer",
}


async def accounts_as(tx: Tx, ids: Iterable[int], view: View) -> dict[int, entities.Account]:
    """The accounts of these ids, by id; one query a kind."""
    found = await presented_among(tx, list(ids))
    members = [number(one.member) for one in found.values() if one.member is not None and one.member.startswith("m:")]
    offices = await offices_among(tx, members, view.now)
    faces = await faces_among(tx, list(found))
    return {id_: account_as(one, _badges(one, offices), faces.get(id_, Faces()), view) for id_, one in found.items()}


async def account_list(tx: Tx, ids: Sequence[int], view: View) -> list[entities.Account]:
    """The accounts of these ids in their order, without those that are not there any more."""
    found = await accounts_as(tx, ids, view)
    return [found[id_] for id_ in ids if id_ in found]


def account_as(one: Presented, badges: tuple[entities.Badge, ...], faces: Faces, view: View) -> entities.Account:
    """An account as others see it."""
    return _account(one, badges, faces, view.root)


# The same people stand on every page, and seldom change: who does has another key.
@lru_cache(maxsize=4_096)
def _account(one: Presented, badges: tuple[entities.Badge, ...], faces: Faces, root: str) -> entities.Account:
    url = f"{root}/@{one.handle}"
    avatar = root + (faces.avatar.url if faces.avatar else assets.url("avatar.png"))
    header = root + (faces.header.url if faces.header else assets.url("header.png"))
    return entities.Account(
        id=str(one.id),
        username=one.handle,
        acct=one.handle,
        display_name=one.name,
        locked=one.locked,
        bot=one.bot,
        discoverable=one.discoverable,
        indexable=one.indexable,
        created_at=iso(one.created_day),
        note=str(to_html(one.bio)).rstrip(),
        url=url,
        uri=url,
        avatar=avatar,
        avatar_static=avatar,
        avatar_description=faces.avatar.description if faces.avatar else "",
        header=header,
        header_static=header,
        header_description=faces.header.description if faces.header else "",
        followers_count=one.followers,
        following_count=one.following,
        statuses_count=one.posts,
        last_status_at=iso(one.last_post_at)[:10] if one.last_post_at is not None else None,
        hide_collections=one.hides_follows,
        noindex=not one.indexable,
        roles=badges,
        fields=tuple(entities.Field(field.name, field_html(field.value)) for field in rows_of(one.fields)),
    )


def field_html(value: str) -> str:
    """What stands in a row of a profile, with its address as a link."""
    return str(to_html(value)).removeprefix("<p>").rstrip().removesuffix("</p>")


def _badges(one: Presented, offices: Mapping[int, Sequence[Role]]) -> tuple[entities.Badge, ...]:
    if one.member is None or not one.member.startswith("m:"):
        return ()
    return tuple(entities.Badge(role, OFFICES[role]) for role in offices.get(number(one.member), ()))
