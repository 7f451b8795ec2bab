"""Hashtags as the API tells them."""

from collections.abc import Sequence
from urllib.parse import quote

from app.api import entities
from app.api.views import View
from app.store.engines import Tx
from app.store.tagfollows import tags_followed_among
from app.store.trends import Use, histories_of


async def tags_as(tx: Tx, names: Sequence[str], view: View) -> list[entities.Tag]:
    """Hashtags in their order, with what anybody may count and whether the reader follows them."""
    known = await histories_of(tx, names, view.now)
    followed = await tags_followed_among(tx, view.reader, names) if view.reader is not None else set()
    return [_tag(name, known[name], name in followed, view) for name in names]


def _tag(name: str, history: Sequence[Use], followed: bool, view: View) -> entities.Tag:
    days = tuple(entities.TagUse(str(use.day // 1000), str(use.accounts), str(use.uses)) for use in history)
    return entities.Tag(name, name, f"{view.root}/tags/{quote(name)}", days, followed)
