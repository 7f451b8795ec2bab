"""What stands in the form for a post before anything is typed."""

from typing import Literal

from msgspec import Struct

from app.posts import Post
from app.store.visibility import Visibility
from app.writing import Words


class Beginning(Struct, frozen=True):
    """What stands in the form before anything is typed; `visibility` "" leaves it to the usual one.

    `closes_in` is in seconds, 0 for the usual; `due_at` is Unix ms, None for what does not wait.
    """

    text: str = ""
    warning: str = ""
    sensitive: bool = False
    visibility: Visibility | Literal[""] = ""
    language: str = ""
    topic: str = ""
    options: tuple[str, ...] = ()
    multiple: bool = False
    hide_totals: bool = False
    certified: bool = False
    closes_in: int = 0
    due_at: int | None = None


def beginning_of_draft(words: Words, due_at: int | None = None) -> Beginning:
    """What somebody has kept, as they left it."""
    poll = words.poll
    return Beginning(
        text=words.text,
        warning=words.warning,
        sensitive=words.sensitive,
        visibility=words.visibility or "",
        language=words.language,
        topic=words.topic,
        options=poll.options if poll is not None else (),
        multiple=poll is not None and poll.multiple,
        hide_totals=poll is not None and poll.hide_totals,
        certified=poll is not None and poll.certified,
        closes_in=poll.open_for // 1000 if poll is not None else 0,
        due_at=due_at,
    )


def beginning_of_reply(post: Post, reader: int | None) -> Beginning:
    """A reply begins with whom it answers and whom that names, and with the same warning."""
    named = [(post.author.id, post.author.handle), *((one.id, one.handle) for one in post.mentions)]
    handles = dict.fromkeys(handle for account, handle in named if account != str(reader))
    return Beginning(text="".join(f"@{handle} " for handle in handles), warning=post.warning, language=post.language)
