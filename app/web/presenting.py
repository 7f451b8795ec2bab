"""How an account presents itself: name, words, rows of its profile, and what its posts begin with."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct, structs

from app.names import LONGEST_NAME, is_name, turns_direction
from app.relations import present
from app.store import accounts
from app.store.engines import Tx
from app.store.profiles import profile_of
from app.store.visibility import Visibility
from app.text import clean, clean_line, is_language, is_too_long
from app.web.sentences import Sentence, say, say_many

LONGEST_BIO: Final = 500
MOST_FIELDS: Final = 4
LONGEST_LABEL: Final = 255
LONGEST_VALUE: Final = 255


class Row(Struct, frozen=True):
    """A row of a profile: what it is, and what stands there."""

    name: str
    value: str


class Change(Struct, frozen=True, kw_only=True):
    """What an account wants to say otherwise of itself; None leaves it as it is."""

    name: str | None = None
    bio: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hides_follows: bool | None = None
    fields: Sequence[Row] | None = None
    post_visibility: Visibility | None = None
    post_sensitive: bool | None = None
    post_language: str | None = None


def errors_of(change: Change) -> dict[str, Sentence]:
    """What is wrong with a change, by field."""
    errors: dict[str, Sentence] = {}
    name = (change.name or "").strip()
    if turns_direction(name):
        errors["name"] = say("The name holds an invisible character that turns the direction of writing. Type it anew.")
    elif name and not is_name(name):
        errors["name"] = say_many(
            "A name is one line of at most %(n)s visible character.",
            "A name is one line of at most %(n)s visible characters.",
            LONGEST_NAME,
        )
    if is_too_long(clean(change.bio or ""), LONGEST_BIO):
        errors["bio"] = _at_most(LONGEST_BIO)
    if change.post_language and not is_language(change.post_language):
        errors["post_language"] = say("Choose one of the answers offered.")
    rows = [row for row in change.fields or () if row.name.strip() or row.value.strip()]
    if len(rows) > MOST_FIELDS:
        errors["fields"] = say_many("At most %(n)s row.", "At most %(n)s rows.", MOST_FIELDS)
    elif any(is_too_long(row.name, LONGEST_LABEL) or is_too_long(row.value, LONGEST_VALUE) for row in rows):
        errors["fields"] = _at_most(LONGEST_VALUE)
    return errors


async def change_presentation(tx: Tx, account: accounts.Account, change: Change, now: int) -> None:
    """Change what an account says of itself, after `errors_of` has found nothing wrong."""
    if change.name is not None or change.bio is not None:
        name = account.name if change.name is None else change.name.strip()
        bio = account.bio if change.bio is None else clean(change.bio)
        await accounts.change_profile(tx, account.id, name, bio)
    said = {
        name: value
        for name, value in structs.asdict(change).items()
        if value is not None and name not in ("name", "bio", "fields")
    }
    if change.fields is not None:
        said["fields"] = msgspec.json.encode(_kept(change.fields)).decode()
    if said:
        await present(tx, structs.replace(await profile_of(tx, account.id), **said), now)


def rows_of(fields: str) -> tuple[Row, ...]:
    """The rows of a profile, as they are kept in JSON."""
    return tuple(msgspec.json.decode(fields, type=list[Row]))


def _kept(rows: Sequence[Row]) -> list[Row]:
    cleaned = [Row(clean_line(row.name), clean_line(row.value)) for row in rows]
    return [row for row in cleaned if row.name or row.value]


def _at_most(n: int) -> Sentence:
    return say_many("Write at most %(n)s character.", "Write at most %(n)s characters.", n)
