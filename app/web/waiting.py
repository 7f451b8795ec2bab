"""Having something said later: the time that a form names, and what is wrong with it."""

from app.clock import moment_of
from app.deeds import Request
from app.square import Square
from app.store.accounts import Account
from app.unsaid import MOST_KEPT, SOONEST, TooManyDrafts, TooSoon, schedule
from app.web.requests import Invalid
from app.web.sentences import Sentence, say, say_many
from app.writing import DraftGone, Words


def due_in(text: str) -> int:
    """The moment (Unix ms) that a field for a date and a time names, in UTC. Raises Invalid."""
    at = moment_of(text)
    if at is None:
        raise Invalid({"due_at": say("Write a date and a time, such as 2027-01-31 18:30.")})
    return at


async def wait(square: Square, account: Account, words: Words, due_at: int, once: Request, draft: int | None) -> None:
    """Have words said at a time, in the place of a draft's if one is named. Raises Invalid, Refused, KeyReused."""
    try:
        await schedule(square, account.id, account.member, words, due_at, once, draft)
    except TooSoon as error:
        raise Invalid({"due_at": too_soon()}) from error
    except TooManyDrafts as error:
        raise Invalid({"text": too_many_drafts()}) from error
    except DraftGone as error:
        raise Invalid({"draft": draft_gone()}) from error


def too_soon() -> Sentence:
    """What to say of a time that is over or too near."""
    return say_many(
        "Choose a time at least %(n)s minute from now.",
        "Choose a time at least %(n)s minutes from now.",
        SOONEST // 60_000,
    )


def too_many_drafts() -> Sentence:
    """What to say to somebody who has kept as much as they may."""
    return say_many("Keep at most %(n)s draft.", "Keep at most %(n)s drafts.", MOST_KEPT)


def draft_gone() -> Sentence:
    """What to say of a draft that was said, or thrown away, since its form was opened."""
    return say(
        "What you had kept is not there any more: it was said, or thrown away. What you see here is kept in this form."
    )
