"""Numbers of entries in addresses, and texts that people give reasons in."""

from litestar.exceptions import NotFoundException

from app.text import MOST_GRAPHEMES, clean, is_blank, is_too_long
from app.web.sentences import Sentence, say, say_many

NO_NUMBER = 2**53


def known_number(text: str) -> int:
    """The number of a case or an appeal in an address. Raises NotFoundException for what can be none."""
    if not text.isascii() or not text.isdecimal() or len(text) > 16 or int(text) >= NO_NUMBER:
        raise NotFoundException
    return int(text)


def prose_error(text: str) -> Sentence | None:
    """Why this cannot be a reason, or a statement, that others read."""
    if is_blank(text):
        return say("Write something first.")
    if is_too_long(clean(text)):
        return say_many("Write at most %(n)s character.", "Write at most %(n)s characters.", MOST_GRAPHEMES)
    return None


def errors_in(**texts: str) -> dict[str, Sentence]:
    """What is wrong with each of these texts, by the name of its field."""
    found = {name: prose_error(text) for name, text in texts.items()}
    return {name: error for name, error in found.items() if error is not None}
