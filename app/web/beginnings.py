"""What stands in the form for a post before anything is typed."""

from typing import Literal

from msgspec import Struct

from app.posts import Post
from app.store.visibility import Visibility


class Beginning(Struct, frozen=True):
    """What stands in the form before anything is typed; `visibility` "" leaves it to the usual one."""

    text: str = ""
    warning: str = ""
    sensitive: bool = False
    visibility: Visibility | Literal[""] = ""
    language: str = ""
    options: tuple[str, ...] = ()
    multiple: bool = False
    hide_totals: bool = False


def beginning_of_reply(post: Post, reader: int | None) -> Beginning:
    """A reply begins with whom it answers and whom that names, and with the same warning."""
    named = [(post.author.id, post.author.handle), *((one.id, one.handle) for one in post.mentions)]
    handles = dict.fromkeys(handle for account, handle in named if account != str(reader))
    return Beginning(text="".join(f"@{handle} " for handle in handles), warning=post.warning, language=post.language)
