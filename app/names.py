"""What people may be called: handles that cannot be taken for one another, names that stay within themselves."""

import re
from typing import Final

from app.text import BIDI_CONTROLS, clean_line, graphemes, is_blank

HANDLE: Final = re.compile(r"[a-z0-9_]{2,30}")
LONGEST_NAME: Final = 50
_RESERVED_WORDS: Final = (
    "about admin administrator api appeal audit auditor cases charter clock compose data everyone founding guest "
    "health help here home isegoria join jury ledger legal machine me mod moderation moderator moderators modlog "
    "nobody null official operator owner post posts proposals root rules schema security session settings sign_in "
    "sign_out square staff static steward stewards support system tags tile undefined verify votes webmaster www"
)
RESERVED: Final = frozenset(_RESERVED_WORDS.split())
# What looks alike in common typefaces: each of these is read as the same sign.
_ALIKE: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"))


def is_handle(text: str) -> bool:
    """Whether it is 2 to 30 of a–z, 0–9 and _, and says something."""
    return HANDLE.fullmatch(text) is not None and bool(text.strip("_"))


def is_reserved(handle: str) -> bool:
    """Whether it would be taken for an office or a page of the square."""
    return skeleton_of(handle) in _RESERVED_SKELETONS


def skeleton_of(handle: str) -> str:
    """What a handle looks like: two that a reader could confuse have one skeleton."""
    text = re.sub("_+", "_", handle.lower()).strip("_")
    for seen, read in _ALIKE:
        text = text.replace(seen, read)
    return text


def suggested_handle(text: str) -> str:
    """A handle near to what somebody wrote; empty if nothing of it can stay."""
    near = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:30].rstrip("_")
    return near if is_handle(near) else ""


def turns_direction(name: str) -> bool:
    """Whether a name holds a character that reorders the text beside it."""
    return any(character in BIDI_CONTROLS for character in name)


def is_name(name: str) -> bool:
    """Whether it can be shown as somebody's name: visible, one line, at most 50 characters as readers count."""
    return name == clean_line(name) and not is_blank(name) and graphemes(name) <= LONGEST_NAME


_RESERVED_SKELETONS: Final = frozenset(skeleton_of(word) for word in RESERVED)
