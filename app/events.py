"""What happens among posts and people, as transactions announce it: ids and no words."""

from msgspec import Struct

from app.store.visibility import Visibility


class Posted(Struct, frozen=True, tag="posted"):
    """A post, or a boost, was made."""

    post: int


class Edited(Struct, frozen=True, tag="edited"):
    """A post says something else now."""

    post: int


class Removed(Struct, frozen=True, tag="removed"):
    """A post or a boost is gone; what it was tells who is to hear of it."""

    post: int
    account: int
    visibility: Visibility = "public"
    mentioned: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


class Notified(Struct, frozen=True, tag="notified"):
    """Accounts have a notification of this id."""

    id: int
    accounts: tuple[int, ...]


class Talked(Struct, frozen=True, tag="talked"):
    """A conversation among mentioned persons went on, as these see it."""

    root: int
    accounts: tuple[int, ...]


class FiltersChanged(Struct, frozen=True, tag="filters"):
    """An account changed its filters."""

    account: int


Event = Posted | Edited | Removed | Notified | Talked | FiltersChanged
